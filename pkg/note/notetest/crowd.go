package notetest

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

// TestCrowd lists n notes of one user in the largest pages, while others come
// and go before and behind the reader: each must be seen exactly once. fill
// keeps notes in the store, in whatever way is the fastest. In short mode there
// are 500 at most.
func TestCrowd(t testing.TB, s note.Store, n int, fill func(note.Owner, []note.Note) error) {
	t.Helper()
	if testing.Short() {
		n = min(n, 500)
	}
	ann, notes := as(t, s, "ann"), make([]note.Note, n)
	for i := range notes {
		notes[i] = fresh(crowdID(i), "stays")
	}
	if err := fill(ann.owner, notes); err != nil {
		t.Fatal(err)
	}
	want := ids(notes)
	service := note.Service{Store: s}
	var got []string
	var leaves string
	for next := ""; ; {
		page, err := service.List(t.Context(), ann.owner, note.MaxLimit, next)
		if err != nil {
			t.Fatalf("after %d notes: %v", len(got), err)
		}
		for _, n := range page.Notes {
			if len(got) > 0 && n.ID <= got[len(got)-1] {
				t.Fatalf("List gave %q after %q", n.ID, got[len(got)-1])
			}
			got = append(got, n.ID)
		}
		if next = page.Next; next == "" {
			break
		}
		var comes string
		comes, leaves = ann.stir(got[len(got)-1], leaves)
		want = append(want, comes)
	}
	want = append(want, leaves) // the last one stays
	slices.Sort(want)
	if len(got) != len(want) {
		t.Errorf("got %d notes, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("note %d: got %q, want %q", i, got[i], want[i])
		}
	}
}

// crowdID leaves room for others after each: any longer text.
func crowdID(i int) string { return fmt.Sprintf("%06d", i) }

// stir changes the crowd around a reader who has just read the note last. One
// comes ahead of it, which it must see; one comes behind; and one that came far
// ahead the time before leaves, unseen, when another takes its part.
func (u user) stir(last, leaves string) (comes, leavesNext string) {
	u.Helper()
	at, err := strconv.Atoi(last[:len(crowdID(0))])
	if err != nil {
		u.Fatal(err)
	}
	comes, leavesNext = crowdID(at+1)+" comes", crowdID(at+3*note.MaxLimit)+" leaves"
	u.create(fresh(comes, "new"), fresh(crowdID(at-1)+" behind", "new"), fresh(leavesNext, "new"))
	if leaves != "" {
		u.delete(leaves)
	}
	return comes, leavesNext
}
