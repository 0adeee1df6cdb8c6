// Package notetest holds the contract of [note.Store] as a test, in the manner
// of testing/fstest, and a store in memory for tests of what stands above one.
package notetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
)

// TestStore checks that the store which open returns keeps the contract of
// [note.Store]. It calls open once for each of its subtests, which run in
// parallel, and expects an empty store that open closes at the test's end.
func TestStore(t *testing.T, open func(t *testing.T) note.Store) {
	for name, rule := range contract() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule(t, open(t))
		})
	}
}

// A rule reports to t where an empty store breaks it.
type rule func(t testing.TB, s note.Store)

// contract is every rule by its name.
func contract() map[string]rule {
	return map[string]rule{
		"a note comes back as it was created":                  testCreate,
		"creating the same again changes nothing":              testCreateAgain,
		"creating another text under the id is a conflict":     testCreateOther,
		"an update sets text, time and version":                testUpdate,
		"an update or delete of no note is not found":          testMissing,
		"a stale tag changes nothing":                          testStale,
		"a tag of a deleted note meets no other":               testReborn,
		"a deleted note is gone and its id is free":            testDelete,
		"texts and ids come back byte for byte":                testBytes,
		"the largest note fits":                                testLargest,
		"owners are apart":                                     testOwners,
		"a list is in order of bytes":                          testOrder,
		"a list ends where it says":                            testLimits,
		"a list of the largest notes is whole":                 testLargePages,
		"a list is stable while notes come and go":             testPagingWhileChanging,
		"a cursor is a position and no key":                    testCursors,
		"excerpts are the beginnings of whole texts":           testExcerpts,
		"of concurrent creates one wins":                       testConcurrentCreate,
		"concurrent conditional updates lose none":             testConcurrentUpdate,
		"concurrent owners and ids do not meet":                testConcurrentOwners,
		"nothing happens once the context has ended":           testContext,
		"returned notes are the caller's":                      testOwnership,
		"an id that is the prefix of another is its own":       testIDPrefixes,
		"times come back in UTC and to the millisecond":        testTimes,
		"a condition holds only for the current tags":          testConditions,
		"a list of an owner without notes is empty, not error": testEmpty,
	}
}

// start is the time of every first change in these tests.
var start = time.Date(2026, 7, 2, 11, 42, 47, 123_000_000, time.UTC)

// fresh returns a note as [note.Service] would pass it to Create.
func fresh(id, text string) note.Note {
	return note.Note{ID: id, Text: text, Birth: "first", Version: 1, CreatedAt: start, UpdatedAt: start}
}

// owner returns the owner of that sub, which must be plausible.
func owner(t testing.TB, sub string) note.Owner {
	t.Helper()
	o, err := note.ParseOwner(sub)
	if err != nil {
		t.Fatalf("ParseOwner(%q): %v", sub, err)
	}
	return o
}

// create creates the notes and stops the test if one fails.
func create(t testing.TB, s note.Store, o note.Owner, notes ...note.Note) {
	t.Helper()
	for _, n := range notes {
		if _, err := s.Create(t.Context(), o, n); err != nil {
			t.Fatalf("Create(%q): %v", n.ID, err)
		}
	}
}

// wantNotes checks that the owner's notes are exactly these, by listing all.
func wantNotes(t testing.TB, s note.Store, o note.Owner, want ...note.Note) {
	t.Helper()
	if diff := cmp.Diff(want, listAll(t, s, o, note.MaxLimit)); diff != "" {
		t.Errorf("stored notes (-want +got):\n%s", diff)
	}
}

// listAll returns the owner's notes, read in pages of at most limit.
func listAll(t testing.TB, s note.Store, o note.Owner, limit int) []note.Note {
	t.Helper()
	var all []note.Note
	for after, more := "", true; more; {
		var page []note.Note
		page, more = listOn(t, s, o, after, limit)
		all = append(all, page...)
		if more {
			after = page[len(page)-1].ID
		}
	}
	return all
}

// listOn returns the page after that id. It stops the test at a page that the
// reader of all pages would never get past.
func listOn(t testing.TB, s note.Store, o note.Owner, after string, limit int) (page []note.Note, more bool) {
	t.Helper()
	page, more, err := s.List(t.Context(), o, after, limit)
	switch {
	case err != nil:
		t.Fatalf("List after %q: %v", after, err)
	case len(page) > limit:
		t.Fatalf("List gave %d notes, want at most %d", len(page), limit)
	case more && len(page) == 0:
		t.Fatal("List says that more follow an empty page")
	}
	for _, n := range page {
		if n.ID <= after {
			t.Fatalf("List gave %q after %q", n.ID, after)
		}
		after = n.ID
	}
	return page, more
}
