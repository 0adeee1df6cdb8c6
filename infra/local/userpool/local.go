package userpool

import (
	"net/http"
	"time"
)

// serveCode answers the code that the user awaits, for scripts, or the temporary
// password that the pool made up: {"email","code","expires"} or
// {"email","password","expires"}; otherwise 404.
func (p *Pool) serveCode(w http.ResponseWriter, r *http.Request) {
	u, err := p.viewUser(r.URL.Query().Get("email"))
	switch {
	case err != nil:
		p.fail(w, "codes", err)
	case u != nil && u.Temporary != nil && u.Temporary.Mailed != "":
		writeJSON(w, struct {
			Email    string    `json:"email"`
			Password string    `json:"password"`
			Expires  time.Time `json:"expires"`
		}{u.Email, u.Temporary.Mailed, u.Temporary.Expires})
	case u == nil || u.Code == nil:
		http.Error(w, "no confirmation code is awaited for that email", http.StatusNotFound)
	default:
		writeJSON(w, struct {
			Email   string    `json:"email"`
			Code    string    `json:"code"`
			Expires time.Time `json:"expires"`
		}{u.Email, u.Code.Digits, u.Code.Expires})
	}
}

// serveRotate answers the ids of the new keys: {"access","id"}.
func (p *Pool) serveRotate(w http.ResponseWriter, r *http.Request) {
	revoke := r.URL.Query().Get("revoke")
	if revoke != "" && revoke != "true" && revoke != "false" {
		http.Error(w, "revoke is neither true nor false", http.StatusBadRequest)
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
