package notetest

import (
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

// TestBirthless checks that a note from before notes had births is read and
// changed like any other, and that its tags end with it. keep puts the note in
// the store, an empty one, as it was stored then.
func TestBirthless(t testing.TB, s note.Store, keep func(note.Owner, note.Note) error) {
	t.Helper()
	ann, want := as(t, s, "ann"), fresh("1", "milk")
	want.Birth, want.Version = "", 3
	if err := keep(ann.owner, want); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "read", want, ann.get("1"))
	ann.wantNotes(want)
	ann.wantStale("the version before", "1", note.Tag{Version: 2})
	ann.wantStale("a birth", "1", note.Tag{Birth: "first", Version: 3})

	updated := ann.update("1", "bread", start, want.Tag())
	want.Text, want.Version = "bread", 4
	wantEqual(t, "updated", want, updated)
	again := ann.create(fresh("1", "bread"))
	want.Birth = again.Birth
	wantEqual(t, "created again", want, again)
	ann.wantNotes(want)
	ann.delete("1", want.Tag())
	ann.create(fresh("1", "jam"))
	for version := range int64(5) {
		ann.wantStale("a tag of the note before", "1", note.Tag{Version: version})
	}
	ann.wantNotes(fresh("1", "jam"))
}
