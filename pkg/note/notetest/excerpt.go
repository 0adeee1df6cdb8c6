package notetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

// testExcerpts reads the beginnings of texts that end before, at and within a
// character of each length, and of more text than DynamoDB reads at once.
func testExcerpts(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	texts := map[string]string{
		"1": "a", "2": "ab", "3": "aé", "4": "a日", "5": "a🥛", "6": "abé", "7": "ab日本", "8": "🥛🥛", "9": "e\u0301e\u0301", // é as a letter and its accent, which are two characters
	}
	for id, text := range texts {
		ann.create(fresh(id, text))
	}
	service := note.Service{Store: s}
	for length, want := range map[int][]string{
		1:                    {"a", "a", "a", "a", "a", "a", "a", "", "e"},
		2:                    {"a", "ab", "a", "a", "a", "ab", "ab", "", "e"},
		3:                    {"a", "ab", "aé", "a", "a", "ab", "ab", "", "e\u0301"},
		4:                    {"a", "ab", "aé", "a日", "a", "abé", "ab", "🥛", "e\u0301e"},
		5:                    {"a", "ab", "aé", "a日", "a🥛", "abé", "ab日", "🥛", "e\u0301e"},
		note.MaxExcerptBytes: {"a", "ab", "aé", "a日", "a🥛", "abé", "ab日本", "🥛🥛", "e\u0301e\u0301"},
	} {
		page, err := service.Excerpts(t.Context(), ann.owner, note.MaxLimit, "", length)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range page.Notes {
			got = append(got, n.Text)
			whole := fresh(n.ID, texts[n.ID])
			if n.Size != len(whole.Text) {
				t.Errorf("note %s: got size %d, want %d", n.ID, n.Size, len(whole.Text))
			}
			n.Text = whole.Text
			wantEqual(t, "what is beside the excerpt", whole, n.Note)
		}
		wantEqual(t, fmt.Sprintf("at most %d bytes", length), want, got)
	}
	testLongExcerpts(t, s)
}

// testLongExcerpts reads on until the last of notes of which a store may read few
// at once.
func testLongExcerpts(t testing.TB, s note.Store) {
	bob, text := as(t, s, "bob"), strings.Repeat("é", note.MaxTextBytes/2)
	want := []string{"1", "2", "3", "4", "5", "6"}
	for _, id := range want {
		bob.create(fresh(id, text))
	}
	service := note.Service{Store: s}
	var got []string
	for next, more := "", true; more; {
		page, err := service.Excerpts(t.Context(), bob.owner, 4, next, 101)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Notes {
			got = append(got, n.ID)
			if n.Text != text[:100] || n.Size != len(text) {
				t.Errorf("note %s: got %d bytes of %d, want 100 of %d", n.ID, len(n.Text), n.Size, len(text))
			}
		}
		next, more = page.Next, page.Next != ""
	}
	wantEqual(t, "in pages of at most 4", want, got)
	if whole := bob.get("1"); whole.Text != text {
		t.Errorf("after the excerpts: got a note of %d bytes, want the whole text", len(whole.Text))
	}
}
