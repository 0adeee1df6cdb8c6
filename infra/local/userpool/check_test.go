package userpool_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/userpool"
	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
	"go.etcd.io/bbolt"
)

// TestStrangeState changes one record of a state file: one that the pool could
// not use is refused when the file is opened, and nothing is written.
func TestStrangeState(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.reopen(func(cfg *userpool.Config) {
		cfg.ResourceServers = []userpool.ResourceServer{{Identifier: "notes", Name: "Notes", Scopes: []userpool.Scope{{Name: "read", Description: "Read"}}}}
	})
	f.user()
	f.mustSignIn()
	f.visit().authorize() // leaves a grant
	if err := f.createGroup("staff"); err != nil {
		t.Fatal(err)
	}
	f.rotate("")
	cfg, path := f.config(), filepath.Join(t.TempDir(), "pool.db")
	whole, err := os.ReadFile(filepath.Join(f.dir, "pool.db"))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Dir = filepath.Dir(path)
	replace := func(old, by string) func(*string, *string) {
		return func(_, value *string) {
			if !strings.Contains(*value, old) {
				t.Errorf("no %s in %s", old, *value)
			}
			*value = strings.Replace(*value, old, by, 1)
		}
	}
	for name, c := range map[string]struct {
		bucket string
		change func(key, value *string)
		opens  bool
	}{
		"unchanged":            {"users", func(_, _ *string) {}, true},
		"a later member":       {"users", replace("{", `{"Later":1,`), true},
		"user not JSON":        {"users", func(_, value *string) { *value = (*value)[1:] }, false},
		"user under another":   {"users", func(key, _ *string) { *key = "x" + (*key)[1:] }, false},
		"user without sub":     {"users", replace(`"Sub"`, `"Sup"`), false},
		"user without email":   {"users", replace(`"Email"`, `"Emale"`), false},
		"user of no address":   {"users", replace(email, "bob@example.com"), false},
		"hash without passes":  {"users", replace(`"Passes"`, `"Passed"`), false},
		"hash of many passes":  {"users", replace(`"Passes":36`, `"Passes":3600`), false},
		"hash of much memory":  {"users", replace(`"Memory":1024`, `"Memory":4294967295`), false},
		"hash without threads": {"users", replace(`"Threads"`, `"Treads"`), false},
		"hash without key":     {"users", replace(`"Key"`, `"Kay"`), false},
		"a verifier too long":  {"users", replace(`"V":"`, `"V":"`+strings.Repeat("A", 800)), false},
		"an app of no seed":    {"users", replace("{", `{"Authenticator":{"Enabled":true},`), false},
		"an app of a seed":     {"users", replace("{", `{"Authenticator":{"Seed":"`+strings.Repeat("A", 43)+`="},`), true},
		"a seed too short":     {"users", replace("{", `{"Authenticator":{"Seed":"AAAA"},`), false},
		"address of nobody":    {"emails", func(_, value *string) { *value = "x" + (*value)[1:] }, false},
		"another address":      {"emails", func(key, _ *string) { *key = "bob@example.com" }, false},
		"session not JSON":     {"sessions", func(_, value *string) { *value = (*value)[1:] }, false},
		"session without end":  {"sessions", replace(`"Expires"`, `"Expired"`), false},
		"session of no key":    {"sessions", func(key, _ *string) { *key = (*key)[1:] }, false},
		"keys not JSON":        {"pool", func(_, value *string) { *value = (*value)[1:] }, false},
		"keys of another name": {"pool", func(key, _ *string) { *key = "kegs" }, false},
		"a short secret":       {"pool", func(key, value *string) { *key, *value = "secret", `"AAAA"` }, false},
		"no signing key":       {"pool", replace(`"Access":{"KID"`, `"Excess":{"KID"`), false},
		"a key that is none":   {"pool", replace(`"DER":"MII`, `"DER":"MIJ`), false},
		"member of no type":    {"users", replace("{", `{"Disabled":1,`), false},
		"grant of nobody":      {"grants", replace(`"Sub"`, `"Sup"`), false},
		"grant without end":    {"grants", replace(`"Redeemed":"","Expires"`, `"Redeemed":"","Expired"`), false},
		"group under another":  {"groups", func(key, _ *string) { *key = "x" + *key }, false},
		"client under another": {"clients", func(key, _ *string) { *key = "x" + *key }, false},
		"server under another": {"servers", func(key, _ *string) { *key = "x" + *key }, false},
		"a bucket of others":   {"others", func(key, value *string) { *key, *value = "a", "b" }, false},
	} {
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		changeRecord(t, path, c.bucket, c.change)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := userpool.Open(cfg)
		if err == nil {
			p.Close()
		}
		if c.opens && err != nil || !c.opens && !errors.Is(err, boltfile.ErrUnreadable) {
			t.Errorf("%s: got %v, want it opened: %t", name, err, c.opens)
		}
		if after, _ := os.ReadFile(path); !c.opens && !bytes.Equal(before, after) {
			t.Errorf("%s: the file has changed", name)
		}
	}
}

// changeRecord puts another record in place of the bucket's first.
func changeRecord(t *testing.T, path, bucket string, change func(key, value *string)) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		k, v := b.Cursor().First()
		key, value := string(k), string(v)
		if k != nil {
			if err := b.Delete(bytes.Clone(k)); err != nil {
				return err
			}
		}
		change(&key, &value)
		return b.Put([]byte(key), []byte(value))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestStableSub sees that a user whom the pool is told to have has one sub in
// every state file, and who signs up another each time.
func TestStableSub(t *testing.T) {
	t.Parallel()
	subs := map[string]int{}
	for range 2 {
		f := open(t)
		f.user()
		claims, _, err := f.verify(*f.mustSignIn().AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := f.signUp("bob@example.com", password)
		if err != nil {
			t.Fatal(err)
		}
		subs[claims["sub"].(string)]++
		subs[*answer.UserSub]++
	}
	if len(subs) != 3 {
		t.Errorf("got %v, want one sub twice and two once", subs)
	}
}
