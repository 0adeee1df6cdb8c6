package notetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

func testStale(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"))
	for name, c := range map[string]struct {
		id  string
		tag note.Tag
	}{
		"a version to come": {"1", note.Tag{Birth: "first", Version: 2}},
		"another birth":     {"1", note.Tag{Birth: "firs", Version: 1}},
		"no birth":          {"1", note.Tag{Version: 1}},
		"no tag":            {"1", note.Tag{}},
		"no such note":      {"2", note.Tag{Birth: "first", Version: 1}},
		"neither note":      {"2", note.Tag{}},
	} {
		wantStale(t, s, name, c.id, c.tag)
	}
	wantNotes(t, s, ann, fresh("1", "milk"))
}

// wantStale checks that neither change is made under that condition.
func wantStale(t testing.TB, s note.Store, name, id string, when ...note.Tag) {
	t.Helper()
	ann := owner(t, "ann")
	if _, err := s.Update(t.Context(), ann, id, "stale", start, when); !errors.Is(err, note.ErrVersion) {
		t.Errorf("%s: Update: got %v, want %v", name, err, note.ErrVersion)
	}
	if err := s.Delete(t.Context(), ann, id, when); !errors.Is(err, note.ErrVersion) {
		t.Errorf("%s: Delete: got %v, want %v", name, err, note.ErrVersion)
	}
}

// testReborn deletes a note and creates it again, at the same time and with the
// same text: a reader of the first one has read another.
func testReborn(t testing.TB, s note.Store) {
	ann, first := owner(t, "ann"), fresh("1", "milk")
	second := first
	second.Birth = "second"
	create(t, s, ann, first)
	if err := s.Delete(t.Context(), ann, "1", note.Condition{first.Tag()}); err != nil {
		t.Fatal(err)
	}
	wantStale(t, s, "gone", "1", first.Tag())
	create(t, s, ann, second)
	wantStale(t, s, "created again", "1", first.Tag())
	wantNotes(t, s, ann, second)
	second.Text, second.Version = "bread", 2
	if _, err := s.Update(t.Context(), ann, "1", "bread", start, note.Condition{{Birth: "second", Version: 1}}); err != nil {
		t.Fatal(err)
	}
	wantStale(t, s, "edited as often", "1", note.Tag{Birth: "first", Version: 2})
	wantNotes(t, s, ann, second)
	if err := s.Delete(t.Context(), ann, "1", note.Condition{second.Tag()}); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, s, ann)
}

func testConditions(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"))
	want := fresh("1", "milk")
	for version := int64(1); version < 12; version++ { // past 9: versions are numbers, not texts
		before := want.Tag()
		want.Text, want.Version, want.UpdatedAt = want.Text+"!", version+1, start.Add(time.Duration(version)*time.Second)
		if _, err := s.Update(t.Context(), ann, "1", want.Text, want.UpdatedAt, note.Condition{before}); err != nil {
			t.Fatalf("Update at version %d: %v", version, err)
		}
		wantStale(t, s, "the version before", "1", before)
	}
	wantNotes(t, s, ann, want)

	// Of several tags one must be the note's, whole and at whatever place.
	stranger, bare, older := note.Tag{Birth: "second", Version: want.Version}, note.Tag{Version: want.Version}, fresh("1", "").Tag()
	wantStale(t, s, "none of several", "1", stranger, bare, older, note.Tag{})
	for i, others := range []note.Condition{{stranger, bare}, {older, {}}, {bare, older, stranger}} {
		when := slices.Insert(others, i%len(others), want.Tag())
		got, err := s.Update(t.Context(), ann, "1", "one of several", start, when)
		if err != nil {
			t.Fatalf("Update at one of %v: %v", when, err)
		}
		want = got
	}
	if err := s.Delete(t.Context(), ann, "1", note.Condition{older, want.Tag()}); err != nil {
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
		"Update": func() error { _, err := s.Update(ctx, ann, "1", "bread", start, nil); return err },
		"Delete": func() error { return s.Delete(ctx, ann, "1", nil) },
	} {
		if err := call(); !errors.Is(err, context.Canceled) || !errors.Is(err, note.ErrUnavailable) {
			t.Errorf("%s: got %v, want %v and %v", name, err, note.ErrUnavailable, context.Canceled)
		}
	}
	wantNotes(t, s, ann, fresh("1", "milk"))
}
