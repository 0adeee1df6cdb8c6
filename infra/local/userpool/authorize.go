package userpool

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-oauth2/oauth2/v4/errors"
)

// serveAuthorize sends a signed-in browser back to the app with a code, and any
// other to the login page with the same parameters. An app client or redirect
// URI that is not registered ends on a page of ours: an answer to an address
// that nobody vouched for would be an open redirector.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
func (p *Pool) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	c, err := p.callback(r.URL.Query())
	if err != nil {
		p.refusePage(w, r, err)
		return
	}
	refuse := func(code, why string) {
		redirectBack(w, r, url.Values{"error": {code}, "error_description": {why}})
	}
	if r.FormValue("response_type") == "token" {
		refuse("unauthorized_client", "The implicit grant is not available: use response_type=code with PKCE, code_challenge_method=S256.")
		return
	}
	req, err := p.oauth.ValidationAuthorizeRequest(r)
	if err != nil {
		refuse(err.Error(), errors.Descriptions[err])
		return
	}
	var ok bool
	if req.Scope, ok = c.grants(r.FormValue("scope")); !ok {
		refuse("invalid_scope", "The app client allows "+strings.Join(c.Scopes, " ")+"; email, phone and profile only together with openid.")
		return
	}
	if !isOwnProvider(r.FormValue("identity_provider")) || !isOwnProvider(r.FormValue("idp_identifier")) {
		refuse("invalid_request", "This pool signs its own users in alone: leave identity_provider and idp_identifier out, or say COGNITO.")
		return
	}
	prompt, ok := promptOf(r.FormValue("prompt"))
	if !ok {
		refuse("invalid_request", "The prompt is none, alone, or any of login, select_account and consent.")
		return
	}
	browser, ok := p.browsers.of(r, p.now())
	switch {
	case !ok && prompt.none:
		refuse("login_required", "Nobody is signed in here, and prompt=none allows no form.")
		return
	case !ok || prompt.login:
		redirectToLogin(w, r)
		return
	}
	u, err := p.viewUser(browser.sub)
	if err != nil || u == nil {
		p.failPage(w, r, err)
		return
	}
	if !u.Confirmed && prompt.none {
		refuse("interaction_required", "The address is to be confirmed, and prompt=none allows no form.")
		return
	}
	if !u.Confirmed {
		http.Redirect(w, r, "/confirm?"+r.URL.RawQuery, http.StatusFound)
		return
	}
	req.UserID = u.Sub
	req.Request = r.WithContext(withBrowser(r.Context(), browser))
	granted, err := p.oauth.GetAuthorizeToken(r.Context(), req)
	if err != nil {
		p.failPage(w, r, err)
		return
	}
	redirectBack(w, r, url.Values{"code": {granted.GetCode()}})
}

var (
	errNoClient   = &fault{"invalid_request", "No app client of this pool has that client_id."}
	errNoCallback = &fault{"redirect_mismatch", "The redirect_uri is not, character for character, a callback URL of the app client."}
)

// callback returns the app client, if the redirect URI is one of its.
func (p *Pool) callback(query url.Values) (Client, error) {
	c, err := p.client(query.Get("client_id"))
	if err != nil {
		return Client{}, errNoClient
	}
	if !slices.Contains(c.CallbackURLs, query.Get("redirect_uri")) {
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
