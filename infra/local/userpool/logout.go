package userpool

import (
	"net/http"
	"slices"
)

var errNoLogout = &fault{"redirect_mismatch", "The logout_uri is not, character for character, a sign-out URL of the app client."}

// serveLogout ends the browser's session here and sends it to the app's
// sign-out URL or, with an authorize request's parameters in its place, to sign
// in again.
// https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
func (p *Pool) serveLogout(w http.ResponseWriter, r *http.Request) {
	c, err := p.viewClient(r.FormValue("client_id"))
	target := r.FormValue("logout_uri")
	switch {
	case err != nil:
	case c == nil:
		err = errNoClient
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
