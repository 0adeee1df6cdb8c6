package boltfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
	"go.etcd.io/bbolt"
)

const pageSize = 4096

// healthy is a file with every kind of page: a bucket in its entry, one of leaf
// and branch pages, one with values of several pages, and free pages.
func healthy(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "healthy.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: pageSize, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	put := func(bucket string, from, to, size int) {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte(bucket))
			for i := from; i < to && err == nil; i++ {
				key := fmt.Sprintf("k%03d", i)
				err = b.Put([]byte(key), []byte(strings.Repeat(key, size)))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("gone", 0, 200, 60)
	put("empty", 0, 0, 0)
	put("inline", 0, 5, 3)
	put("large", 0, 3, 3_000)
	put("pages", 0, 300, 30)
	if err := db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("gone")) }); err != nil {
		t.Fatal(err)
	}
	put("inline", 0, 5, 3) // both meta pages know the same entries now
	put("inline", 0, 5, 3)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// TestDamage changes one thing at a time in a healthy file. Either the file is
// refused and left alone, or bbolt reads it, changes it and finds it sound, and
// it holds what it held except for the key or value that was hit, whose bytes nothing
// vouches for.
func TestDamage(t *testing.T) {
	t.Parallel()
	whole := healthy(t)
	want := entriesOf(t, whole)
	random, path := rand.New(rand.NewPCG(7, 7)), filepath.Join(t.TempDir(), "a.db")
	opened, refused := 0, 0
	try := func(name string, damaged []byte, mayDiffer int) {
		t.Helper()
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := boltfile.Open(path, anything)
		if err != nil {
			refused++
			wantRefusal(t, name, path, err, unreadable, damaged)
			return
		}
		opened++
		db.NoSync, db.NoGrowSync = true, true
		wantSound(t, name, db, want, mayDiffer)
		if err := db.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if db, err = boltfile.Open(path, anything); err != nil {
			t.Errorf("%s: after changes: %v", name, err)
			return
		}
		db.Close()
	}

	pages := int(binary.NativeEndian.Uint64(whole[16+40:])) // a few more follow, of no use yet
	for page := range pages {
		at := page * pageSize
		for i := range headerAndEntries(whole[at:]) { // where every bit counts
			if page > 5 && i >= 16 && random.IntN(80) > 0 {
				continue // of the many leaves' entries, some
			}
			damaged := bytes.Clone(whole)
			if damaged[at+i] ^= 1 << random.IntN(8); i%2 == 0 {
				damaged[at+i] = byte(random.Uint32())
			}
			try(fmt.Sprintf("byte %d of page %d", i, page), damaged, 1)
		}
		zeros, noise, copied, exchanged := bytes.Clone(whole), bytes.Clone(whole), bytes.Clone(whole), bytes.Clone(whole)
		clear(zeros[at : at+pageSize])
		try(fmt.Sprintf("page %d of zeros", page), zeros, 2)
		for i := range pageSize {
			noise[at+i] = byte(random.Uint32())
		}
		try(fmt.Sprintf("page %d of noise", page), noise, 2)
		other := random.IntN(pages) * pageSize
		copy(copied[at:at+pageSize], whole[other:])
		try(fmt.Sprintf("page %d a copy of %d", page, other/pageSize), copied, 2)
		copy(exchanged[at:at+pageSize], whole[other:])
		copy(exchanged[other:other+pageSize], whole[at:])
		try(fmt.Sprintf("pages %d and %d exchanged", page, other/pageSize), exchanged, 3)
		try(fmt.Sprintf("%d pages", page+1), whole[:at+pageSize], 0)
	}
	for range 200 {
		damaged, at := bytes.Clone(whole), random.IntN(pages*pageSize)
		damaged[at] = byte(random.Uint32())
		try(fmt.Sprintf("byte %d", at), damaged, 1)
	}
	t.Logf("of %d damaged files %d were refused", opened+refused, refused)
	if opened < 100 || refused < 500 {
		t.Errorf("got %d opened and %d refused, want many of both", opened, refused)
	}
}

// headerAndEntries is how many bytes of a page are not keys and values.
func headerAndEntries(page []byte) int {
	switch kind := binary.NativeEndian.Uint16(page[8:]); kind {
	case 1, 2:
		return 16 + 16*int(binary.NativeEndian.Uint16(page[10:]))
	case 4:
		return 16 + 64
	case 16:
		return 16 + 8*int(binary.NativeEndian.Uint16(page[10:]))
	}
	return 16
}

// wantSound reads everything by bbolt itself, and writes in every bucket.
func wantSound(t *testing.T, name string, db *bbolt.DB, want map[string]string, mayDiffer int) {
	t.Helper()
	differ := 0
	got := entries(t, db)
	for key, value := range want {
		if got[key] != value {
			differ++
		}
	}
	if differ > mayDiffer || len(got) != len(want) {
		t.Errorf("%s: opened with %d entries, of which %d differ, want %d and at most %d", name, len(got), differ, len(want), mayDiffer)
	}
	checkAll(t, name, db)
	for round := range 2 {
		err := db.Update(func(tx *bbolt.Tx) error {
			return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
				var keys [][]byte
				b.ForEach(func(k, v []byte) error {
					if !bytes.Equal(b.Get(k), v) {
						t.Errorf("%s: an entry that is listed is not found", name)
					}
					keys = append(keys, bytes.Clone(k))
					return nil
				})
				for i, key := range keys {
					if i%2 == round {
						if err := b.Delete(key); err != nil {
							return err
						}
					} else if err := b.Put(key, bytes.Repeat(key, 1+200*round)); err != nil {
						return err
					}
				}
				return nil
			})
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	checkAll(t, name, db)
}

// checkAll asks bbolt's own check.
func checkAll(t *testing.T, name string, db *bbolt.DB) {
	t.Helper()
	err := db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("%s: bbolt says: %v", name, err)
		}
		return nil
	})
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func entriesOf(t *testing.T, whole []byte) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return entries(t, db)
}

func entries(t *testing.T, db *bbolt.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				all[string(name)+"/"+string(k)] = string(v)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
