package userpool

import (
	"net/http"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

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
	u, err := findUser(tx, email)
	if err != nil {
		return nil, err
	}
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
