package note_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

func TestExcerptInput(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	if _, err := notes.Create(t.Context(), ann(t), "1", "milk"); err != nil {
		t.Fatal(err)
	}
	const rule = "note: invalid: excerpt must be a whole number from 1 to 10000"
	for name, c := range map[string]struct {
		owner  note.Owner
		limit  int
		next   string
		length int
		want   error
		text   string
	}{
		"unchanged":       {ann(t), 1, "", 4, nil, ""},
		"shortest":        {ann(t), 1, "", 1, nil, ""},
		"longest":         {ann(t), 1, "", 10_000, nil, ""},
		"no owner":        {note.Owner{}, 1, "", 4, note.ErrNoOwner, "note: no owner"},
		"limit 0":         {ann(t), 0, "", 4, note.ErrInvalid, "note: invalid: limit must be a whole number from 1 to 100"},
		"no cursor":       {ann(t), 1, "?", 4, note.ErrInvalid, junk},
		"excerpt 0":       {ann(t), 1, "", 0, note.ErrInvalid, rule},
		"excerpt -1":      {ann(t), 1, "", -1, note.ErrInvalid, rule},
		"excerpt 10001":   {ann(t), 1, "", 10_001, note.ErrInvalid, rule},
		"excerpt, nobody": {note.Owner{}, 1, "", 0, note.ErrNoOwner, "note: no owner"},
	} {
		page, err := notes.Excerpts(t.Context(), c.owner, c.limit, c.next, c.length)
		if !errors.Is(err, c.want) || err != nil && err.Error() != c.text {
			t.Errorf("%s: got %v, want %s", name, err, c.text)
		}
		if got := len(page.Notes); got == 1 != (c.want == nil) {
			t.Errorf("%s: got %d notes", name, got)
		}
	}
}

// TestExcerptPageBytes has a page that ends with its bytes: of texts whose whole
// would fill one three times over, the excerpts alone count.
func TestExcerptPageBytes(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	for i := range 9 {
		if _, err := notes.Create(t.Context(), ann(t), fmt.Sprint(i), strings.Repeat("x", note.MaxTextBytes)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := notes.Excerpts(t.Context(), ann(t), note.MaxLimit, "", note.MaxExcerptBytes)
	if err != nil || len(all.Notes) != 9 || all.Next != "" {
		t.Fatalf("got %d notes, next %q and %v, want all 9", len(all.Notes), all.Next, err)
	}
	for i := range 91 {
		if _, err := notes.Create(t.Context(), ann(t), fmt.Sprint("a", i), strings.Repeat("x", note.MaxExcerptBytes)); err != nil {
			t.Fatal(err)
		}
	}
	first, err := notes.Excerpts(t.Context(), ann(t), note.MaxLimit, "", note.MaxExcerptBytes)
	if err != nil || len(first.Notes) != 79 || first.Next == "" { // 79 times 10,003 bytes or fewer is below 800,000
		t.Fatalf("got %d notes, next %q and %v, want as many as fit and a next", len(first.Notes), first.Next, err)
	}
	rest, err := notes.Excerpts(t.Context(), ann(t), note.MaxLimit, first.Next, note.MaxExcerptBytes)
	if err != nil || len(rest.Notes) != 21 || rest.Next != "" {
		t.Errorf("got %d notes, next %q and %v, want the 21 others", len(rest.Notes), rest.Next, err)
	}
}
