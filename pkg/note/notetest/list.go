package notetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
)

// testOwners keeps one note under each of a crowd of owners and ids that a
// careless key would confuse, and then changes one of them.
func testOwners(t testing.TB, s note.Store) {
	subs := []string{"a", "aa", "a/b", "a#b", "a:b", "a|b", "a%00", "a\\0", "A", "*", "a*", ".", strings.Repeat("a", 255)}
	ids := []string{"1", "a", "b", "/b", "#b", "\x00", "b\x00a"}
	noteOf := func(sub, id string) note.Note { return fresh(id, sub+"'s "+id) }
	want := map[string][]note.Note{}
	for _, sub := range subs {
		for _, id := range ids {
			as(t, s, sub).create(noteOf(sub, id))
			want[sub] = append(want[sub], noteOf(sub, id))
		}
		slices.SortFunc(want[sub], func(a, b note.Note) int { return strings.Compare(a.ID, b.ID) })
	}
	check := func() {
		t.Helper()
		for _, sub := range subs {
			as(t, s, sub).wantNotes(want[sub]...)
		}
	}
	check()

	stranger := as(t, s, "a/")
	stranger.wantNotes()
	stranger.wantMissing("another's note", "1")
	stranger.wantStale("another's note", "1", noteOf("a", "1").Tag())
	as(t, s, "a").update("b", "changed", start.Add(time.Hour))
	as(t, s, "a/b").delete("1")
	i := slices.IndexFunc(want["a"], func(n note.Note) bool { return n.ID == "b" })
	want["a"][i].Text, want["a"][i].Version, want["a"][i].UpdatedAt = "changed", 2, start.Add(time.Hour)
	want["a/b"] = slices.DeleteFunc(want["a/b"], func(n note.Note) bool { return n.ID == "1" })
	check()
}

func testIDPrefixes(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("a", "1"), fresh("ab", "2"), fresh("a\x00", "3"), fresh("a\x00b", "4"), fresh("A", "5"))
	ann.delete("a")
	ann.wantNotes(fresh("A", "5"), fresh("a\x00", "3"), fresh("a\x00b", "4"), fresh("ab", "2"))
}

func testEmpty(t testing.TB, s note.Store) {
	notes, more, err := s.List(t.Context(), as(t, s, "ann").owner, "", 1)
	if len(notes) != 0 || more || err != nil {
		t.Errorf("List: got %v, %v, %v, want nothing", notes, more, err)
	}
}

func testOrder(t testing.TB, s note.Store) {
	// Sorted by bytes. U+FFFD comes before 🥛 in UTF-8 and after it in UTF-16.
	want := []string{"\x00", " ", "!", "-1", "10", "2", "A", "Z", "a", "a b", "aa", "b", "~", "é", "日", "\ufffd", "🥛"}
	ann := as(t, s, "ann")
	for i := range want { // neither in order nor in reverse
		ann.create(fresh(want[i*7%len(want)], "milk"))
	}
	for _, limit := range []int{1, 2, 5, len(want) - 1, len(want), len(want) + 1} {
		wantEqual(t, fmt.Sprintf("in pages of %d", limit), want, ids(ann.listAll(limit)))
	}
}

func testLimits(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	for have := range 8 {
		notes, more := ann.listOn("", 3)
		if got, want := len(notes), min(have, 3); got != want {
			t.Errorf("of %d notes: got %d, want %d", have, got, want)
		}
		if want := have > 3; more != want {
			t.Errorf("of %d notes: got more %v, want %v", have, more, want)
		}
		if got := len(ann.listAll(3)); got != have {
			t.Errorf("in pages of 3: got %d notes, want %d", got, have)
		}
		ann.create(fresh(fmt.Sprint(have), "milk"))
	}
	if notes, more := ann.listOn("7", 3); len(notes) != 0 || more {
		t.Errorf("after the last: got %v, %v, want nothing", notes, more)
	}
	if notes, _ := ann.listOn("55", 1); len(notes) != 1 || notes[0].ID != "6" {
		t.Errorf("after an id that is no note: got %v, want note 6", notes)
	}
}

// testLargePages holds more than the 1 MB that DynamoDB reads at once.
func testLargePages(t testing.TB, s note.Store) {
	ann, text := as(t, s, "ann"), strings.Repeat("x", note.MaxTextBytes)
	var want []note.Note
	for i := range 8 {
		want = append(want, fresh(fmt.Sprint(i), text))
	}
	ann.create(want...)
	for _, limit := range []int{3, len(want), note.MaxLimit} {
		if got := ann.listAll(limit); !cmp.Equal(want, got) {
			t.Errorf("in pages of %d: got %d notes that are not the %d created", limit, len(got), len(want))
		}
	}
}

func testPagingWhileChanging(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	for _, id := range []string{"b", "d", "f", "h", "j", "l"} {
		ann.create(fresh(id, "stays"))
	}
	seen := map[string]int{}
	after, more := "", true
	for page := 0; more; page++ {
		var notes []note.Note
		notes, more = ann.listOn(after, 2)
		for _, n := range notes {
			seen[n.ID]++
			after = n.ID
		}
		switch page {
		case 0: // read b and d: one comes before, one between, and the last that was read goes
			ann.create(fresh("a", "comes"), fresh("e", "comes"))
			ann.delete("d")
		case 1: // read e and f: one that was still to come goes
			ann.delete("h")
		}
	}
	wantEqual(t, "how often each note was seen", map[string]int{"b": 1, "d": 1, "e": 1, "f": 1, "j": 1, "l": 1}, seen)
}
