package bolt

import (
	"context"

	"github.com/notegate/notegate/pkg/note"
	"go.etcd.io/bbolt"
)

// Locked runs f while it holds the lock that writers wait for.
func (s *Store) Locked(f func()) error {
	return s.db.Update(func(*bbolt.Tx) error { f(); return nil })
}

// Write puts anything under an id.
func (s *Store) Write(ctx context.Context, owner note.Owner, id, stored string) error {
	return s.update(ctx, owner, func(b *bbolt.Bucket) error { return b.Put([]byte(id), []byte(stored)) })
}

// Fill keeps all notes in one transaction, because each waits for the disk.
func (s *Store) Fill(ctx context.Context, owner note.Owner, notes []note.Note) error {
	return s.update(ctx, owner, func(b *bbolt.Bucket) error {
		for _, n := range notes {
			if err := put(b, n); err != nil {
				return err
			}
		}
		return nil
	})
}
