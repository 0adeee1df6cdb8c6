package bolt_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/bolt"
	"github.com/notegate/notegate/pkg/note/bolt/boltfile"
	"go.etcd.io/bbolt"
)

// TestStrangeFile opens files in which something else has written.
func TestStrangeFile(t *testing.T) {
	t.Parallel()
	const at = `"createdAt":"2026-07-02T11:42:47Z","updatedAt":"2026-07-02T11:42:47Z"}`
	good := [3]string{"ann", "1", `{"note":"milk","version":1,` + at}
	for name, c := range map[string]struct {
		change func(bucket, id, value *string)
		opens  bool
	}{
		"a note":            {func(_, _, _ *string) {}, true},
		"a later member":    {func(_, _, value *string) { *value = `{"colour":"red",` + (*value)[1:] }, true},
		"no JSON":           {func(_, _, value *string) { *value = "milk" }, false},
		"another type":      {func(_, _, value *string) { *value = `{"note":"milk","version":"first",` + at }, false},
		"no text":           {func(_, _, value *string) { *value = `{"nose":"milk","version":1,` + at }, false},
		"no version":        {func(_, _, value *string) { *value = `{"note":"milk",` + at }, false},
		"a version below 1": {func(_, _, value *string) { *value = `{"note":"milk","version":-1,` + at }, false},
		"no first time":     {func(_, _, value *string) { *value = strings.Replace(*value, "createdAt", "cheatedAt", 1) }, false},
		"no second time":    {func(_, _, value *string) { *value = strings.Replace(*value, "updatedAt", "uplatedAt", 1) }, false},
		"a text not UTF-8":  {func(_, _, value *string) { *value = strings.Replace(*value, "milk", "mil\xff", 1) }, false},
		"an id not UTF-8":   {func(_, id, _ *string) { *id = "\xff" }, false},
		"nobody's":          {func(bucket, _, _ *string) { *bucket = "a b" }, false},
	} {
		path, entry := filepath.Join(t.TempDir(), "notes.db"), good
		c.change(&entry[0], &entry[1], &entry[2])
		write(t, path, entry[0], entry[1], entry[2])
		s, err := bolt.Open(path)
		if err == nil {
			s.Close()
		}
		if c.opens != (err == nil) || !c.opens && !errors.Is(err, boltfile.ErrUnreadable) {
			t.Errorf("%s: got %v, want it opened: %t", name, err, c.opens)
		}
	}
}

// TestStrangeNote has one that became so after the file was opened.
func TestStrangeNote(t *testing.T) {
	t.Parallel()
	s, ctx := open(t, filepath.Join(t.TempDir(), "notes.db")), t.Context()
	if err := s.Write(ctx, ann(t), "1", `{"note":"milk","version":"first"}`); err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"Create": func() error { _, err := s.Create(ctx, ann(t), fresh()); return err },
		"Get":    func() error { _, err := s.Get(ctx, ann(t), "1"); return err },
		"List":   func() error { _, _, err := s.List(ctx, ann(t), "", 1); return err },
		"Update": func() error {
			_, err := s.Update(ctx, ann(t), "1", "bread", fresh().UpdatedAt, nil)
			return err
		},
		"Delete": func() error { return s.Delete(ctx, ann(t), "1", nil) },
	} {
		if err := call(); err == nil || !strings.HasPrefix(err.Error(), "bolt: decode: ") {
			t.Errorf("%s: got %v, want a decoding error", name, err)
		}
	}
}

// TestContextEndsWhileWaiting has a context that ends when the write lock was
// waited for, and so after the first look at it.
func TestContextEndsWhileWaiting(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "notes.db"))
	_, err := s.Create(&endsAfter{t.Context(), 1}, ann(t), fresh())
	if !errors.Is(err, note.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v and %v", err, note.ErrUnavailable, context.Canceled)
	}
	if _, err := s.Get(t.Context(), ann(t), "1"); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("the note: got %v, want %v", err, note.ErrNotFound)
	}
}

// TestContextEndedBefore has a context that has ended: its call doesn't wait.
func TestContextEndedBefore(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "notes.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Locked(func() {
		if _, err := s.Create(ctx, ann(t), fresh()); !errors.Is(err, note.ErrUnavailable) {
			t.Errorf("got %v, want %v", err, note.ErrUnavailable)
		}
	}); err != nil {
		t.Fatal(err)
	}
}

// TestUnstorable sees that what cannot be written is an error.
func TestUnstorable(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "notes.db"))
	for name, c := range map[string]struct {
		owner  note.Owner
		change func(*note.Note)
		want   string
	}{
		"no owner":    {note.Owner{}, func(*note.Note) {}, "bolt: bucket: "},
		"no id":       {ann(t), func(n *note.Note) { n.ID = "" }, "bolt: put: "},
		"a time past": {ann(t), func(n *note.Note) { n.CreatedAt = n.CreatedAt.AddDate(10_000, 0, 0) }, "bolt: encode: "},
	} {
		n := fresh()
		c.change(&n)
		if _, err := s.Create(t.Context(), c.owner, n); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s...", name, err, c.want)
		}
	}
}

// TestClosed sees that what the database refuses is an error, and not an answer.
func TestClosed(t *testing.T) {
	t.Parallel()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "notes.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), ann(t), fresh()); err == nil {
		t.Error("Create: got no error")
	}
	if _, err := s.Get(t.Context(), ann(t), "1"); err == nil || errors.Is(err, note.ErrNotFound) {
		t.Errorf("Get: got %v, want another error", err)
	}
}

// endsAfter is a context that ends when it has been looked at so many times.
type endsAfter struct {
	context.Context
	looks int
}

func (c *endsAfter) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

func write(t *testing.T, path, bucket, key, value string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte(bucket))
		if err != nil {
			return err
		}
		return b.Put([]byte(key), []byte(value))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
