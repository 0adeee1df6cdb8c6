package userpool

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// serveAuthorize sends a signed-in browser back to the app with a code, and any
// other to the login page with the same parameters.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
func (p *Pool) serveAuthorize(w http.ResponseWriter, r *http.Request, c Client) {
	query := r.URL.Query()
	scope, prompt, refused := c.checkAuthorize(query)
	if refused != nil {
		refused.redirect(w, r)
		return
	}
	browser, ok := p.browsers.of(r, p.now())
	switch {
	case !ok && prompt.none:
		(&refusal{"login_required", "Nobody is signed in here, and prompt=none allows no form."}).redirect(w, r)
		return
	case !ok || prompt.login:
		redirectToLogin(w, r)
		return
	}
	u, err := p.viewUser(browser.sub)
	switch {
	case err != nil:
		p.failPage(w, r, err)
		return
	case (u == nil || u.Disabled) && prompt.none:
		(&refusal{"login_required", "The user is not there any more, and prompt=none allows no form."}).redirect(w, r)
		return
	case u == nil || u.Disabled:
		p.browsers.signOut(w, r)
		redirectToLogin(w, r)
		return
	case p.awaits(u, browser) != "" && prompt.none:
		(&refusal{"interaction_required", "The user has a form to fill in, and prompt=none allows none."}).redirect(w, r)
		return
	case p.awaits(u, browser) != "":
		http.Redirect(w, r, p.awaits(u, browser)+"?"+r.URL.RawQuery, http.StatusFound)
		return
	}
	custom, err := p.customize(withSource(r.Context(), sourceHosted), c, u, scope)
	if f, ok := errors.AsType[*fault](err); ok { // the app is told what the trigger said, as by Cognito
		(&refusal{"invalid_request", f.message}).redirect(w, r)
		return
	}
	if err != nil {
		p.failPage(w, r, err)
		return
	}
	code, err := p.issueCode(&grant{
		Sub:         u.Sub,
		Session:     session{ClientID: c.ID, Scope: scope, AuthTime: browser.at, Hosted: true},
		RedirectURI: query.Get("redirect_uri"),
		Challenge:   query.Get("code_challenge"),
		Nonce:       query.Get("nonce"),
		Custom:      custom,
	})
	if err != nil {
		p.failPage(w, r, err)
		return
	}
	redirectBack(w, r, url.Values{"code": {code}})
}

// A refusal is what the app is told instead of a code: an error of RFC 6749,
// section 4.1.2.1, or of OpenID Connect Core, section 3.1.2.6, and why.
type refusal struct{ word, why string }

func (f *refusal) redirect(w http.ResponseWriter, r *http.Request) {
	redirectBack(w, r, url.Values{"error": {f.word}, "error_description": {f.why}})
}

// checkAuthorize returns the scopes and the prompt that an authorize request asks
// for, or why it is refused.
func (c Client) checkAuthorize(query url.Values) (scope string, p prompt, refused *refusal) {
	scope, known := c.grants(query.Get("scope"))
	p, clear := promptOf(query.Get("prompt"))
	response, foreign := query.Get("response_type"), foreignProvider(query)
	switch {
	case response == "token":
		refused = &refusal{"unauthorized_client", "The implicit grant is not available: use response_type=code with PKCE, code_challenge_method=S256."}
	case response != "code":
		refused = &refusal{"unsupported_response_type", "The response_type is not code."}
	case !c.allowsOAuth(oauthCode):
		refused = &refusal{"unauthorized_client", "The app client does not have the flow code among its AllowedOAuthFlows."}
	case !c.provable(query):
		refused = &refusal{"invalid_request", "PKCE is required: code_challenge is the SHA-256 of the code_verifier in base64url, 43 characters, and code_challenge_method is S256."}
	case !known:
		refused = &refusal{"invalid_scope", "The app client allows " + strings.Join(c.Scopes, " ") + "; email, phone and profile only together with openid."}
	case foreign != "":
		refused = &refusal{"invalid_request", "This pool has only users of its own: leave " + foreign + " out, or set it to COGNITO."}
	case !clear:
		refused = &refusal{"invalid_request", "The prompt is none, alone, or any of login, select_account and consent."}
	}
	return scope, p, refused
}

// foreignProvider returns the parameter that asks for another identity provider, if
// one does.
func foreignProvider(query url.Values) string {
	for _, name := range []string{"identity_provider", "idp_identifier"} {
		if provider := query.Get(name); provider != "" && provider != "COGNITO" {
			return name
		}
	}
	return ""
}

// provable reports whether only its client can redeem the code: by PKCE, or by
// the client's secret. PKCE itself is optional for a client with a secret.
func (c Client) provable(query url.Values) bool {
	challenge, method := query.Get("code_challenge"), query.Get("code_challenge_method")
	return method == "S256" && len(challenge) == len(challengeOf("")) || challenge+method == "" && c.Secret != ""
}

var (
	errNoClient   = &fault{"invalid_request", "No app client of this pool has that client_id."}
	errNoCallback = &fault{"redirect_mismatch", "The redirect_uri is not, character for character, a callback URL of the app client."}
)

// withClient lets requests through that name an app client and a redirect URI of
// its. Others end on a page of ours: an answer to an address that nobody vouched
// for would be an open redirector.
func (p *Pool) withClient(next func(http.ResponseWriter, *http.Request, Client)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := p.callback(r.URL.Query())
		if err != nil {
			p.refuseOrFail(w, r, err)
			return
		}
		next(w, r, c)
	}
}

// callback returns the app client, if the redirect URI is one of its. URIs are
// compared whole (RFC 9700, section 2.1).
func (p *Pool) callback(query url.Values) (Client, error) {
	c, err := p.clientOr(errNoClient, query.Get("client_id"))
	switch {
	case err != nil:
		return Client{}, err
	case !slices.Contains(c.CallbackURLs, query.Get("redirect_uri")):
		return Client{}, errNoCallback
	}
	return c, nil
}

// grants returns the scopes that a request is for, all of the app client's if
// it names none, and whether it may have them.
func (c Client) grants(requested string) (scope string, ok bool) {
	scopes := strings.Fields(requested)
	if len(scopes) == 0 {
		scopes = c.Scopes
	}
	for _, s := range scopes {
		if !slices.Contains(c.Scopes, s) {
			return "", false
		}
	}
	if !slices.Contains(scopes, scopeOpenID) && slices.ContainsFunc(scopes, isIdentityScope) {
		return "", false
	}
	return strings.Join(scopes, " "), true
}

// redirectBack answers the app at its registered redirect URI.
func redirectBack(w http.ResponseWriter, r *http.Request, answer url.Values) {
	if state := r.FormValue("state"); state != "" {
		answer.Set("state", state)
	}
	target := r.FormValue("redirect_uri")
	join := "?"
	if strings.Contains(target, "?") {
		join = "&"
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, target+join+answer.Encode(), http.StatusFound)
}

// A prompt is what an authorize request asks of a browser that is, or is not,
// signed in already.
// https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
type prompt struct {
	none  bool // answer without showing anything
	login bool // show the form, even if somebody is signed in
}

// promptOf reads a list of words. Other identity providers act on select_account
// and consent; Cognito's own login does not.
func promptOf(value string) (p prompt, ok bool) {
	words := strings.Fields(value)
	for _, word := range words {
		if !slices.Contains([]string{"none", "login", "select_account", "consent"}, word) {
			return prompt{}, false
		}
	}
	p = prompt{none: slices.Contains(words, "none"), login: slices.Contains(words, "login")}
	return p, !p.none || len(words) == 1
}

// redirectToLogin hands on all but the prompt: the form would be shown again
// after each sign-in.
func redirectToLogin(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	query.Del("prompt")
	http.Redirect(w, r, "/login?"+query.Encode(), http.StatusFound)
}

var errNoLogout = &fault{"redirect_mismatch", "The logout_uri is not, character for character, a sign-out URL of the app client."}

// serveLogout ends the browser's session here and sends it to the app's
// sign-out URL or, with an authorize request's parameters in its place, to sign
// in again.
// https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
func (p *Pool) serveLogout(w http.ResponseWriter, r *http.Request) {
	c, err := p.clientOr(errNoClient, r.FormValue("client_id"))
	target := r.FormValue("logout_uri")
	switch {
	case err != nil:
	case target == "" && r.FormValue("redirect_uri") != "":
		target = "/login?" + r.URL.RawQuery
		_, err = p.callback(r.URL.Query())
	case !slices.Contains(c.LogoutURLs, target):
		err = errNoLogout
	}
	if err != nil {
		p.refuseOrFail(w, r, err)
		return
	}
	p.browsers.signOut(w, r)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, target, http.StatusFound)
}
