package bolt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/notegate/notegate/pkg/note"
	"go.etcd.io/bbolt"
)

// view runs read in one transaction on the owner's bucket, nil if there is none.
func (s *Store) view(ctx context.Context, owner note.Owner, read func(*bbolt.Bucket) error) error {
	if err := ended(ctx); err != nil {
		return err
	}
	return s.db.View(func(tx *bbolt.Tx) error { return read(tx.Bucket([]byte(owner.String()))) })
}

// update runs change in one transaction on the owner's bucket. When change
// fails nothing is kept, not even a bucket that was made for it. The lock that
// a transaction waits for ignores the context, so ctx is checked again.
func (s *Store) update(ctx context.Context, owner note.Owner, change func(*bbolt.Bucket) error) error {
	if err := ended(ctx); err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		if err := ended(ctx); err != nil {
			return err
		}
		b, err := tx.CreateBucketIfNotExists([]byte(owner.String()))
		if err != nil {
			return fmt.Errorf("bolt: bucket: %w", err)
		}
		return change(b)
	})
}

// ended returns an error if ctx has ended.
func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", note.ErrUnavailable, err)
	}
	return nil
}

// value is a note as it is stored; the id is its key.
type value struct {
	ID        string    `json:"-"`
	Text      string    `json:"note"`
	Birth     string    `json:"birth,omitempty"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// get returns the note if the condition holds, as [note.Store] says. b may be nil.
func get(b *bbolt.Bucket, id string, when note.Condition) (note.Note, error) {
	var stored []byte
	if b != nil {
		stored = b.Get([]byte(id))
	}
	if stored == nil && len(when) == 0 {
		return note.Note{}, note.ErrNotFound
	}
	if stored == nil {
		return note.Note{}, note.ErrVersion
	}
	n, err := decode([]byte(id), stored)
	if err != nil {
		return note.Note{}, err
	}
	if !when.Holds(n) {
		return note.Note{}, note.ErrVersion
	}
	return n, nil
}

func put(b *bbolt.Bucket, n note.Note) error {
	stored, err := json.Marshal(value(n))
	if err != nil {
		return fmt.Errorf("bolt: encode: %w", err)
	}
	if err := b.Put([]byte(n.ID), stored); err != nil {
		return fmt.Errorf("bolt: put: %w", err)
	}
	return nil
}

// decode copies what it returns: the bytes are the database's own.
func decode(id, stored []byte) (note.Note, error) {
	var v value
	if err := json.Unmarshal(stored, &v); err != nil {
		return note.Note{}, fmt.Errorf("bolt: decode: %w", err)
	}
	v.ID = string(id)
	return note.Note(v), nil
}

var errNoNote = errors.New("no note")

// visit refuses what put does not write.
func visit(bucket string, id, stored []byte) error {
	n, err := decode(id, stored)
	_, ownerErr := note.ParseOwner(bucket)
	if err != nil || ownerErr != nil || !utf8.Valid(id) || !utf8.Valid(stored) || n.Text == "" || n.Version < 1 || n.CreatedAt.IsZero() || n.UpdatedAt.IsZero() {
		return errNoNote
	}
	return nil
}
