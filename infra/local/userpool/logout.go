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
		p.failPage(w, r, err)
		return
	case c == nil:
		p.refusePage(w, errNoClient)
		return
	case target == "" && r.FormValue("redirect_uri") != "":
		if _, err := p.callback(r.URL.Query()); err != nil {
			p.refuseOrFail(w, r, err)
			return
		}
		target = "/login?" + r.URL.RawQuery
	case !slices.Contains(c.LogoutURLs, target):
		p.refusePage(w, errNoLogout)
		return
	}
	p.browsers.signOut(w, r)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, target, http.StatusFound)
}
