package notetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

func testCreate(t testing.TB, s note.Store) {
	ann, n := as(t, s, "ann"), fresh("1", "milk")
	created := ann.create(n)
	wantEqual(t, "created and read", []note.Note{n, n}, []note.Note{created, ann.get("1")})
}

func testCreateAgain(t testing.TB, s note.Store) {
	ann, first := as(t, s, "ann"), fresh("1", "milk")
	ann.create(first)
	later := first
	later.Birth = "another"
	later.CreatedAt, later.UpdatedAt = start.Add(time.Hour), start.Add(time.Hour)
	wantEqual(t, "second create", first, ann.create(later))
	ann.wantNotes(first)

	// Only the text decides, also when an update brought it there.
	updated := ann.update("1", "bread", start.Add(time.Minute))
	wantEqual(t, "create of the updated text", updated, ann.create(fresh("1", "bread")))
	ann.wantNotes(updated)
}

func testCreateOther(t testing.TB, s note.Store) {
	ann, first := as(t, s, "ann"), fresh("1", "milk")
	ann.create(first)
	for _, text := range []string{"bread", "milk ", "Milk", "mil"} {
		_, err := s.Create(t.Context(), ann.owner, fresh("1", text))
		wantError(t, fmt.Sprintf("Create with text %q", text), err, note.ErrConflict)
	}
	ann.wantNotes(first)
}

func testUpdate(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("1", "milk"), fresh("2", "bread"))
	want := fresh("1", "milk")
	for _, text := range []string{"butter", "butter", "jam"} { // the same text is a change too
		want.Text, want.Version, want.UpdatedAt = text, want.Version+1, want.UpdatedAt.Add(time.Second)
		wantEqual(t, "update", want, ann.update("1", text, want.UpdatedAt))
	}
	ann.wantNotes(want, fresh("2", "bread"))
}

func testMissing(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("1", "milk"))
	ann.wantMissing("an id that is not there", "2")
	ann.wantNotes(fresh("1", "milk")) // no ghost
}

func testDelete(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("1", "milk"), fresh("2", "bread"))
	ann.delete("1")
	ann.wantMissing("a note that was deleted", "1")
	ann.create(fresh("1", "jam"))
	ann.wantNotes(fresh("1", "jam"), fresh("2", "bread"))
}

func testBytes(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	for _, text := range []string{
		`say "hi" \ </script> & 'bye'`, "line\nbreak\r\n\ttab", "\x00\x01\x7f", "ünïcödé 日本語 🥛 e\u0301 \u2028\ufeff\ufffd",
		" ", "x\",\"userId\":\"victim", "{}", "null", ":n", "#n", "../../etc", "a/b#c:d|e%00",
	} {
		n := fresh(text, text)
		ann.create(n)
		wantEqual(t, fmt.Sprintf("%q", text), n, ann.get(text))
	}
}

func testLargest(t testing.TB, s note.Store) {
	ann := as(t, s, strings.Repeat("a", 255))
	n := fresh(strings.Repeat("é", note.MaxIDBytes/2), strings.Repeat("\x01", note.MaxTextBytes))
	ann.create(n)
	ann.wantNotes(n)
	ann.update(n.ID, n.Text, start, n.Tag())
	n.Version = 2
	ann.wantNotes(n)
}

func testTimes(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	for i, at := range []time.Time{start, start.Truncate(time.Second), start.Truncate(24 * time.Hour)} {
		n := fresh(string(rune('a'+i)), "milk")
		n.CreatedAt, n.UpdatedAt = at, at
		ann.create(n)
		got := ann.get(n.ID)
		if !got.CreatedAt.Equal(at) || !got.UpdatedAt.Equal(at) {
			t.Errorf("got times %v and %v, want %v", got.CreatedAt, got.UpdatedAt, at)
		}
		if got.CreatedAt.Location() != time.UTC || got.UpdatedAt.Location() != time.UTC {
			t.Errorf("got times in %v and %v, want UTC", got.CreatedAt.Location(), got.UpdatedAt.Location())
		}
	}
}

func testOwnership(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("1", "milk"), fresh("2", "bread"))
	page, _ := ann.listOn("", 2) // the very slice that the store returned
	for i := range page {
		page[i].Text = "changed"
	}
	ann.wantNotes(fresh("1", "milk"), fresh("2", "bread"))
}
