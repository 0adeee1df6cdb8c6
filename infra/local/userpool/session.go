package userpool

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

// A session is one sign-in and what springs from it: a refresh token and every
// access token whose origin_jti names it. A revoked one is kept until it would
// have ended, so that its tokens are told from unknown ones.
type session struct {
	key sessionKey // where it is kept

	ClientID string
	Scope    string
	Hosted   bool // began at the hosted login, whose tokens say a little more
	AuthTime time.Time
	Expires  time.Time // of the refresh tokens
	Revoked  bool

	// Refresh tokens are the key, to find the session by, and what proves them: the
	// first one's 32 random bytes, or the number of a later one and its MAC. So a
	// later one can be made again for a client whose answer got lost, and any that
	// was replaced is told from a forged one for as long as the session lasts.
	Secret  []byte      // SHA-256 of the first token, which itself is not kept
	Chain   []byte      `json:",omitzero"` // key of the later tokens' MACs
	Newest  uint32      `json:",omitzero"` // number of the newest token; the first is 0
	Rotated []time.Time `json:",omitzero"` // when the last of those before it were replaced, as far as any grace goes
}

// A sessionKey names a session in its bucket: the user's sub, a slash, the
// origin_jti. So a user's sessions lie side by side.
type sessionKey string

const sessionKeyLen = 36 + 1 + 36

func keyOf(sub, originJTI string) sessionKey { return sessionKey(sub + "/" + originJTI) }

func (k sessionKey) sub() string       { return string(k[:36]) }
func (k sessionKey) originJTI() string { return string(k[37:]) }

// startSession keeps a new session and returns its first refresh token.
func (p *Pool) startSession(tx *bolt.Tx, c Client, sub string, s *session) (refreshToken string, err error) {
	s.key = keyOf(sub, uuid.NewString())
	refreshToken = s.first()
	s.Expires = p.now().Add(c.refreshLifetime())
	return refreshToken, s.put(tx)
}

// getSession returns nil if there is none.
func getSession(tx *bolt.Tx, key sessionKey) (*session, error) {
	s, err := get[session](tx, bucketSessions, string(key))
	if s != nil {
		s.key = key
	}
	return s, err
}

func (s *session) put(tx *bolt.Tx) error { return put(tx, bucketSessions, string(s.key), s) }

// findSession returns errRefreshInvalid for a text that is not a refresh token of
// this pool, and for another app client's.
func findSession(tx *bolt.Tx, refreshToken, clientID string) (s *session, number uint32, err error) {
	raw, _ := base64.RawURLEncoding.DecodeString(refreshToken) // number compares the whole text
	if len(raw) < sessionKeyLen+firstProofLen {
		return nil, 0, errRefreshInvalid
	}
	s, err = getSession(tx, sessionKey(raw[:sessionKeyLen]))
	if err != nil {
		return nil, 0, err
	}
	if s == nil || s.ClientID != clientID {
		return nil, 0, errRefreshInvalid
	}
	number, ok := s.number(refreshToken, raw)
	if !ok {
		return nil, 0, errRefreshInvalid
	}
	return s, number, nil
}

func (s *session) revoke(tx *bolt.Tx) error {
	s.Revoked = true
	return s.put(tx)
}

// revokeAll ends every session of the user.
func revokeAll(tx *bolt.Tx, sub string) error {
	var found []*session
	prefix := keyOf(sub, "")
	c := tx.Bucket(bucketSessions).Cursor()
	for k, _ := c.Seek([]byte(prefix)); len(k) == sessionKeyLen && sessionKey(k).sub() == sub; k, _ = c.Next() {
		s, err := getSession(tx, sessionKey(k))
		if err != nil {
			return err
		}
		found = append(found, s)
	}
	// A bucket must not be written while a cursor walks it.
	for _, s := range found {
		if err := s.revoke(tx); err != nil {
			return err
		}
	}
	return nil
}

const maxGrace = time.Minute // Cognito's bound of RetryGracePeriodSeconds

const firstProofLen = 32 // bytes that prove a first token; a later one has more

func (s *session) first() string {
	token := encodeToken([]byte(s.key), randomBytes(firstProofLen))
	s.Secret = []byte(sha256Text(token))
	return token
}

// number returns which of the session's tokens it is, and false for none. raw is
// the token decoded, no shorter than a first one.
func (s *session) number(token string, raw []byte) (n uint32, ok bool) {
	if hmac.Equal([]byte(sha256Text(token)), s.Secret) {
		return 0, true
	}
	if s.Chain == nil { // without a key anybody could make the MAC
		return 0, false
	}
	n = binary.BigEndian.Uint32(raw[sessionKeyLen:])
	return n, hmac.Equal([]byte(token), []byte(s.later(n)))
}

// later makes the token of that number, 1 or above.
func (s *session) later(n uint32) string {
	named := binary.BigEndian.AppendUint32([]byte(s.key), n)
	return encodeToken(named, macOf(s.Chain, named))
}

// reused reports whether the token was replaced longer ago than the grace. One
// above the newest counts as replaced: since it was given out, the state file was
// put back to an earlier copy.
func (s *session) reused(n uint32, grace time.Duration, now time.Time) bool {
	if n == s.Newest {
		return false
	}
	i := int64(len(s.Rotated)) - int64(s.Newest-n) // far below 0 for one above the newest, even where an int has 32 bits
	return i < 0 || now.Sub(s.Rotated[i]) >= grace
}

// rotate returns the token that replaces the one of number n: a new one, or the
// newest again if n was replaced already.
func (s *session) rotate(n uint32, now time.Time) string {
	if n == s.Newest {
		if s.Chain == nil {
			s.Chain = randomBytes(32)
		}
		s.Newest++
		s.Rotated = append(s.Rotated, now)
		s.Rotated = slices.DeleteFunc(s.Rotated, func(at time.Time) bool { return now.Sub(at) >= maxGrace })
	}
	return s.later(s.Newest)
}

func encodeToken(named, proof []byte) string {
	return base64.RawURLEncoding.EncodeToString(slices.Concat(named, proof))
}

// renewable finds the session that a refresh token may still renew, and which of
// its tokens that is.
func (p *Pool) renewable(tx *bolt.Tx, c Client, token string) (s *session, n uint32, err error) {
	s, n, err = findSession(tx, token, c.ID)
	grace, _ := c.rotates()
	switch {
	case err != nil:
		return nil, 0, err
	case s.Revoked:
		return nil, 0, errRefreshRevoked
	case !p.now().Before(s.Expires):
		return nil, 0, errRefreshExpired
	case s.reused(n, grace, p.now()):
		return nil, 0, errRefreshReused
	}
	return s, n, nil
}

// refresh issues the tokens of a session anew. If the app client rotates, the
// answer has a refresh token, too, which ends when the first would have.
func (p *Pool) refresh(ctx context.Context, c Client, token string) (result *authenticationResult, err error) {
	var s *session
	var u *user
	err = p.db.View(func(tx *bolt.Tx) (err error) {
		if s, _, err = p.renewable(tx, c, token); err != nil {
			return err
		}
		u, err = findUser(tx, s.key.sub())
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case u == nil:
		return nil, errRefreshInvalid
	case u.Disabled:
		return nil, errDisabled
	}
	custom, err := p.customize(withSource(ctx, sourceRefresh), c, u, s.Scope)
	if err != nil {
		return nil, err
	}
	result, err = p.issue(c, u, s, "", custom)
	if _, rotates := c.rotates(); err != nil || !rotates {
		return result, err
	}
	return result, p.db.Update(func(tx *bolt.Tx) error {
		s, n, err := p.renewable(tx, c, token) // as it is by now
		if err != nil {
			return err
		}
		result.RefreshToken = s.rotate(n, p.now())
		return s.put(tx)
	})
}

// refreshTokenAuth answers without a new refresh token: app clients that rotate
// do not have the flow. The SECRET_HASH of a client with a secret is over the
// user's name in the pool, the sub.
func (p *Pool) refreshTokenAuth(ctx context.Context, c Client, params map[string]string) (*authOutput, error) {
	if err := missing(params, "REFRESH_TOKEN"); err != nil {
		return nil, err
	}
	s, err := read(p, func(tx *bolt.Tx) (*session, error) {
		s, _, err := p.renewable(tx, c, params["REFRESH_TOKEN"])
		return s, err
	})
	if err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(s.key.sub(), params["SECRET_HASH"]); err != nil {
		return nil, err
	}
	result, err := p.refresh(ctx, c, params["REFRESH_TOKEN"])
	return &authOutput{AuthenticationResult: result}, err
}

type getTokensInput struct {
	clientIDInput
	ClientSecret   string
	RefreshToken   string `required:"refreshToken"`
	ClientMetadata map[string]string
}

type getTokensOutput struct{ AuthenticationResult *authenticationResult }

// getTokensFromRefreshToken works whether the app client rotates or not.
func (p *Pool) getTokensFromRefreshToken(ctx context.Context, c Client, in *getTokensInput) (any, error) {
	if !c.hasSecret(in.ClientSecret) {
		return nil, unauthorized(errClientSecret.message)
	}
	result, err := p.refresh(withMetadata(ctx, in.ClientMetadata), c, in.RefreshToken)
	return getTokensOutput{result}, err
}
