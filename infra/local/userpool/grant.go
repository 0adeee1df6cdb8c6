package userpool

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"time"

	bolt "go.etcd.io/bbolt"
)

const codeGrantLifetime = 5 * time.Minute

// A grant is what an authorization code stands for (RFC 6749, section 4.1). The
// code itself is not kept. App clients here are public, so that PKCE is not left
// to them, unlike with Cognito (RFC 9700, section 2.1.1).
type grant struct {
	Sub         string
	Session     session // that the code is redeemed for
	RedirectURI string
	Challenge   string // of PKCE, method S256 (RFC 7636, section 4.2)
	Nonce       string
	Expires     time.Time
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
	if form.Get("code") == "" || form.Get("redirect_uri") == "" || form.Get("code_verifier") == "" {
		return nil, errInvalidRequest
	}
	var result *authenticationResult
	key := sha256Text(form.Get("code"))
	err := p.db.Update(func(tx *bolt.Tx) error {
		g, err := get[grant](tx, bucketGrants, key)
		if err != nil {
			return err
		}
		if g == nil || g.Session.ClientID != c.ID || g.RedirectURI != form.Get("redirect_uri") || !p.now().Before(g.Expires) {
			return errInvalidGrant
		}
		if err := tx.Bucket(bucketGrants).Delete([]byte(key)); err != nil || challengeOf(form.Get("code_verifier")) != g.Challenge {
			return err
		}
		u, err := findUser(tx, g.Sub)
		if err != nil {
			return err
		}
		result, err = p.signIn(tx, u, &g.Session, g.Nonce)
		return err
	})
	if err == nil && result == nil {
		err = errInvalidGrant
	}
	return result, err
}

// challengeOf is the code_challenge of a code_verifier.
func challengeOf(verifier string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(sha256Text(verifier)))
}

// sha256Text is the hash of a text, in bytes.
func sha256Text(text string) string {
	sum := sha256.Sum256([]byte(text))
	return string(sum[:])
}
