package userpool

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
	bolt "go.etcd.io/bbolt"
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
		return errors.Join(dropEnded(tx, bucketSessions, now), dropEnded(tx, bucketGrants, now))
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

func put(tx *bolt.Tx, bucket []byte, key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("userpool: write state: %s: %w", bucket, err)
	}
	return tx.Bucket(bucket).Put([]byte(key), raw)
}

// randomBytes cannot fail: crypto/rand ends the process instead.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func randomText(n int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(n)) }
