package userpool

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// routes is everything the pool serves. Other paths are 404, other methods 405.
func (p *Pool) routes() http.Handler {
	wellKnown := "/" + p.id + "/.well-known/"
	mux := http.NewServeMux()
	mux.Handle("POST /{$}", anyOrigin(p.serveAPI))
	mux.Handle("OPTIONS /{$}", anyOrigin(preflight("POST")))
	mux.Handle("GET "+wellKnown+"jwks.json", anyOrigin(p.serveKeys))
	mux.Handle("GET "+wellKnown+"openid-configuration", anyOrigin(p.serveDiscovery))
	mux.Handle("OPTIONS "+wellKnown, anyOrigin(preflight("GET")))
	mux.Handle("GET /_local/codes", p.hosts.Only(http.HandlerFunc(p.serveCode)))
	mux.Handle("POST /_local/rotate", p.hosts.Only(http.HandlerFunc(p.serveRotate)))
	p.loginRoutes(mux)
	return mux
}

// loginRoutes are those of the hosted login: pages for browsers, and endpoints
// that apps call across origins.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html
func (p *Pool) loginRoutes(mux *http.ServeMux) {
	mux.Handle("GET /oauth2/authorize", p.withClient(p.serveAuthorize))
	mux.Handle("POST /oauth2/token", anyOrigin(p.serveToken))
	mux.Handle("POST /oauth2/revoke", anyOrigin(p.serveRevoke))
	mux.Handle("GET /oauth2/userInfo", anyOrigin(p.serveUserInfo))
	mux.Handle("OPTIONS /oauth2/", anyOrigin(preflight("GET,POST")))
	mux.Handle("GET /logout", http.HandlerFunc(p.serveLogout))
	mux.HandleFunc("GET /login.css", serveFile)
	mux.HandleFunc("GET /login.js", serveFile)
	// A form that another site posts could sign somebody in as somebody else.
	sameOrigin := http.NewCrossOriginProtection()
	for path, form := range map[string]page{
		"/login": p.loginPage(), "/signup": p.signUpPage(), "/confirm": p.confirmPage(), "/newpassword": p.newPasswordPage(),
		"/forgotPassword": p.forgotPage(), "/confirmForgotPassword": p.resetPage(), "/mfa": p.codePage(), "/mfaSetup": p.setupPage(),
	} {
		mux.Handle("GET "+path, p.show(form))
		mux.Handle("POST "+path, sameOrigin.Handler(p.submit(form)))
	}
}

// anyOrigin lets browser apps call the pool, with the headers that AWS
// services answer them.
func anyOrigin(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
		next(w, r)
	})
}

func preflight(method string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Methods", method)
		h.Set("Access-Control-Max-Age", "172800")
		if headers := r.Header.Get("Access-Control-Request-Headers"); headers != "" {
			h.Set("Access-Control-Allow-Headers", headers)
		}
	}
}

// serveKeys answers the key set. Caches must ask again each time, or a
// rotation would not be seen; what Cognito sends here is not known.
func (p *Pool) serveKeys(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(p.keys.Load().document)
}

// serveDiscovery answers the OpenID Connect discovery document.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
func (p *Pool) serveDiscovery(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]any{
		"issuer":                                p.issuer,
		"authorization_endpoint":                p.baseURL + "/oauth2/authorize",
		"token_endpoint":                        p.baseURL + "/oauth2/token",
		"userinfo_endpoint":                     p.baseURL + "/oauth2/userInfo",
		"revocation_endpoint":                   p.baseURL + "/oauth2/revoke",
		"end_session_endpoint":                  p.baseURL + "/logout",
		"jwks_uri":                              p.KeySetURL(),
		"response_types_supported":              []string{"code"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "none"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
	})
}

// fail answers that something failed in the pool; the log says what.
func (p *Pool) fail(w http.ResponseWriter, operation string, err error) {
	p.log.Error("request failed", "operation", operation, "error", err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// A letter is what was sent to an address last and is still awaited, for scripts: a
// code, or the temporary password that the pool made up.
type letter struct {
	Email    string    `json:"email"`
	Code     string    `json:"code,omitempty"`
	Password string    `json:"password,omitempty"`
	Expires  time.Time `json:"expires"`
}

// serveCode answers the address's letter, or 404.
func (p *Pool) serveCode(w http.ResponseWriter, r *http.Request) {
	email := r.URL.Query().Get("email")
	last, err := read(p, func(tx *bolt.Tx) (*letter, error) { return lastLetter(tx, email) })
	switch {
	case err != nil:
		p.fail(w, "codes", err)
	case last == nil:
		http.Error(w, "no confirmation code is pending for this email address", http.StatusNotFound)
	default:
		writeJSON(w, last)
	}
}

// lastLetter returns nil if nothing is awaited from that address.
func lastLetter(tx *bolt.Tx, email string) (*letter, error) {
	u, _ := findUser(tx, email) // one that cannot be read fails below
	var codes []*code
	switch {
	case u != nil && u.Temporary != nil && u.Temporary.Mailed != "":
		return &letter{Email: u.Email, Password: u.Temporary.Mailed, Expires: u.Temporary.Expires}, nil
	case u != nil:
		codes = []*code{u.Code, u.Reset}
		if u.NewEmail == "" {
			codes = append(codes, u.Verify)
		}
	default: // an address that is nobody's yet may become somebody's
		users, err := all[user](tx, bucketUsers)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			if strings.EqualFold(u.NewEmail, email) {
				codes = append(codes, u.Verify)
			}
		}
	}
	var last *code
	for _, c := range codes {
		if c != nil && (last == nil || last.Sent.Before(c.Sent)) {
			last = c
		}
	}
	if last == nil {
		return nil, nil
	}
	return &letter{Email: email, Code: last.Digits, Expires: last.Expires}, nil
}

// serveRotate answers the ids of the new keys: {"access","id"}.
func (p *Pool) serveRotate(w http.ResponseWriter, r *http.Request) {
	revoke := r.URL.Query().Get("revoke")
	if revoke != "" && revoke != "true" && revoke != "false" {
		http.Error(w, "revoke must be true or false", http.StatusBadRequest)
		return
	}
	if err := p.rotate(revoke == "true"); err != nil {
		p.fail(w, "rotate", err)
		return
	}
	keys := p.keys.Load()
	p.log.Info("signing keys rotated", "old_keys_revoked", revoke == "true")
	writeJSON(w, map[string]string{"access": keys.access.kid, "id": keys.id.kid})
}
