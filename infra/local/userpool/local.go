package userpool

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// serveCode answers the last code that was sent to the address and is still
// awaited, for scripts, or the temporary password that the pool made up:
// {"email","code","expires"} or {"email","password","expires"}; otherwise 404.
func (p *Pool) serveCode(w http.ResponseWriter, r *http.Request) {
	email := r.URL.Query().Get("email")
	u, err := p.viewUser(email)
	if err != nil {
		p.fail(w, "codes", err)
		return
	}
	c, err := p.mail(email)
	switch {
	case err != nil:
		p.fail(w, "codes", err)
	case u != nil && u.Temporary != nil && u.Temporary.Mailed != "":
		writeJSON(w, struct {
			Email    string    `json:"email"`
			Password string    `json:"password"`
			Expires  time.Time `json:"expires"`
		}{u.Email, u.Temporary.Mailed, u.Temporary.Expires})
	case c == nil:
		http.Error(w, "no confirmation code is pending for this email address", http.StatusNotFound)
	default:
		writeJSON(w, struct {
			Email   string    `json:"email"`
			Code    string    `json:"code"`
			Expires time.Time `json:"expires"`
		}{email, c.Digits, c.Expires})
	}
}

// mail returns nil if no code is awaited from that address.
func (p *Pool) mail(email string) (last *code, err error) {
	sent := func(c *code) {
		if c != nil && (last == nil || last.Sent.Before(c.Sent)) {
			last = c
		}
	}
	err = p.db.View(func(tx *bolt.Tx) error {
		u, err := findUser(tx, email)
		if err != nil {
			return err
		}
		if u != nil {
			sent(u.Code)
			sent(u.Reset)
			if u.NewEmail == "" {
				sent(u.Verify)
			}
			return nil
		}
		// An address that is nobody's yet may become somebody's.
		return tx.Bucket(bucketUsers).ForEach(func(_, value []byte) error {
			var u user
			if err := json.Unmarshal(value, &u); err != nil {
				return err
			}
			if strings.EqualFold(u.NewEmail, email) {
				sent(u.Verify)
			}
			return nil
		})
	})
	return last, err
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
