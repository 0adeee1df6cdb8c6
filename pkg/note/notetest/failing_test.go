package notetest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

// TestEveryErrorIsNoticed has a store fail at its first call, at its second and
// so on: no rule may pass over an error that the contract doesn't know.
func TestEveryErrorIsNoticed(t *testing.T) {
	t.Parallel()
	rules := contract()
	rules["a crowd"] = func(t testing.TB, s note.Store) { TestCrowd(t, s, 250, createAll(t.Context(), s)) }
	for name, r := range rules {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := newFailing(-1)
			if reports := check(t, r, whole); reports != nil {
				t.Fatalf("a good store: got %q, want nothing", reports)
			}
			if whole.calls.Load() == 0 {
				t.Fatal("a good store isn't called at all")
			}
			for at := range whole.calls.Load() {
				s := newFailing(at)
				if reports := check(t, r, s); reports == nil && s.calls.Load() > at {
					t.Errorf("call %d of %d fails, and nothing is reported", at, whole.calls.Load())
				}
			}
		})
	}
}

// failing is a Memory of which one call fails.
type failing struct {
	Memory
	calls atomic.Int64
}

var errFailing = errors.New("out of order")

// newFailing fails at that call, from 0.
func newFailing(at int64) *failing {
	f := &failing{}
	f.Before = func(context.Context, note.Owner) error {
		if f.calls.Add(1)-1 == at {
			return errFailing
		}
		return nil
	}
	return f
}

// createAll fills a store by its own Create.
func createAll(ctx context.Context, s note.Store) func(note.Owner, []note.Note) error {
	return func(o note.Owner, notes []note.Note) error {
		for _, n := range notes {
			if _, err := s.Create(ctx, o, n); err != nil {
				return err
			}
		}
		return nil
	}
}
