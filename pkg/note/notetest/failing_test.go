package notetest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

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
			whole := &failing{at: -1}
			if reports := check(t, r, whole); reports != nil {
				t.Fatalf("a good store: got %q, want nothing", reports)
			}
			if whole.calls.Load() == 0 {
				t.Fatal("a good store isn't called at all")
			}
			for at := range whole.calls.Load() {
				s := &failing{at: at}
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
	at    int64 // which, from 0
	calls atomic.Int64
}

var errFailing = errors.New("out of order")

func (f *failing) fails() bool { return f.calls.Add(1)-1 == f.at }

func (f *failing) Create(ctx context.Context, owner note.Owner, n note.Note) (note.Note, error) {
	if f.fails() {
		return note.Note{}, errFailing
	}
	return f.Memory.Create(ctx, owner, n)
}

func (f *failing) Get(ctx context.Context, owner note.Owner, id string) (note.Note, error) {
	if f.fails() {
		return note.Note{}, errFailing
	}
	return f.Memory.Get(ctx, owner, id)
}

func (f *failing) List(ctx context.Context, owner note.Owner, after string, limit int) ([]note.Note, bool, error) {
	if f.fails() {
		return nil, false, errFailing
	}
	return f.Memory.List(ctx, owner, after, limit)
}

func (f *failing) Update(ctx context.Context, owner note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
	if f.fails() {
		return note.Note{}, errFailing
	}
	return f.Memory.Update(ctx, owner, id, text, at, when)
}

func (f *failing) Delete(ctx context.Context, owner note.Owner, id string, when note.Condition) error {
	if f.fails() {
		return errFailing
	}
	return f.Memory.Delete(ctx, owner, id, when)
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
