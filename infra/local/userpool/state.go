package userpool

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
)

// The buckets of the state file. Values are JSON, except for the plain subs of
// bucketEmails.
var (
	bucketPool     = []byte("pool")     // "keys": storedKeys; "secret": random bytes
	bucketUsers    = []byte("users")    // sub: user
	bucketEmails   = []byte("emails")   // e-mail address in lower case: sub
	bucketSessions = []byte("sessions") // sub/origin_jti: session
	bucketGrants   = []byte("grants")   // SHA-256 of an authorization code: grant
	bucketClients  = []byte("clients")  // client id: storedClient
	bucketGroups   = []byte("groups")   // name: group
	bucketServers  = []byte("servers")  // identifier: storedServer
)

// openState opens or makes pool.db, readable only by its owner because it holds
// the private keys, and drops sessions and codes that ended before now. A file
// that is damaged, or another program's, is refused and left as it is.
func openState(dir string, now time.Time) (*bolt.DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("userpool: open state: %w", err)
	}
	path := filepath.Join(dir, "pool.db")
	db, err := boltfile.Open(path, check{map[string]string{}}.visit)
	if err != nil {
		return nil, fmt.Errorf("userpool: open state: %w", err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketPool, bucketUsers, bucketEmails, bucketSessions, bucketGrants, bucketClients, bucketGroups, bucketServers} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		_, errSessions := drop(tx, bucketSessions, func(s *session) bool { return !now.Before(s.Expires) })
		_, errGrants := drop(tx, bucketGrants, func(g *grant) bool { return !now.Before(g.Expires) })
		return errors.Join(errSessions, errGrants)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("userpool: open state: %w", err), db.Close())
	}
	return db, nil
}

const secretLen = 32

// loadSecret reads the pool's secret, or makes it.
func (p *Pool) loadSecret() error {
	return p.db.Update(func(tx *bolt.Tx) error {
		kept, err := get[[]byte](tx, bucketPool, "secret")
		if err != nil {
			return err
		}
		if kept != nil {
			p.secret = *kept
			return nil
		}
		p.secret = randomBytes(secretLen)
		return put(tx, bucketPool, "secret", p.secret)
	})
}

// read looks something up in one transaction.
func read[T any](p *Pool, find func(*bolt.Tx) (T, error)) (v T, err error) {
	err = p.db.View(func(tx *bolt.Tx) (err error) {
		v, err = find(tx)
		return err
	})
	return v, err
}

// get returns nil if the bucket has no such key.
func get[T any](tx *bolt.Tx, bucket []byte, key string) (*T, error) {
	raw := tx.Bucket(bucket).Get([]byte(key))
	if raw == nil {
		return nil, nil
	}
	v := new(T)
	if err := json.Unmarshal(raw, v); err != nil {
		return nil, fmt.Errorf("userpool: read state: %s: %w", bucket, err)
	}
	return v, nil
}

// all returns the bucket's records by key.
func all[T any](tx *bolt.Tx, bucket []byte) (map[string]*T, error) {
	records := map[string]*T{}
	err := tx.Bucket(bucket).ForEach(func(k, _ []byte) (err error) {
		records[string(k)], err = get[T](tx, bucket, string(k))
		return err
	})
	return records, err
}

// drop removes the bucket's records that match, and returns all that there were.
func drop[T any](tx *bolt.Tx, bucket []byte, matches func(*T) bool) (map[string]*T, error) {
	before, err := all[T](tx, bucket)
	for key, record := range before {
		if err == nil && matches(record) {
			err = tx.Bucket(bucket).Delete([]byte(key))
		}
	}
	return before, err
}

func put(tx *bolt.Tx, bucket []byte, key string, v any) error {
	return tx.Bucket(bucket).Put([]byte(key), must(json.Marshal(v))) // each record can be written
}

// randomBytes cannot fail: crypto/rand ends the process instead.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// randomInt is below n, and each of them as likely.
func randomInt(n int) int64 {
	return must(rand.Int(rand.Reader, big.NewInt(int64(n)))).Int64() // crypto/rand.Reader never fails
}

func randomText(n int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(n)) }

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
			return u.Sub == string(key) && u.Email != "" && c.emails[u.Sub] == strings.ToLower(u.Email) && u.Password.usable() && u.Authenticator.usable()
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
