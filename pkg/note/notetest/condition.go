package notetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

func testStale(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("1", "milk"))
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
		ann.wantStale(name, c.id, c.tag)
	}
	ann.wantNotes(fresh("1", "milk"))
}

// testReborn deletes a note and creates it again, at the same time and with the
// same text: a reader of the first one has read another.
func testReborn(t testing.TB, s note.Store) {
	ann, first := as(t, s, "ann"), fresh("1", "milk")
	second := first
	second.Birth = "second"
	ann.create(first)
	ann.delete("1", first.Tag())
	ann.wantStale("gone", "1", first.Tag())
	ann.create(second)
	ann.wantStale("created again", "1", first.Tag())
	ann.wantNotes(second)
	second.Text, second.Version = "bread", 2
	ann.update("1", "bread", start, note.Tag{Birth: "second", Version: 1})
	ann.wantStale("edited as often", "1", note.Tag{Birth: "first", Version: 2})
	ann.wantNotes(second)
	ann.delete("1", second.Tag())
	ann.wantNotes()
}

func testConditions(t testing.TB, s note.Store) {
	ann, want := as(t, s, "ann"), fresh("1", "milk")
	ann.create(want)
	for version := int64(1); version < 12; version++ { // past 9: versions are numbers, not texts
		before := want.Tag()
		want.Text, want.Version, want.UpdatedAt = want.Text+"!", version+1, start.Add(time.Duration(version)*time.Second)
		ann.update("1", want.Text, want.UpdatedAt, before)
		ann.wantStale("the version before", "1", before)
	}
	ann.wantNotes(want)

	// Of several tags one must be the note's, whole and at whatever place.
	stranger, bare, older := note.Tag{Birth: "second", Version: want.Version}, note.Tag{Version: want.Version}, fresh("1", "").Tag()
	ann.wantStale("none of several", "1", stranger, bare, older, note.Tag{})
	for i, others := range []note.Condition{{stranger, bare}, {older, {}}, {bare, older, stranger}} {
		want = ann.update("1", "one of several", start, slices.Insert(others, i%len(others), want.Tag())...)
	}
	ann.delete("1", older, want.Tag())
	ann.wantNotes()
}

func testContext(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("1", "milk"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Create": func() error { _, err := s.Create(ctx, ann.owner, fresh("2", "bread")); return err },
		"Get":    func() error { _, err := s.Get(ctx, ann.owner, "1"); return err },
		"List":   func() error { _, _, err := s.List(ctx, ann.owner, "", 1); return err },
		"Update": func() error { _, err := s.Update(ctx, ann.owner, "1", "bread", start, nil); return err },
		"Delete": func() error { return s.Delete(ctx, ann.owner, "1", nil) },
	} {
		err := call()
		wantError(t, name, err, note.ErrUnavailable)
		wantError(t, name, err, context.Canceled)
	}
	ann.wantNotes(fresh("1", "milk"))
}
