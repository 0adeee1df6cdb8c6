package userpool

import (
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

// A session is one sign-in and what springs from it: a refresh token and every
// access token whose origin_jti names it. A revoked one is kept until it would
// have ended, so that its tokens are told from unknown ones.
type session struct {
	ClientID string
	Scope    string
	Hosted   bool // began at the hosted login, whose tokens say a little more
	AuthTime time.Time
	Expires  time.Time // of the refresh tokens
	Revoked  bool

	refreshTokens
}

// A sessionKey names a session in its bucket: the user's sub, a slash, the
// origin_jti. So a user's sessions lie side by side.
type sessionKey string

const sessionKeyLen = 36 + 1 + 36

func keyOf(sub, originJTI string) sessionKey { return sessionKey(sub + "/" + originJTI) }

func (k sessionKey) sub() string       { return string(k[:36]) }
func (k sessionKey) originJTI() string { return string(k[37:]) }

// startSession keeps a new session and returns its first refresh token.
func (p *Pool) startSession(tx *bolt.Tx, c Client, sub string, s *session) (key sessionKey, refreshToken string, err error) {
	key = keyOf(sub, uuid.NewString())
	refreshToken = s.first(key)
	s.Expires = p.now().Add(c.refreshLifetime())
	return key, refreshToken, put(tx, bucketSessions, string(key), s)
}

// findSession returns errRefreshInvalid for a text that is not a refresh token of
// this pool, and for another app client's.
func findSession(tx *bolt.Tx, refreshToken, clientID string) (sessionKey, *session, error) {
	raw, err := decodeToken(refreshToken)
	if err != nil || len(raw) <= sessionKeyLen {
		return "", nil, errRefreshInvalid
	}
	key := sessionKey(raw[:sessionKeyLen])
	s, err := get[session](tx, bucketSessions, string(key))
	if err != nil {
		return "", nil, err
	}
	if s == nil || s.ClientID != clientID {
		return "", nil, errRefreshInvalid
	}
	if _, ok := s.number(refreshToken); !ok {
		return "", nil, errRefreshInvalid
	}
	return key, s, nil
}

func revoke(tx *bolt.Tx, key sessionKey, s *session) error {
	s.Revoked = true
	return put(tx, bucketSessions, string(key), s)
}

// revokeAll ends every session of the user.
func revokeAll(tx *bolt.Tx, sub string) error {
	found := map[sessionKey]*session{}
	prefix := keyOf(sub, "")
	c := tx.Bucket(bucketSessions).Cursor()
	for k, _ := c.Seek([]byte(prefix)); len(k) == sessionKeyLen && sessionKey(k).sub() == sub; k, _ = c.Next() {
		s, err := get[session](tx, bucketSessions, string(k))
		if err != nil {
			return err
		}
		found[sessionKey(k)] = s
	}
	// A bucket must not be written while a cursor walks it.
	for key, s := range found {
		if err := revoke(tx, key, s); err != nil {
			return err
		}
	}
	return nil
}
