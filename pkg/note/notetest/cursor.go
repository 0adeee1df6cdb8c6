package notetest

import (
	"encoding/base64"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

// testCursors passes every kind of cursor that a client could come by or make
// up. It is a position and no more: whatever it says, a list is its owner's.
func testCursors(t testing.TB, s note.Store) {
	ann, bob := as(t, s, "ann"), as(t, s, "bob")
	for _, u := range []user{ann, bob} {
		for _, id := range []string{"1", "2", "3", "bob", "{"} {
			u.create(fresh(id, "of "+u.owner.String()))
		}
	}
	service := note.Service{Store: s}
	first := func(of *note.Service, u user) string {
		page, err := of.List(t.Context(), u.owner, 1, "")
		if err != nil || page.Next == "" {
			t.Fatalf("the first page: got %v and %v, want a next", page, err)
		}
		return page.Next
	}
	elsewhere := note.Service{Store: &Memory{}}
	for _, id := range []string{"2", "4"} {
		if _, err := elsewhere.Create(t.Context(), ann.owner, id, "of another table"); err != nil {
			t.Fatal(err)
		}
	}
	own, encode := first(&service, ann), base64.RawURLEncoding.EncodeToString
	const key = `{"noteId":{"S":"1"},"userId":{"S":"bob"}}`
	for name, c := range map[string]struct {
		next string
		want []string // nil if it is no cursor
	}{
		"one's own":                       {own, []string{"2", "3", "bob", "{"}},
		"another user's":                  {first(&service, bob), []string{"2", "3", "bob", "{"}},
		"another table's":                 {first(&elsewhere, ann), []string{"3", "bob", "{"}},
		"of a note that is gone":          {encode([]byte("12a")), []string{"3", "bob", "{"}},
		"the key that DynamoDB gives":     {encode([]byte(key)), nil},
		"a position spelled like a key":   {encode([]byte("1" + key)), []string{}},
		"a position with a user before":   {encode([]byte("1bob\x001")), []string{"{"}},
		"a position with a user after":    {encode([]byte("11\x00bob")), []string{"2", "3", "bob", "{"}},
		"truncated":                       {own[:len(own)-1], nil},
		"padded":                          {own + "=", nil},
		"not UTF-8":                       {encode([]byte("1\xfb\xef")), nil},
		"one's own and another, by comma": {own + "," + own, nil},
	} {
		page, err := service.List(t.Context(), ann.owner, note.MaxLimit, c.next)
		if c.want == nil {
			wantError(t, name, err, note.ErrInvalid)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, n := range page.Notes {
			if n.Text != "of ann" {
				t.Errorf("%s: got note %q %s", name, n.ID, n.Text)
			}
		}
		wantEqual(t, name, c.want, ids(page.Notes))
	}
}
