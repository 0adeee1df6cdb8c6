package notetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
)

func testCreate(t testing.TB, s note.Store) {
	ann, n := owner(t, "ann"), fresh("1", "milk")
	created, err := s.Create(t.Context(), ann, n)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), ann, "1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]note.Note{n, n}, []note.Note{created, got}); diff != "" {
		t.Errorf("created and read (-want +got):\n%s", diff)
	}
}

func testCreateAgain(t testing.TB, s note.Store) {
	ann, first := owner(t, "ann"), fresh("1", "milk")
	create(t, s, ann, first)
	later := first
	later.Birth = "another"
	later.CreatedAt, later.UpdatedAt = start.Add(time.Hour), start.Add(time.Hour)
	got, err := s.Create(t.Context(), ann, later)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, got); diff != "" {
		t.Errorf("second create (-want +got):\n%s", diff)
	}
	wantNotes(t, s, ann, first)

	// Only the text decides, also when an update brought it there.
	updated, err := s.Update(t.Context(), ann, "1", "bread", start.Add(time.Minute), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err = s.Create(t.Context(), ann, fresh("1", "bread")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(updated, got); diff != "" {
		t.Errorf("create of the updated text (-want +got):\n%s", diff)
	}
	wantNotes(t, s, ann, updated)
}

func testCreateOther(t testing.TB, s note.Store) {
	ann, first := owner(t, "ann"), fresh("1", "milk")
	create(t, s, ann, first)
	for _, text := range []string{"bread", "milk ", "Milk", "mil"} {
		if _, err := s.Create(t.Context(), ann, fresh("1", text)); !errors.Is(err, note.ErrConflict) {
			t.Errorf("Create with text %q: got %v, want %v", text, err, note.ErrConflict)
		}
	}
	wantNotes(t, s, ann, first)
}

func testUpdate(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"), fresh("2", "bread"))
	want := fresh("1", "milk")
	for _, text := range []string{"butter", "butter", "jam"} { // the same text is a change too
		want.Text, want.Version, want.UpdatedAt = text, want.Version+1, want.UpdatedAt.Add(time.Second)
		got, err := s.Update(t.Context(), ann, "1", text, want.UpdatedAt, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("update (-want +got):\n%s", diff)
		}
	}
	wantNotes(t, s, ann, want, fresh("2", "bread"))
}

func testMissing(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"))
	if _, err := s.Get(t.Context(), ann, "2"); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Get: got %v, want %v", err, note.ErrNotFound)
	}
	if _, err := s.Update(t.Context(), ann, "2", "x", start, nil); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Update: got %v, want %v", err, note.ErrNotFound)
	}
	if err := s.Delete(t.Context(), ann, "2", nil); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Delete: got %v, want %v", err, note.ErrNotFound)
	}
	wantNotes(t, s, ann, fresh("1", "milk")) // no ghost
}

func testDelete(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"), fresh("2", "bread"))
	if err := s.Delete(t.Context(), ann, "1", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), ann, "1"); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Get: got %v, want %v", err, note.ErrNotFound)
	}
	if err := s.Delete(t.Context(), ann, "1", nil); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Delete again: got %v, want %v", err, note.ErrNotFound)
	}
	create(t, s, ann, fresh("1", "jam"))
	wantNotes(t, s, ann, fresh("1", "jam"), fresh("2", "bread"))
}

func testBytes(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	for _, text := range []string{
		`say "hi" \ </script> & 'bye'`, "line\nbreak\r\n\ttab", "\x00\x01\x7f", "ünïcödé 日本語 🥛 e\u0301 \u2028\ufeff\ufffd",
		" ", "x\",\"userId\":\"victim", "{}", "null", ":n", "#n", "../../etc", "a/b#c:d|e%00",
	} {
		n := fresh(text, text)
		create(t, s, ann, n)
		got, err := s.Get(t.Context(), ann, text)
		if err != nil {
			t.Fatalf("Get(%q): %v", text, err)
		}
		if diff := cmp.Diff(n, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func testLargest(t testing.TB, s note.Store) {
	ann := owner(t, strings.Repeat("a", 255))
	n := fresh(strings.Repeat("é", note.MaxIDBytes/2), strings.Repeat("\x01", note.MaxTextBytes))
	create(t, s, ann, n)
	wantNotes(t, s, ann, n)
	if _, err := s.Update(t.Context(), ann, n.ID, n.Text, start, note.Condition{n.Tag()}); err != nil {
		t.Fatal(err)
	}
	n.Version = 2
	wantNotes(t, s, ann, n)
}

func testTimes(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	for i, at := range []time.Time{start, start.Truncate(time.Second), start.Truncate(24 * time.Hour)} {
		n := fresh(string(rune('a'+i)), "milk")
		n.CreatedAt, n.UpdatedAt = at, at
		create(t, s, ann, n)
		got, err := s.Get(t.Context(), ann, n.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !got.CreatedAt.Equal(at) || !got.UpdatedAt.Equal(at) {
			t.Errorf("got times %v and %v, want %v", got.CreatedAt, got.UpdatedAt, at)
		}
		if got.CreatedAt.Location() != time.UTC || got.UpdatedAt.Location() != time.UTC {
			t.Errorf("got times in %v and %v, want UTC", got.CreatedAt.Location(), got.UpdatedAt.Location())
		}
	}
}

func testOwnership(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("1", "milk"), fresh("2", "bread"))
	page, _ := listOn(t, s, ann, "", 2) // the very slice that the store returned
	for i := range page {
		page[i].Text = "changed"
	}
	wantNotes(t, s, ann, fresh("1", "milk"), fresh("2", "bread"))
}
