package userpool

import (
	"encoding/json"
	"errors"
	"strings"
)

// errRecord names no detail of a damaged record, which may hold a secret.
var errRecord = errors.New("no record of a user pool")

// A check reads the records of a state file as the pool does later, in order of
// their buckets' names, and refuses what it could not use.
type check struct{ emails map[string]string } // by sub

func (c check) visit(bucket string, key, value []byte) error {
	switch bucket {
	case string(bucketEmails):
		c.emails[string(value)] = string(key)
		return nil
	case string(bucketGrants):
		return good(value, func(g *grant) bool { return g.Sub != "" && !g.Expires.IsZero() })
	case string(bucketClients):
		return good(value, func(c *storedClient) bool { return c.ID == string(key) })
	case string(bucketGroups):
		return good(value, func(g *group) bool { return g.Name == string(key) })
	case string(bucketPool):
		if string(key) == "secret" {
			return good(value, func(s *[]byte) bool { return len(*s) == secretLen })
		}
		return good(value, func(s *storedKeys) bool {
			_, err := s.keySet()
			return err == nil && string(key) == "keys"
		})
	case string(bucketServers):
		return good(value, func(s *storedServer) bool { return s.Identifier == string(key) })
	case string(bucketSessions):
		return good(value, func(s *session) bool { return len(key) == sessionKeyLen && !s.Expires.IsZero() })
	case string(bucketUsers):
		return good(value, func(u *user) bool {
			return u.Sub == string(key) && c.emails[u.Sub] == strings.ToLower(u.Email) && u.Password.usable() && u.Authenticator.usable()
		})
	}
	return errRecord
}

func good[T any](raw []byte, test func(*T) bool) error {
	v := new(T)
	if json.Unmarshal(raw, v) != nil || !test(v) {
		return errRecord
	}
	return nil
}
