package note_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/notegate/notegate/pkg/note"
)

// FuzzCursor lists on from any text, in a store where any id may be, and where
// somebody else has notes too. What is taken is a cursor that a page gave or
// could have given, and what follows is all of the owner's notes whose ids lie
// above its position, in order, and nobody else's.
func FuzzCursor(f *testing.F) {
	f.Fuzz(func(t *testing.T, next, id string) {
		notes, _ := service()
		mine, theirs := []string{"1", "2"}, []string{"0", "1", "11", "3"}
		position, isCursor := decodeCursor(next)
		if isCursor {
			theirs = append(theirs, position)
		}
		if isID(id) {
			mine, theirs = append(mine, id), append(theirs, id)
		}
		create(t, notes, "ann", mine)
		create(t, notes, "bob", theirs)

		rest, err := notes.List(t.Context(), ann(t), note.MaxLimit, next)
		if got, want := err == nil, isCursor || next == ""; got != want {
			t.Fatalf("after %q: got error %v, want it to be taken: %t", next, err, want)
		}
		if err != nil && !errors.Is(err, note.ErrInvalid) {
			t.Fatal(err)
		}
		if again, _ := notes.List(t.Context(), ann(t), note.MaxLimit, next+"\n"); next != "" && len(again.Notes) > 0 {
			t.Errorf("a line break after %q makes no difference", next)
		}
		var want []string
		for _, each := range slices.Compact(slices.Sorted(slices.Values(mine))) {
			if err == nil && each > position {
				want = append(want, each+" of ann")
			}
		}
		if got := texts(rest); !slices.Equal(got, want) {
			t.Errorf("after %q: got %q, want %q", next, got, want)
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

// decodeCursor returns the position of a cursor, and whether a page could have
// given it: the form's version and the id of a note, in the one spelling that
// base64url has for them.
func decodeCursor(next string) (position string, ok bool) {
	decoded, err := base64.RawURLEncoding.DecodeString(next)
	position, ok = strings.CutPrefix(string(decoded), "1")
	if err != nil || !ok || base64.RawURLEncoding.EncodeToString(decoded) != next {
		return "", false
	}
	return position, isID(position)
}

func isID(text string) bool {
	return text != "" && len(text) <= 256 && utf8.ValidString(text) && text != "." && text != ".."
}

func create(t *testing.T, notes *note.Service, sub string, ids []string) {
	t.Helper()
	owner, err := note.ParseOwner(sub)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if _, err := notes.Create(t.Context(), owner, id, "of "+sub); err != nil {
			t.Fatal(err)
		}
	}
}

// texts are what a page holds, a note each.
func texts(p note.Page) (all []string) {
	for _, n := range p.Notes {
		all = append(all, n.ID+" "+n.Text)
	}
	return all
}
