package notetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

func testStale(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"))
	for name, c := range map[string]struct {
		id        string
		ifVersion int64
	}{
		"a version to come": {"1", 2},
		"no version":        {"1", note.NoVersion},
		"no such note":      {"2", 1},
	} {
		if _, err := s.Update(t.Context(), ann, c.id, "bread", start, c.ifVersion); !errors.Is(err, note.ErrVersion) {
			t.Errorf("%s: Update: got %v, want %v", name, err, note.ErrVersion)
		}
		if err := s.Delete(t.Context(), ann, c.id, c.ifVersion); !errors.Is(err, note.ErrVersion) {
			t.Errorf("%s: Delete: got %v, want %v", name, err, note.ErrVersion)
		}
	}
	wantNotes(t, s, ann, fresh("1", "milk"))
}

func testConditions(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"))
	want := fresh("1", "milk")
	for version := int64(1); version < 12; version++ { // past 9: versions are numbers, not texts
		want.Text, want.Version, want.UpdatedAt = want.Text+"!", version+1, start.Add(time.Duration(version)*time.Second)
		if _, err := s.Update(t.Context(), ann, "1", want.Text, want.UpdatedAt, version); err != nil {
			t.Fatalf("Update at version %d: %v", version, err)
		}
		if _, err := s.Update(t.Context(), ann, "1", "stale", start, version); !errors.Is(err, note.ErrVersion) {
			t.Fatalf("Update at the version before %d: got %v, want %v", version+1, err, note.ErrVersion)
		}
	}
	wantNotes(t, s, ann, want)
	if err := s.Delete(t.Context(), ann, "1", want.Version); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, s, ann)
}

func testContext(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Create": func() error { _, err := s.Create(ctx, ann, fresh("2", "bread")); return err },
		"Get":    func() error { _, err := s.Get(ctx, ann, "1"); return err },
		"List":   func() error { _, _, err := s.List(ctx, ann, "", 1); return err },
		"Update": func() error { _, err := s.Update(ctx, ann, "1", "bread", start, 0); return err },
		"Delete": func() error { return s.Delete(ctx, ann, "1", 0) },
	} {
		if err := call(); !errors.Is(err, context.Canceled) || !errors.Is(err, note.ErrUnavailable) {
			t.Errorf("%s: got %v, want %v and %v", name, err, note.ErrUnavailable, context.Canceled)
		}
	}
	wantNotes(t, s, ann, fresh("1", "milk"))
}
