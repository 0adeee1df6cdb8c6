package bolt

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/notegate/notegate/pkg/note"
)

// BenchmarkList reads one page from the middle of ever more notes: what it costs
// must follow the page, not the notes.
func BenchmarkList(b *testing.B) {
	for _, count := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprintf("notes=%d", count), func(b *testing.B) {
			store, owner := filled(b, count)
			after := noteID(count / 2)
			b.ReportAllocs()
			for b.Loop() {
				notes, _, err := store.List(b.Context(), owner, after, 50)
				if err != nil {
					b.Fatal(err)
				}
				if got, want := len(notes), min(50, count-count/2-1); got != want {
					b.Fatalf("got %d notes, want %d", got, want)
				}
			}
		})
	}
}

// filled is a store of that many notes, written in one transaction: a hundred
// thousand would take minutes, since each ends on the disk.
func filled(b *testing.B, count int) (*Store, note.Owner) {
	b.Helper()
	store, err := Open(filepath.Join(b.TempDir(), "notes.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	owner, err := note.ParseOwner("ann")
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2026, 7, 2, 11, 42, 47, 0, time.UTC)
	err = store.update(b.Context(), owner, func(bucket *bbolt.Bucket) error {
		for i := range count {
			if err := put(bucket, note.Note{ID: noteID(i), Text: "Buy milk and bread.", Version: 1, CreatedAt: at, UpdatedAt: at}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return store, owner
}

func noteID(i int) string { return fmt.Sprintf("%06d", i) }
