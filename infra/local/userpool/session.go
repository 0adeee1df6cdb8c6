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
	key sessionKey // where it is kept

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
func findSession(tx *bolt.Tx, refreshToken, clientID string) (*session, error) {
	raw, err := decodeToken(refreshToken)
	if err != nil || len(raw) <= sessionKeyLen {
		return nil, errRefreshInvalid
	}
	s, err := getSession(tx, sessionKey(raw[:sessionKeyLen]))
	if err != nil {
		return nil, err
	}
	if s == nil || s.ClientID != clientID {
		return nil, errRefreshInvalid
	}
	if _, ok := s.number(refreshToken); !ok {
		return nil, errRefreshInvalid
	}
	return s, nil
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
