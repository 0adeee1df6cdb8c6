package jwks_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/jwks"
)

// Each step of a key set's life is observed once, and calls that need no fetch
// are not.
func TestObserve(t *testing.T) {
	t.Parallel()
	var got []jwks.Event
	e := newEndpoint(t, serve(setOf(good("first"), good("second"), good("weak", with("use", "enc")))))
	set, clock := newSet(t, e, func(cfg *jwks.Config) {
		cfg.Observe = func(_ context.Context, event jwks.Event) { got = append(got, event) }
	})
	check := func(step string, want ...jwks.Event) {
		t.Helper()
		for i := range got {
			if (got[i].Err != nil) != (got[i].Kind == jwks.Refused) {
				t.Errorf("%s: %s with error %v", step, got[i].Kind, got[i].Err)
			}
			got[i].Err = nil // its words are tested elsewhere
		}
		checkEqual(t, got, want)
		got = nil
	}
	fetched := jwks.Event{Kind: jwks.Fetched, URL: e.URL, Keys: 2, Skipped: 1}

	wantKey(t, set, "first")
	check("the first fetch", fetched)
	wantKey(t, set, "second")
	check("a cached key")

	e.answer(serve(setOf(good("second"), good("third"))))
	wantKey(t, set, "third")
	check("a rotation", jwks.Event{Kind: jwks.Fetched, URL: e.URL, Keys: 2, Withdrawn: 1})
	wantError(t, set, "first", jwkset.ErrKeyNotFound)
	check("a withdrawn key in the cool-down")

	e.answer(status(http.StatusServiceUnavailable))
	clock.advance(jwks.MaxAge)
	refused, stale := jwks.Event{Kind: jwks.Refused, URL: e.URL, Keys: 2}, jwks.Event{Kind: jwks.Stale, URL: e.URL, Keys: 2}
	wantKey(t, set, "second")
	check("an outage", refused, stale)
	wantKey(t, set, "second")
	check("in the back-off", stale)

	clock.advance(jwks.HardAge)
	wantError(t, set, "second", jwks.ErrUnavailable)
	check("too old", jwks.Event{Kind: jwks.Refused, URL: e.URL})

	e.answer(serve(goodSet()))
	clock.advance(jwks.MaxBackoff)
	wantKey(t, set, "first")
	check("recovered", jwks.Event{Kind: jwks.Fetched, URL: e.URL, Keys: 1, Withdrawn: 2})
}

// A prefetch is observed as any fetch is, and how long it took.
func TestObserveThePrefetch(t *testing.T) {
	t.Parallel()
	var got []jwks.Event
	clock := &clock{}
	e := newEndpoint(t, func(w http.ResponseWriter, r *http.Request) {
		clock.advance(40 * time.Millisecond)
		status(http.StatusServiceUnavailable)(w, r)
	})
	set, _ := newSet(t, e, func(cfg *jwks.Config) {
		cfg.Now = clock.now
		cfg.Observe = func(_ context.Context, event jwks.Event) { got = append(got, event) }
	})
	checkError(t, set.Prefetch(t.Context()), jwks.ErrUnavailable)
	if len(got) != 1 || got[0].Kind != jwks.Refused || got[0].Took != 40*time.Millisecond || got[0].Err == nil {
		t.Errorf("got %+v, want one refused fetch of 40ms with its cause", got)
	}
}

// A set that observes may be asked by its observer: no lock is held.
func TestObserverMayAsk(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	var set *jwks.Set
	asked := false
	set, _ = newSet(t, e, func(cfg *jwks.Config) {
		cfg.Observe = func(context.Context, jwks.Event) {
			asked = true
			wantKey(t, set, "first")
		}
	})
	wantKey(t, set, "first")
	if !asked {
		t.Error("the fetch was not observed")
	}
}
