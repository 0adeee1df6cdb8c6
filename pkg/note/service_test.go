package note_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/notetest"
)

var noon = time.Date(2026, 7, 2, 12, 0, 0, 0, time.UTC)

func TestOwner(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sub  string
		want error
	}{
		"a user pool's sub":      {"5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90", nil},
		"another provider's sub": {"auth0|123:x~!", nil},
		"the longest":            {strings.Repeat("a", 255), nil},
		"empty":                  {"", note.ErrNoOwner},
		"over the bound":         {strings.Repeat("a", 256), note.ErrNoOwner},
		"a blank":                {"a b", note.ErrNoOwner},
		"a blank alone":          {" ", note.ErrNoOwner},
		"a line break":           {"a\n", note.ErrNoOwner},
		"NUL":                    {"a\x00", note.ErrNoOwner},
		"DEL":                    {"a\x7f", note.ErrNoOwner},
		"not ASCII":              {"é", note.ErrNoOwner},
	} {
		owner, err := note.ParseOwner(c.sub)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if err == nil && owner.String() != c.sub {
			t.Errorf("%s: got %q, want %q", name, owner, c.sub)
		}
		if err != nil && owner != (note.Owner{}) {
			t.Errorf("%s: got an owner beside the error", name)
		}
	}
}

// TestInput starts each row from calls that pass and changes one thing.
func TestInput(t *testing.T) {
	t.Parallel()
	type input struct {
		owner    note.Owner
		id, text string
	}
	good := input{ann(t), "1", "milk"}
	const idRule, textRule = "noteid must be 1 to 256 bytes of UTF-8", "note must be 1 to 307200 bytes of UTF-8"
	const dotRule = "noteid must not be . or .., which no URL can name"
	for name, c := range map[string]struct {
		change  func(*input)
		want    error
		message string
		notText bool // the rule is not about the text, so Get and Delete have it too
	}{
		"unchanged":         {change: func(*input) {}},
		"longest id":        {change: func(in *input) { in.id = strings.Repeat("é", 128) }},
		"longest text":      {change: func(in *input) { in.text = strings.Repeat("x", 300*1024) }},
		"no owner":          {func(in *input) { in.owner = note.Owner{} }, note.ErrNoOwner, "note: no owner", true},
		"no id":             {func(in *input) { in.id = "" }, note.ErrInvalid, "note: invalid: " + idRule, true},
		"id over the bound": {func(in *input) { in.id = strings.Repeat("é", 128) + "x" }, note.ErrInvalid, "note: invalid: " + idRule, true},
		"id not UTF-8":      {func(in *input) { in.id = "a\xff" }, note.ErrInvalid, "note: invalid: " + idRule, true},
		"id of one dot":     {func(in *input) { in.id = "." }, note.ErrInvalid, "note: invalid: " + dotRule, true},
		"id of two dots":    {func(in *input) { in.id = ".." }, note.ErrInvalid, "note: invalid: " + dotRule, true},
		"id of three dots":  {change: func(in *input) { in.id = "..." }},
		"no text":           {func(in *input) { in.text = "" }, note.ErrInvalid, "note: invalid: " + textRule, false},
		"text not UTF-8":    {func(in *input) { in.text = "a\xed\xa0\x80" }, note.ErrInvalid, "note: invalid: " + textRule, false},
		"text over the bound": {func(in *input) { in.text = strings.Repeat("x", 300*1024+1) }, note.ErrTooLarge,
			"note: too large: note must be at most 307200 bytes of UTF-8", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := good
			c.change(&in)
			notes, store := service()
			_, createErr := notes.Create(t.Context(), in.owner, in.id, in.text)
			check(t, "Create", createErr, c.want, c.message)
			if c.want != nil && store.Len() != 0 {
				t.Error("a refused note is stored")
			}
			if c.want != nil {
				if _, err := notes.Create(t.Context(), good.owner, good.id, good.text); err != nil {
					t.Fatal(err)
				}
			}
			_, updateErr := notes.Update(t.Context(), in.owner, in.id, in.text, nil)
			check(t, "Update", updateErr, c.want, c.message)
			if c.want != nil && !c.notText {
				return
			}
			_, getErr := notes.Get(t.Context(), in.owner, in.id)
			check(t, "Get", getErr, c.want, c.message)
			check(t, "Delete", notes.Delete(t.Context(), in.owner, in.id, nil), c.want, c.message)
			if c.want != nil && store.Len() != 1 {
				t.Error("a refused delete deleted")
			}
		})
	}
}

func check(t *testing.T, call string, got, want error, message string) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", call, got, want)
	}
	if want != nil && got != nil && got.Error() != message {
		t.Errorf("%s: got %q, want %q", call, got, message)
	}
}

func TestFieldError(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	_, err := notes.Create(t.Context(), ann(t), "1", "")
	var field *note.FieldError
	if !errors.As(err, &field) {
		t.Fatalf("got %v, want a FieldError", err)
	}
	if got, want := field.Field, "note"; got != want {
		t.Errorf("got field %q, want %q", got, want)
	}
}

// TestTimes sees that times are the clock's, in UTC and to the millisecond.
func TestTimes(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	notes.Now = func() time.Time { return noon.Add(1_234_567).In(time.FixedZone("", 3600)) }
	created, err := notes.Create(t.Context(), ann(t), "1", "milk")
	if err != nil {
		t.Fatal(err)
	}
	notes.Now = func() time.Time { return noon.Add(time.Hour) }
	updated, err := notes.Update(t.Context(), ann(t), "1", "bread", nil)
	if err != nil {
		t.Fatal(err)
	}
	at := noon.Add(time.Millisecond)
	want := []note.Note{
		{ID: "1", Text: "milk", Birth: created.Birth, Version: 1, CreatedAt: at, UpdatedAt: at},
		{ID: "1", Text: "bread", Birth: created.Birth, Version: 2, CreatedAt: at, UpdatedAt: noon.Add(time.Hour)},
	}
	if diff := cmp.Diff(want, []note.Note{created, updated}); diff != "" {
		t.Errorf("created and updated (-want +got):\n%s", diff)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	n, err := notes.Create(t.Context(), ann(t), "1", "milk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := notes.Update(t.Context(), ann(t), "1", "bread", note.Condition{{}}); !errors.Is(err, note.ErrVersion) {
		t.Errorf("Update with no note's tag: got %v, want %v", err, note.ErrVersion)
	}
	if err := notes.Delete(t.Context(), ann(t), "1", note.Condition{{Birth: n.Birth, Version: 2}}); !errors.Is(err, note.ErrVersion) {
		t.Errorf("Delete with another tag: got %v, want %v", err, note.ErrVersion)
	}
	if err := notes.Delete(t.Context(), ann(t), "1", note.Condition{{}, n.Tag()}); err != nil {
		t.Errorf("Delete with the tag: %v", err)
	}
}

// TestBirths sees that the clock has no part in them: here it stands still.
func TestBirths(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	seen := map[note.Tag]bool{}
	for range 1000 {
		n, err := notes.Create(t.Context(), ann(t), "1", "milk")
		if err != nil {
			t.Fatal(err)
		}
		if n.Birth == "" || seen[n.Tag()] {
			t.Fatalf("got the tag %v again after %d notes", n.Tag(), len(seen))
		}
		seen[n.Tag()] = true
		if err := notes.Delete(t.Context(), ann(t), "1", note.Condition{n.Tag()}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	for i := range 7 {
		if _, err := notes.Create(t.Context(), ann(t), fmt.Sprint(i), "milk"); err != nil {
			t.Fatal(err)
		}
	}
	var pages []string
	for next, first := "", true; first || next != ""; first = false {
		page, err := notes.List(t.Context(), ann(t), 3, next)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, ids(page))
		next = page.Next
	}
	if diff := cmp.Diff([]string{"012", "345", "6"}, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	page, err := notes.List(t.Context(), ann(t), 7, "")
	if err != nil || page.Next != "" {
		t.Errorf("a page that holds all: got next %q and %v, want none", page.Next, err)
	}
}

// TestListPageBytes sees that a page ends before it outgrows what a Lambda
// function may answer, and that a single note always has room.
func TestListPageBytes(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	for i := range 5 {
		if _, err := notes.Create(t.Context(), ann(t), fmt.Sprint(i), strings.Repeat("x", note.MaxTextBytes)); err != nil {
			t.Fatal(err)
		}
	}
	first, err := notes.List(t.Context(), ann(t), note.MaxLimit, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ids(first), "01"; got != want || first.Next == "" {
		t.Fatalf("got notes %q and next %q, want %q and a next", got, first.Next, want)
	}
	second, err := notes.List(t.Context(), ann(t), note.MaxLimit, first.Next)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ids(second), "23"; got != want {
		t.Errorf("got notes %q, want %q", got, want)
	}
}

func TestListInput(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	for i := range 3 {
		if _, err := notes.Create(t.Context(), ann(t), fmt.Sprint(i), "milk"); err != nil {
			t.Fatal(err)
		}
	}
	page, err := notes.List(t.Context(), ann(t), 1, "")
	if err != nil {
		t.Fatal(err)
	}
	good := page.Next
	if page, err = notes.List(t.Context(), ann(t), 1, good); err != nil || ids(page) != "1" {
		t.Fatalf("the cursor unchanged: got %q and %v, want note 1", ids(page), err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	for name, c := range map[string]struct {
		owner note.Owner
		limit int
		next  string
		want  string
	}{
		"no owner":             {note.Owner{}, 1, good, "note: no owner"},
		"limit 0":              {ann(t), 0, good, "note: invalid: limit must be a whole number from 1 to 100"},
		"limit -1":             {ann(t), -1, good, "note: invalid: limit must be a whole number from 1 to 100"},
		"limit 101":            {ann(t), 101, good, "note: invalid: limit must be a whole number from 1 to 100"},
		"cursor not base64":    {ann(t), 1, "?", junk},
		"cursor padded":        {ann(t), 1, good + "=", junk},
		"cursor broken":        {ann(t), 1, good[:1] + "\n" + good[1:], junk},
		"cursor with bits set": {ann(t), 1, good[:len(good)-1] + string(good[len(good)-1]+1), junk},
		"cursor of no version": {ann(t), 1, encode([]byte("0")), junk},
		"cursor of another":    {ann(t), 1, encode([]byte("20")), junk},
		"cursor without id":    {ann(t), 1, encode([]byte("1")), junk},
		"cursor not UTF-8":     {ann(t), 1, encode([]byte("1\xff")), junk},
		"cursor too long":      {ann(t), 1, encode([]byte("1" + strings.Repeat("x", 257))), junk},
	} {
		page, err := notes.List(t.Context(), c.owner, c.limit, c.next)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if len(page.Notes) > 0 {
			t.Errorf("%s: got notes beside the error", name)
		}
	}
}

const junk = "note: invalid: next must be what the page before gave as next"

// TestCursorOfAnother sees that a cursor is a position and no key to anything.
func TestCursorOfAnother(t *testing.T) {
	t.Parallel()
	notes, _ := service()
	bob, err := note.ParseOwner("bob")
	if err != nil {
		t.Fatal(err)
	}
	for id := range 2 {
		for _, owner := range []note.Owner{ann(t), bob} {
			if _, err := notes.Create(t.Context(), owner, fmt.Sprint(id), "of "+owner.String()); err != nil {
				t.Fatal(err)
			}
		}
	}
	page, err := notes.List(t.Context(), ann(t), 1, "")
	if err != nil {
		t.Fatal(err)
	}
	if page, err = notes.List(t.Context(), bob, 1, page.Next); err != nil {
		t.Fatal(err)
	}
	if len(page.Notes) != 1 || page.Notes[0].Text != "of bob" {
		t.Errorf("got %v, want bob's note", page.Notes)
	}
}

func ExampleService() {
	notes := note.Service{Store: &notetest.Memory{}}
	owner, err := note.ParseOwner("5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90")
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	n, _ := notes.Create(ctx, owner, "shopping", "milk")
	_, err = notes.Update(ctx, owner, "shopping", "milk, bread", note.Condition{n.Tag()})
	fmt.Println(err)
	_, err = notes.Update(ctx, owner, "shopping", "milk, jam", note.Condition{n.Tag()}) // somebody was faster
	fmt.Println(errors.Is(err, note.ErrVersion))
	// Output:
	// <nil>
	// true
}

func service() (*note.Service, *notetest.Memory) {
	store := &notetest.Memory{}
	return &note.Service{Store: store, Now: func() time.Time { return noon }}, store
}

func ann(t *testing.T) note.Owner {
	t.Helper()
	o, err := note.ParseOwner("ann")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// ids joins the ids of a page, which are one letter each.
func ids(p note.Page) string {
	s := ""
	for _, n := range p.Notes {
		s += n.ID
	}
	return s
}

var errStore = errors.New("the store fails")

// unlisted is a store whose List fails.
type unlisted struct{ notetest.Memory }

func (*unlisted) List(context.Context, note.Owner, string, int) ([]note.Note, bool, error) {
	return []note.Note{{ID: "1"}}, true, errStore
}

func TestListFails(t *testing.T) {
	t.Parallel()
	notes := note.Service{Store: &unlisted{}}
	page, err := notes.List(t.Context(), ann(t), 1, "")
	if !errors.Is(err, errStore) || !cmp.Equal(page, note.Page{}) {
		t.Errorf("got %v, %v, want no page and %v", page, err, errStore)
	}
}
