package notetest

import (
	"errors"
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
			create(t, s, owner(t, sub), noteOf(sub, id))
			want[sub] = append(want[sub], noteOf(sub, id))
		}
		slices.SortFunc(want[sub], func(a, b note.Note) int { return strings.Compare(a.ID, b.ID) })
	}
	check := func() {
		t.Helper()
		for _, sub := range subs {
			wantNotes(t, s, owner(t, sub), want[sub]...)
		}
	}
	check()

	stranger := owner(t, "a/")
	wantNotes(t, s, stranger)
	if _, err := s.Get(t.Context(), stranger, "1"); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Get of another's note: got %v, want %v", err, note.ErrNotFound)
	}
	if _, err := s.Update(t.Context(), stranger, "1", "x", start, nil); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Update of another's note: got %v, want %v", err, note.ErrNotFound)
	}
	if _, err := s.Update(t.Context(), stranger, "1", "x", start, note.Condition{noteOf("a", "1").Tag()}); !errors.Is(err, note.ErrVersion) {
		t.Errorf("conditional Update of another's note: got %v, want %v", err, note.ErrVersion)
	}
	if err := s.Delete(t.Context(), stranger, "1", nil); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Delete of another's note: got %v, want %v", err, note.ErrNotFound)
	}
	if _, err := s.Update(t.Context(), owner(t, "a"), "b", "changed", start.Add(time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), owner(t, "a/b"), "1", nil); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(want["a"], func(n note.Note) bool { return n.ID == "b" })
	want["a"][i].Text, want["a"][i].Version, want["a"][i].UpdatedAt = "changed", 2, start.Add(time.Hour)
	want["a/b"] = slices.DeleteFunc(want["a/b"], func(n note.Note) bool { return n.ID == "1" })
	check()
}

func testIDPrefixes(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	create(t, s, ann, fresh("a", "1"), fresh("ab", "2"), fresh("a\x00", "3"), fresh("a\x00b", "4"), fresh("A", "5"))
	if err := s.Delete(t.Context(), ann, "a", nil); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, s, ann, fresh("A", "5"), fresh("a\x00", "3"), fresh("a\x00b", "4"), fresh("ab", "2"))
}

func testEmpty(t testing.TB, s note.Store) {
	notes, more, err := s.List(t.Context(), owner(t, "ann"), "", 1)
	if len(notes) != 0 || more || err != nil {
		t.Errorf("List: got %v, %v, %v, want nothing", notes, more, err)
	}
}

func testOrder(t testing.TB, s note.Store) {
	// Sorted by bytes. U+FFFD comes before 🥛 in UTF-8 and after it in UTF-16.
	ids := []string{"\x00", " ", "!", "-1", "10", "2", "A", "Z", "a", "a b", "aa", "b", "~", "é", "日", "\ufffd", "🥛"}
	ann := owner(t, "ann")
	for i := range ids { // neither in order nor in reverse
		create(t, s, ann, fresh(ids[i*7%len(ids)], "milk"))
	}
	for _, limit := range []int{1, 2, 5, len(ids) - 1, len(ids), len(ids) + 1} {
		var got []string
		for _, n := range listAll(t, s, ann, limit) {
			got = append(got, n.ID)
		}
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Errorf("in pages of %d (-want +got):\n%s", limit, diff)
		}
	}
}

func testLimits(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	for have := range 8 {
		notes, more, err := s.List(t.Context(), ann, "", 3)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := len(notes), min(have, 3); got != want {
			t.Errorf("of %d notes: got %d, want %d", have, got, want)
		}
		if want := have > 3; more != want {
			t.Errorf("of %d notes: got more %v, want %v", have, more, want)
		}
		if got := len(listAll(t, s, ann, 3)); got != have {
			t.Errorf("in pages of 3: got %d notes, want %d", got, have)
		}
		create(t, s, ann, fresh(fmt.Sprint(have), "milk"))
	}
	if notes, more, err := s.List(t.Context(), ann, "7", 3); len(notes) != 0 || more || err != nil {
		t.Errorf("after the last: got %v, %v, %v, want nothing", notes, more, err)
	}
	if notes, _, err := s.List(t.Context(), ann, "55", 1); err != nil || len(notes) != 1 || notes[0].ID != "6" {
		t.Errorf("after an id that is no note: got %v, %v, want note 6", notes, err)
	}
}

// testLargePages holds more than the 1 MB that DynamoDB reads at once.
func testLargePages(t testing.TB, s note.Store) {
	ann, text := owner(t, "ann"), strings.Repeat("x", note.MaxTextBytes)
	var want []note.Note
	for i := range 8 {
		want = append(want, fresh(fmt.Sprint(i), text))
	}
	create(t, s, ann, want...)
	for _, limit := range []int{3, len(want), note.MaxLimit} {
		if got := listAll(t, s, ann, limit); !cmp.Equal(want, got) {
			t.Errorf("in pages of %d: got %d notes that are not the %d created", limit, len(got), len(want))
		}
	}
}

func testPagingWhileChanging(t testing.TB, s note.Store) {
	ann := owner(t, "ann")
	for _, id := range []string{"b", "d", "f", "h", "j", "l"} {
		create(t, s, ann, fresh(id, "stays"))
	}
	seen := map[string]int{}
	after, more := "", true
	for page := 0; more; page++ {
		var notes []note.Note
		notes, more = listOn(t, s, ann, after, 2)
		for _, n := range notes {
			seen[n.ID]++
			after = n.ID
		}
		switch page {
		case 0: // read b and d: one comes before, one between, and the last that was read goes
			create(t, s, ann, fresh("a", "comes"), fresh("e", "comes"))
			if err := s.Delete(t.Context(), ann, "d", nil); err != nil {
				t.Fatal(err)
			}
		case 1: // read e and f: one that was still to come goes
			if err := s.Delete(t.Context(), ann, "h", nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"b": 1, "d": 1, "e": 1, "f": 1, "j": 1, "l": 1}, seen); diff != "" {
		t.Errorf("how often each note was seen (-want +got):\n%s", diff)
	}
}
