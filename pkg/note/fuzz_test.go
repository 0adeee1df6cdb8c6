package note_test

import (
	"cmp"
	"errors"
	"strings"
	"testing"

	"github.com/notegate/notegate/internal/seeds"
	"github.com/notegate/notegate/pkg/note"
)

// FuzzCursor lists on from any text, in a store where any id may be. What is
// taken is a cursor that a page gave or could have given, and what follows is
// the rest of the owner's notes, in order.
func FuzzCursor(f *testing.F) {
	f.Fuzz(func(t *testing.T, next, id string) {
		notes, _ := service()
		for _, each := range []string{id, "1", "2"} {
			if _, err := notes.Create(t.Context(), ann(t), each, "milk"); err != nil && each != id {
				t.Fatal(err)
			}
		}
		rest, err := notes.List(t.Context(), ann(t), note.MaxLimit, next)
		if err != nil && !errors.Is(err, note.ErrInvalid) {
			t.Fatal(err)
		}
		if again, _ := notes.List(t.Context(), ann(t), note.MaxLimit, next+"\n"); next != "" && len(again.Notes) > 0 {
			t.Errorf("a line break after %q makes no difference", next)
		}
		for i := range rest.Notes[min(1, len(rest.Notes)):] {
			if cmp.Compare(rest.Notes[i].ID, rest.Notes[i+1].ID) >= 0 {
				t.Errorf("after %q: got %q before %q", next, rest.Notes[i].ID, rest.Notes[i+1].ID)
			}
		}

		all, err := notes.List(t.Context(), ann(t), note.MaxLimit, "")
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range all.Notes[:len(all.Notes)-1] {
			page, err := notes.List(t.Context(), ann(t), i+1, "")
			if err != nil || page.Next == "" || strings.ContainsAny(page.Next, "+/=") {
				t.Fatalf("%d of %d notes: got next %q and %v", i+1, len(all.Notes), page.Next, err)
			}
			after, err := notes.List(t.Context(), ann(t), note.MaxLimit, page.Next)
			if err != nil || len(after.Notes) != len(all.Notes)-i-1 || after.Notes[0].ID <= n.ID {
				t.Errorf("after %q, by its cursor: got %v and %v", n.ID, after.Notes, err)
			}
		}
	})
}

func TestFuzzSeeds(t *testing.T) {
	t.Parallel()
	seeds.Check(t, map[string]int{"FuzzCursor": 12})
}
