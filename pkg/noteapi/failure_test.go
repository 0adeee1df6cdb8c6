package noteapi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
)

func TestStoreFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err        error
		status     int
		message    string
		retryAfter string
		level      string
	}{
		"throttled":   {note.ErrThrottled, 429, "Too many requests, try again later", "1", "WARN"},
		"unavailable": {note.ErrUnavailable, 503, "Service unavailable, try again later", "1", "ERROR"},
		"no field":    {note.ErrTooLarge, 500, "Internal server error", "", "ERROR"},
		"a fault":     {errors.New("no permission"), 500, "Internal server error", "", "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			want := a.seed(t)
			a.store.err = fmt.Errorf("store: table arn:x: %w", c.err)
			for _, e := range []event{
				create(t, `{"noteid":"1","note":"x"}`), list(t), get(t), update(t, `{"note":"x"}`), remove(t),
				update(t, `{"note":"x"}`).header("If-Match", "*"), remove(t).header("If-Match", `"1"`),
			} {
				a.log.Reset()
				got := a.want(t, e, c.status, `{"message":"`+c.message+`"}`)
				if got := got.Headers["Retry-After"]; got != c.retryAfter {
					t.Errorf("got Retry-After %q, want %q", got, c.retryAfter)
				}
				if log := a.log.String(); !strings.Contains(log, `"cause":"store: table arn:x`) || !strings.Contains(log, `"level":"`+c.level) {
					t.Errorf("got log %s, want the cause at level %s", log, c.level)
				}
			}
			if diff := cmp.Diff([]note.Note{want}, a.stored(t)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

// A text that JSON cannot hold is a fault, not half an answer.
func TestStoredTextIsNotUTF8(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	n := a.seed(t)
	a.want(t, get(t), 200, milk)
	if _, err := a.store.Memory.Update(t.Context(), owner(t, sub), n.ID, "\xff", now, nil); err != nil {
		t.Fatal(err)
	}
	a.want(t, get(t), 500, `{"message":"Internal server error"}`)
}

// TestPanic sees that a panic is answered like any fault, and that of its text,
// which may hold a note, nothing gets out.
func TestPanic(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(t)
	a.store.panics = "no room for SECRET"
	for _, e := range []event{create(t, `{"noteid":"1","note":"x"}`), list(t), get(t), update(t, `{"note":"x"}`), remove(t)} {
		a.log.Reset()
		a.want(t, e, 500, `{"message":"Internal server error"}`)
		if log := a.log.String(); strings.Contains(log, "SECRET") || !strings.Contains(log, `"cause":"noteapi: panic in github.com/notegate/notegate/pkg/noteapi_test.(*spy).called:`) {
			t.Errorf("got log %s, want the place of the panic and no more", log)
		}
	}
	m := newApp(t, mapped)
	m.store.panics = "no room for SECRET"
	if out, err := m.Invoke(t.Context(), fixture(t, "mapped").json(t)); err == nil || err.Error() != "Internal: Internal server error" {
		t.Errorf("mapped: got %s and %v, want Internal", out, err)
	}
	if log := m.log.String(); strings.Contains(log, "SECRET") || !strings.Contains(log, "noteapi: panic in ") {
		t.Errorf("mapped: got log %s, want the place of the panic and no more", log)
	}
}
