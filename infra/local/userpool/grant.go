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
	Redeemed    sessionKey // empty until then
	Expires     time.Time  // the code, or once redeemed the session
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
	code, redirectURI, verifier := form.Get("code"), form.Get("redirect_uri"), form.Get("code_verifier")
	if code == "" || redirectURI == "" || verifier == "" {
		return nil, errInvalidRequest
	}
	var result *authenticationResult
	err := p.db.Update(func(tx *bolt.Tx) error {
		g, err := get[grant](tx, bucketGrants, sha256Text(code))
		switch {
		case err != nil:
			return err
		case g == nil || g.Session.ClientID != c.ID || g.RedirectURI != redirectURI:
			return errInvalidGrant
		case g.Redeemed != "":
			return p.revokeReplayed(tx, g)
		case !p.now().Before(g.Expires):
			return errInvalidGrant
		case g.Challenge != challengeOf(verifier):
			return tx.Bucket(bucketGrants).Delete([]byte(sha256Text(code)))
		}
		result, err = p.redeemGrant(tx, g)
		if err != nil {
			return err
		}
		return put(tx, bucketGrants, sha256Text(code), g)
	})
	if err == nil && result == nil { // what the refusal changed is kept
		err = errInvalidGrant
	}
	return result, err
}

func (p *Pool) redeemGrant(tx *bolt.Tx, g *grant) (*authenticationResult, error) {
	u, err := findUser(tx, g.Sub)
	if err != nil {
		return nil, err
	}
	result, key, err := p.signIn(tx, u, &g.Session, g.Nonce)
	g.Redeemed, g.Expires = key, g.Session.Expires
	return result, err
}

// revokeReplayed ends the session of a code that came twice: one of the two may
// be a thief (RFC 6749, section 4.1.2).
func (p *Pool) revokeReplayed(tx *bolt.Tx, g *grant) error {
	s, err := get[session](tx, bucketSessions, string(g.Redeemed))
	if err != nil || s == nil {
		return err
	}
	p.log.Warn("an authorization code came twice, its tokens are revoked", "client", g.Session.ClientID)
	return revoke(tx, g.Redeemed, s)
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
