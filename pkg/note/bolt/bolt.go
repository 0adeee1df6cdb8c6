// Package bolt keeps notes in one local file, by bbolt: the store of the local
// stack, which needs no server.
//
// Each owner has a bucket, named by the owner's sub, and in it one JSON value
// per note under the note's id. bbolt keeps keys in order of their bytes and
// writes each transaction to the disk before it returns.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
	"go.etcd.io/bbolt"
)

// A Store keeps notes in one file. Make it with Open.
type Store struct{ db *bbolt.DB }

var _ note.Store = (*Store)(nil)

// Open opens the file, or makes it, in a directory that exists, as
// [boltfile.Open] does: one that is damaged, or in which there is something else
// than notes, is refused and left as it is. One process can have it open; another
// one fails after a second. The caller closes the store.
func Open(path string) (*Store, error) {
	db, err := boltfile.Open(path, visit)
	if err != nil {
		return nil, fmt.Errorf("bolt: open: %w", err)
	}
	return &Store{db}, nil
}

// Close waits for the calls under way and lets go of the file. The error is bbolt's,
// of the file.
func (s *Store) Close() error { return s.db.Close() }

// Create implements [note.Store], with its errors.
func (s *Store) Create(ctx context.Context, owner note.Owner, n note.Note) (note.Note, error) {
	err := s.update(ctx, owner, func(b *bbolt.Bucket) error {
		old, err := get(b, n.ID, nil)
		switch {
		case errors.Is(err, note.ErrNotFound):
			return put(b, n)
		case err != nil:
			return err
		case old.Text != n.Text:
			return note.ErrConflict
		}
		n = old
		return nil
	})
	if err != nil {
		return note.Note{}, err
	}
	return n, nil
}

// Get implements [note.Store], with its errors.
func (s *Store) Get(ctx context.Context, owner note.Owner, id string) (n note.Note, err error) {
	err = s.view(ctx, owner, func(b *bbolt.Bucket) error {
		n, err = get(b, id, nil)
		return err
	})
	return n, err
}

// List implements [note.Store], with its errors.
func (s *Store) List(ctx context.Context, owner note.Owner, after string, limit int) (notes []note.Note, more bool, err error) {
	err = s.view(ctx, owner, func(b *bbolt.Bucket) error {
		if b == nil {
			return nil
		}
		c := b.Cursor()
		key, value := c.Seek([]byte(after))
		if string(key) == after {
			key, value = c.Next()
		}
		for ; key != nil && len(notes) < limit; key, value = c.Next() {
			n, err := decode(key, value)
			if err != nil {
				return err
			}
			notes = append(notes, n)
		}
		more = key != nil
		return nil
	})
	return notes, more, err
}

// Update implements [note.Store], with its errors.
func (s *Store) Update(ctx context.Context, owner note.Owner, id, text string, at time.Time, when note.Condition) (n note.Note, err error) {
	err = s.update(ctx, owner, func(b *bbolt.Bucket) error {
		if n, err = get(b, id, when); err != nil {
			return err
		}
		n.Text, n.UpdatedAt, n.Version = text, at, n.Version+1
		return put(b, n)
	})
	if err != nil {
		return note.Note{}, err
	}
	return n, nil
}

// Delete implements [note.Store], with its errors.
func (s *Store) Delete(ctx context.Context, owner note.Owner, id string, when note.Condition) error {
	return s.update(ctx, owner, func(b *bbolt.Bucket) error {
		if _, err := get(b, id, when); err != nil {
			return err
		}
		return b.Delete([]byte(id))
	})
}
