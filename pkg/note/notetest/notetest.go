// Package notetest holds the contract of [note.Store] as a test, in the manner
// of testing/fstest, and a store in memory for tests of what stands above one.
package notetest

import (
	"errors"
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

// A user is an owner of notes, in the store that is tested. Methods that change or
// read notes end the test if the store returns an error.
type user struct {
	testing.TB
	store note.Store
	owner note.Owner
}

// as returns the user of that sub, which must be plausible.
func as(t testing.TB, s note.Store, sub string) user {
	t.Helper()
	owner, err := note.ParseOwner(sub)
	if err != nil {
		t.Fatalf("ParseOwner(%q): %v", sub, err)
	}
	return user{t, s, owner}
}

// create creates the notes and returns the last one as the store did.
func (u user) create(notes ...note.Note) (created note.Note) {
	u.Helper()
	for _, n := range notes {
		var err error
		if created, err = u.store.Create(u.Context(), u.owner, n); err != nil {
			u.Fatalf("Create(%q): %v", n.ID, err)
		}
	}
	return created
}

func (u user) get(id string) note.Note {
	u.Helper()
	n, err := u.store.Get(u.Context(), u.owner, id)
	if err != nil {
		u.Fatalf("Get(%q): %v", id, err)
	}
	return n
}

func (u user) update(id, text string, at time.Time, when ...note.Tag) note.Note {
	u.Helper()
	n, err := u.store.Update(u.Context(), u.owner, id, text, at, when)
	if err != nil {
		u.Fatalf("Update(%q) at one of %v: %v", id, when, err)
	}
	return n
}

func (u user) delete(id string, when ...note.Tag) {
	u.Helper()
	if err := u.store.Delete(u.Context(), u.owner, id, when); err != nil {
		u.Fatalf("Delete(%q) at one of %v: %v", id, when, err)
	}
}

// wantMissing checks that the user has no such note.
func (u user) wantMissing(what, id string) {
	u.Helper()
	_, err := u.store.Get(u.Context(), u.owner, id)
	wantError(u, what+": Get", err, note.ErrNotFound)
	u.wantUnchanged(what, id, note.ErrNotFound)
}

// wantStale checks that neither change is made under that condition.
func (u user) wantStale(what, id string, when ...note.Tag) {
	u.Helper()
	u.wantUnchanged(what, id, note.ErrVersion, when...)
}

func (u user) wantUnchanged(what, id string, want error, when ...note.Tag) {
	u.Helper()
	_, err := u.store.Update(u.Context(), u.owner, id, "stale", start, when)
	wantError(u, what+": Update", err, want)
	wantError(u, what+": Delete", u.store.Delete(u.Context(), u.owner, id, when), want)
}

// wantNotes checks that the user's notes are exactly these, by listing all.
func (u user) wantNotes(want ...note.Note) {
	u.Helper()
	wantEqual(u, "stored notes", want, u.listAll(note.MaxLimit))
}

// listAll returns the user's notes, read in pages of at most limit.
func (u user) listAll(limit int) (all []note.Note) {
	u.Helper()
	for after, more := "", true; more; {
		var page []note.Note
		page, more = u.listOn(after, limit)
		all = append(all, page...)
		if more {
			after = page[len(page)-1].ID
		}
	}
	return all
}

// listOn returns the page after that id. It ends the test at a page that the
// reader of all pages would never get past.
func (u user) listOn(after string, limit int) (page []note.Note, more bool) {
	u.Helper()
	page, more, err := u.store.List(u.Context(), u.owner, after, limit)
	switch {
	case err != nil:
		u.Fatalf("List after %q: %v", after, err)
	case len(page) > limit:
		u.Fatalf("List gave %d notes, want at most %d", len(page), limit)
	case more && len(page) == 0:
		u.Fatal("List says that more follow an empty page")
	}
	for _, n := range page {
		if n.ID <= after {
			u.Fatalf("List gave %q after %q", n.ID, after)
		}
		after = n.ID
	}
	return page, more
}

func ids(notes []note.Note) []string {
	all := make([]string, len(notes))
	for i, n := range notes {
		all[i] = n.ID
	}
	return all
}

func wantEqual(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantError(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
