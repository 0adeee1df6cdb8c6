package notetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

const writers = 8

// together runs call(0) to call(writers-1) at once and returns their errors.
func together(call func(i int) error) []error {
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = call(i) })
	}
	wg.Wait()
	return errs
}

func testConcurrentCreate(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	errs := together(func(i int) error {
		_, err := s.Create(t.Context(), ann.owner, fresh("1", fmt.Sprint(i)))
		return err
	})
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			t.Errorf("creates %d and %d both won", winner, i)
		case err == nil:
			winner = i
		case !errors.Is(err, note.ErrConflict):
			t.Errorf("create %d: got %v, want %v", i, err, note.ErrConflict)
		}
	}
	ann.wantNotes(fresh("1", fmt.Sprint(winner)))
}

// testConcurrentUpdate appends one letter per writer, each of whom reads, and
// tries again when somebody else came first: at most once for each of the others.
func testConcurrentUpdate(t testing.TB, s note.Store) {
	ann := as(t, s, "ann")
	ann.create(fresh("1", "-"))
	errs := together(func(i int) error {
		for range writers {
			n, err := s.Get(t.Context(), ann.owner, "1")
			if err != nil {
				return err
			}
			_, err = s.Update(t.Context(), ann.owner, "1", n.Text+string(rune('a'+i)), start, note.Condition{n.Tag()})
			if !errors.Is(err, note.ErrVersion) {
				return err
			}
		}
		return errors.New("more often than there are others somebody came first")
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	got := ann.get("1")
	if got.Version != writers+1 || len(got.Text) != writers+1 {
		t.Errorf("got version %d and text %q, want version %d and %d letters", got.Version, got.Text, writers+1, writers)
	}
	for i := range writers {
		if letter := string(rune('a' + i)); !strings.Contains(got.Text, letter) {
			t.Errorf("update %q is lost in %q", letter, got.Text)
		}
	}
}

func testConcurrentOwners(t testing.TB, s note.Store) {
	users := make([]user, writers)
	for i := range users {
		users[i] = as(t, s, fmt.Sprint("user", i))
	}
	errs := together(func(i int) error {
		for j := range 5 {
			if _, err := s.Create(t.Context(), users[i].owner, fresh(fmt.Sprint(j), fmt.Sprint(i))); err != nil {
				return err
			}
			if _, _, err := s.List(t.Context(), users[i].owner, "", 3); err != nil {
				return err
			}
		}
		return s.Delete(t.Context(), users[i].owner, "0", note.Condition{fresh("0", "").Tag()})
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i, u := range users {
		text := fmt.Sprint(i)
		u.wantNotes(fresh("1", text), fresh("2", text), fresh("3", text), fresh("4", text))
	}
}
