package boltfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
	"go.etcd.io/bbolt"
)

// unreadable is what follows the path, and comes before the reason.
const unreadable = " is damaged, or another program's ("

// content is what a file holds, by bucket and key.
type content map[string]map[string]string

func anything(string, []byte, []byte) error { return nil }

// TestWhatBboltWrites opens files after all that bbolt does to them: buckets
// that lie in their entry and that have pages, values of many pages, free pages
// in one and in many, and a change that was cut off.
func TestWhatBboltWrites(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		path, random, want := filepath.Join(t.TempDir(), "a.db"), rand.New(rand.NewPCG(seed, 0)), content{}
		for range 8 {
			seen := content{}
			db, err := boltfile.Open(path, func(bucket string, key, value []byte) error {
				if seen[bucket] == nil {
					seen[bucket] = map[string]string{}
				}
				seen[bucket][string(key)] = string(value)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for bucket, entries := range want {
				if diff := cmp.Diff(entries, seen[bucket]); len(entries) > 0 && diff != "" {
					t.Fatalf("visited in %s (-want +got):\n%s", bucket, diff)
				}
			}
			db.NoSync = true
			change(t, db, random, want)
			abandon(t, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// change puts and deletes some entries, of the file and of what it should hold.
func change(t *testing.T, db *bbolt.DB, random *rand.Rand, want content) {
	t.Helper()
	sizes := []int{0, 10, 100, 1_000, 5_000, 100_000}
	for range 5 {
		err := db.Update(func(tx *bbolt.Tx) error {
			name := fmt.Sprint("bucket", random.IntN(6))
			b, err := tx.CreateBucketIfNotExists([]byte(name))
			if err != nil {
				return err
			}
			if want[name] == nil {
				want[name] = map[string]string{}
			}
			for range random.IntN(200) {
				key := fmt.Sprint(random.IntN(500))
				if random.IntN(3) == 0 {
					delete(want[name], key)
					if err := b.Delete([]byte(key)); err != nil {
						return err
					}
					continue
				}
				value := strings.Repeat(key[:1], sizes[min(random.IntN(40), random.IntN(len(sizes)))])
				want[name][key] = value
				if err := b.Put([]byte(key), []byte(value)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// abandon begins a change and does not end it.
func abandon(t *testing.T, db *bbolt.DB) {
	t.Helper()
	tx, err := db.Begin(true)
	if err != nil {
		t.Fatal(err)
	}
	tx.DeleteBucket([]byte("bucket1"))
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
}

// unused makes a database that was opened and never written to.
func unused(path string) error {
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	return db.Close()
}

// What the system says names the file once, and is not taken for damage.
func TestNoFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none", "a.db")
	_, err := boltfile.Open(path, anything)
	if !errors.Is(err, fs.ErrNotExist) || errors.Is(err, boltfile.ErrUnreadable) || strings.Count(err.Error(), path) != 1 {
		t.Errorf("got %v, want no such folder, with the path once", err)
	}
}

// TestNotADatabase has what may lie under the name of a database.
func TestNotADatabase(t *testing.T) {
	t.Parallel()
	whole := healthy(t)
	for name, c := range map[string]struct {
		make func(path string) error
		want string // what follows the path; none if it opens
	}{
		"nothing":          {func(string) error { return nil }, ""},
		"an empty file":    {file(nil), ""},
		"a database":       {file(whole), ""},
		"without buckets":  {unused, ""},
		"a text":           {file([]byte(strings.Repeat("Dear diary,\n", 1_000))), unreadable},
		"a short text":     {file([]byte("x")), unreadable},
		"zeros":            {file(make([]byte, len(whole))), unreadable},
		"its first page":   {file(whole[:4096]), unreadable},
		"half of it":       {file(whole[:len(whole)/2]), unreadable},
		"cut in a page":    {file(whole[:5*4096+100]), unreadable},
		"a folder":         {func(path string) error { return os.Mkdir(path, 0o700) }, " is no file: move it away"},
		"a link to itself": {func(path string) error { return os.Symlink(path, path) }, ": too many levels of symbolic links"},
	} {
		path := filepath.Join(t.TempDir(), "a.db")
		if err := c.make(path); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		db, err := boltfile.Open(path, anything)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			db.Close()
			continue
		}
		wantRefusal(t, name, path, err, c.want, before)
	}
}

func file(text []byte) func(string) error {
	return func(path string) error { return os.WriteFile(path, text, 0o600) }
}

// wantRefusal checks that the error is one line with the path and the reason,
// and that nothing was written.
func wantRefusal(t *testing.T, name, path string, err error, reason string, before []byte) {
	t.Helper()
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), path+reason) {
		t.Errorf("%s: got %v, want one line with %q", name, err, path+reason)
		return
	}
	if strings.Contains(reason, "damaged") != errors.Is(err, boltfile.ErrUnreadable) {
		t.Errorf("%s: got %v, want %v only if the file was read", name, err, boltfile.ErrUnreadable)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Errorf("%s: the file has changed", name)
	}
}

func TestNotAllowed(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Log("nothing is forbidden to this user")
		return
	}
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, healthy(t), 0o400); err != nil {
		t.Fatal(err)
	}
	_, err := boltfile.Open(path, anything)
	if want := "open " + path + ": permission denied: this user must be allowed to read and write it"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestInUse sees that a file is not read while its other user may change it.
func TestInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, healthy(t), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := boltfile.Open(path, anything)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = boltfile.Open(path, func(string, []byte, []byte) error {
		t.Error("an entry is read")
		return nil
	})
	if want := path + " is in use by another process"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestVisitRefuses sees that an entry can be the one that is wrong.
func TestVisitRefuses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	before := healthy(t)
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := errors.New("not mine")
	for _, name := range []string{"inline", "pages"} {
		_, err := boltfile.Open(path, func(bucket string, key, value []byte) error {
			if bucket == name && string(key) == "k003" {
				return foreign
			}
			return nil
		})
		wantRefusal(t, name, path, err, unreadable+"page ", before)
		if !errors.Is(err, foreign) {
			t.Errorf("%s: got %v, want %v", name, err, foreign)
		}
	}
}

// TestOtherDatabase has what no bucket of ours holds.
func TestOtherDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		outer, err := tx.CreateBucket([]byte("outer"))
		if err != nil {
			return err
		}
		_, err = outer.CreateBucket([]byte("inner"))
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = boltfile.Open(path, anything)
	wantRefusal(t, "nested", path, err, unreadable+"page 4 is a bucket in a bucket)", before)
}
