package userpool

import (
	"encoding/json"
	"net/http"

	"github.com/notegate/notegate/infra/local/loopback"
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
	mux.Handle("GET /_local/codes", loopback.Only(http.HandlerFunc(p.serveCode)))
	mux.Handle("POST /_local/rotate", loopback.Only(http.HandlerFunc(p.serveRotate)))
	return mux
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
		if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
			h.Set("Access-Control-Allow-Headers", asked)
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

// serveDiscovery answers the OpenID Connect discovery document, less the
// hosted login's endpoints, which this pool does not have.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
func (p *Pool) serveDiscovery(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]any{
		"issuer":                                p.issuer,
		"jwks_uri":                              p.issuer + "/.well-known/jwks.json",
		"response_types_supported":              []string{"code", "token"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
	})
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
