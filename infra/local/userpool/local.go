package userpool

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// thisMachineOnly guards what the real service does not have: reading a
// confirmation code without the mailbox, and rotating keys.
func thisMachineOnly(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fromThisMachine(r) {
			http.Error(w, "for programs on this machine only", http.StatusForbidden)
			return
		}
		next(w, r)
	})
}

// fromThisMachine reports whether a program on this machine asks, and not a web
// page that the developer happens to have open: the peer is loopback, the Host
// is too (or a page could point its own name here and be same-origin), and no
// browser says that the request crosses origins.
func fromThisMachine(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !loopbackName(r.Host) {
		return false
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "" || site == "none" || site == "same-origin"
}

func loopbackName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// serveCode answers the code that the user awaits, for scripts:
// {"email","code","expires"}, or 404.
func (p *Pool) serveCode(w http.ResponseWriter, r *http.Request) {
	u, err := p.viewUser(r.URL.Query().Get("email"))
	switch {
	case err != nil:
		p.log.Error("read confirmation code", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
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
		p.log.Error("rotate keys", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	keys := p.keys.Load()
	p.log.Info("signing keys rotated", "old_keys_revoked", revoke == "true")
	writeJSON(w, map[string]string{"access": keys.access.kid, "id": keys.id.kid})
}
