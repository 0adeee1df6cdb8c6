package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"time"

	bolt "go.etcd.io/bbolt"
)

const codeGrantLifetime = 5 * time.Minute

// A grant is what an authorization code stands for (RFC 6749, section 4.1). The
// code itself is not kept. PKCE is not left to public clients, unlike with Cognito
// (RFC 9700, section 2.1.1).
type grant struct {
	Sub         string
	Session     session // that the code is redeemed for
	RedirectURI string
	Challenge   string // of PKCE, method S256 (RFC 7636, section 4.2); empty only for a client with a secret
	Nonce       string
	Custom      *customization `json:",omitempty"` // of the trigger, which ran before the code was issued
	Redeemed    sessionKey     // empty until then
	Expires     time.Time      // the code, or once redeemed the session
}

// issueCode returns the authorization code of a grant.
func (p *Pool) issueCode(g *grant) (code string, err error) {
	code = randomText(32)
	g.Expires = p.now().Add(codeGrantLifetime)
	return code, p.db.Update(func(tx *bolt.Tx) error { return put(tx, bucketGrants, sha256Text(code), g) })
}

// redeemCode begins the session of an authorization code. Who comes with the
// wrong verifier spends the code, too.
func (p *Pool) redeemCode(c Client, form url.Values) (*authenticationResult, error) {
	code, redirectURI := form.Get("code"), form.Get("redirect_uri")
	if code == "" || redirectURI == "" || c.Secret == "" && form.Get("code_verifier") == "" {
		return nil, errInvalidRequest
	}
	var g *grant
	var u *user
	var refreshToken string // empty: refused
	err := p.db.Update(func(tx *bolt.Tx) (err error) {
		g, err = get[grant](tx, bucketGrants, sha256Text(code))
		switch {
		case err != nil:
			return err
		case g == nil || g.Session.ClientID != c.ID || g.RedirectURI != redirectURI:
			return errInvalidGrant
		case g.Redeemed != "":
			return p.revokeReplayed(tx, g)
		case !p.now().Before(g.Expires):
			return errInvalidGrant
		case !g.provenBy(form.Get("code_verifier")):
			return tx.Bucket(bucketGrants).Delete([]byte(sha256Text(code)))
		}
		if u, err = findUser(tx, g.Sub); err != nil {
			return err
		}
		if u == nil || u.Disabled {
			return errInvalidGrant
		}
		refreshToken, err = p.startSession(tx, c, u.Sub, &g.Session)
		g.Redeemed, g.Expires = g.Session.key, g.Session.Expires
		return errors.Join(err, put(tx, bucketGrants, sha256Text(code), g))
	})
	if err == nil && refreshToken == "" { // what the refusal changed is kept
		err = errInvalidGrant
	}
	if err != nil {
		return nil, err
	}
	result, err := p.issue(c, u, &g.Session, g.Nonce, g.Custom)
	if err != nil {
		return nil, err
	}
	result.RefreshToken = refreshToken
	return result, nil
}

// provenBy reports whether the verifier is the challenge's. A code that was asked
// for without a challenge, by a client with a secret, comes without a verifier.
func (g *grant) provenBy(verifier string) bool {
	if g.Challenge == "" {
		return verifier == ""
	}
	return g.Challenge == challengeOf(verifier)
}

// revokeReplayed ends the session of a code that came twice: one of the two may
// be a thief (RFC 6749, section 4.1.2).
func (p *Pool) revokeReplayed(tx *bolt.Tx, g *grant) error {
	s, err := getSession(tx, g.Redeemed)
	if s == nil { // not there, or not to be read
		return err
	}
	p.log.Warn("an authorization code was used twice: its tokens are revoked", "client", g.Session.ClientID)
	return s.revoke(tx)
}

// challengeOf is the code_challenge of a code_verifier.
func challengeOf(verifier string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(sha256Text(verifier)))
}

// macOf is the HMAC-SHA256 of a message.
func macOf(key, message []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(nil)
}

// sha256Text is the hash of a text, in bytes.
func sha256Text(text string) string {
	sum := sha256.Sum256([]byte(text))
	return string(sum[:])
}
