package notetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
)

// TestBirthless checks that a note from before notes had births is read and
// changed like any other, and that its tags end with it. keep puts the note in
// the store, an empty one, as it was stored then.
func TestBirthless(t testing.TB, s note.Store, keep func(note.Owner, note.Note) error) {
	t.Helper()
	ann, want := owner(t, "ann"), fresh("1", "milk")
	want.Birth, want.Version = "", 3
	if err := keep(ann, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), ann, "1")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("got error %v and (-want +got):\n%s", err, diff)
	}
	wantNotes(t, s, ann, want)
	wantStale(t, s, "the version before", "1", note.Tag{Version: 2})
	wantStale(t, s, "a birth", "1", note.Tag{Birth: "first", Version: 3})

	got, err = s.Update(t.Context(), ann, "1", "bread", start, note.Condition{want.Tag()})
	want.Text, want.Version = "bread", 4
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("Update: got error %v and (-want +got):\n%s", err, diff)
	}
	got, err = s.Create(t.Context(), ann, fresh("1", "bread"))
	if want.Birth = got.Birth; err != nil || !cmp.Equal(want, got) {
		t.Fatalf("Create again: got %v and %v, want %v", got, err, want)
	}
	wantNotes(t, s, ann, want)
	if err := s.Delete(t.Context(), ann, "1", note.Condition{want.Tag()}); err != nil {
		t.Fatal(err)
	}
	create(t, s, ann, fresh("1", "jam"))
	for version := range int64(5) {
		wantStale(t, s, "a tag of the note before", "1", note.Tag{Version: version})
	}
	wantNotes(t, s, ann, fresh("1", "jam"))
}
