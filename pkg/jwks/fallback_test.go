package jwks_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/jwks"
)

func fallbacks(to ...*endpoint) func(*jwks.Config) {
	return func(c *jwks.Config) {
		for _, e := range to {
			c.Fallbacks = append(c.Fallbacks, e.URL)
		}
	}
}

// The URLs are tried one after another, until one gives a good answer.
func TestFallbacks(t *testing.T) {
	t.Parallel()
	bad, empty := newEndpoint(t, status(500)), newEndpoint(t, serve(`{"keys":[]}`))
	e, last := newEndpoint(t, serve(goodSet())), newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e, func(c *jwks.Config) {
		c.URL, c.Fallbacks = bad.URL, []string{empty.URL, e.URL, last.URL}
	})
	wantKey(t, set, "first")
	for _, asked := range []*endpoint{bad, empty, e} {
		asked.wantRequests(t, 1)
	}
	last.wantRequests(t, 0)

	// All of them down is one failure, and names each in turn.
	e.answer(status(403))
	last.answer(status(404))
	clock.advance(jwks.HardAge)
	_, err := set.KeyRead(t.Context(), "first")
	checkError(t, err, jwks.ErrUnavailable)
	want := "jwks: key set unavailable: jwks: GET " + bad.URL + ": response: answered 500, want 200; " +
		"jwks: GET " + empty.URL + ": answer holds no usable key (0 skipped); " +
		"jwks: GET " + e.URL + ": response: answered 403, want 200; " +
		"jwks: GET " + last.URL + ": response: answered 404, want 200"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
	last.wantRequests(t, 1)
}

// A place that hangs leaves the ones after it their share of the time.
func TestFallbackAfterAPlaceThatHangs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		w.hangs["https://pool.example/keys"] = struct{}{}
		set := newWiredSet(t, w, func(c *jwks.Config) { c.Fallbacks = []string{"https://fallback.example/keys"} })
		began := time.Now()
		result := read(t.Context(), set, "first")
		synctest.Wait()
		w.answers <- goodSet()
		wantGood(t, result)
		if got, want := time.Since(began), jwks.Timeout/2; got != want {
			t.Errorf("got an answer after %s, want %s", got, want)
		}
		if diff := cmp.Diff([]string{"https://pool.example/keys", "https://fallback.example/keys"}, w.asked); diff != "" {
			t.Error(diff)
		}
	})
}

// Only the sources that are asked share the time.
func TestSourceThatIsNotAskedHasNoShare(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w, func(c *jwks.Config) { c.Fallbacks = []string{"https://fallback.example/keys"} })
		result := read(t.Context(), set, "first")
		synctest.Wait()
		w.answers <- goodSet()
		wantGood(t, result)
		w.hangs["https://pool.example/keys"] = struct{}{}
		time.Sleep(jwks.MaxAge) // fake time
		began := time.Now()
		wantKey(t, set, "first")
		if got, want := time.Since(began), jwks.Timeout; got != want {
			t.Errorf("got an answer after %s, want %s", got, want)
		}
		w.wantRequests(t, 2)
	})
}

// A fallback that publishes other keys, late or wrong, takes none away
// from a set that home gave, until that set is too old to serve.
func TestFallbackReplacesNoSetOfHome(t *testing.T) {
	t.Parallel()
	home, fallback := newEndpoint(t, serve(goodSet())), newEndpoint(t, serve(setOf(good("second"))))
	set, clock := newSet(t, home, fallbacks(fallback))
	wantKey(t, set, "first")
	home.wantRequests(t, 1)

	home.answer(status(500))
	wantError(t, set, "second", jwks.ErrUnavailable)
	home.wantRequests(t, 2)
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	home.wantRequests(t, 3)
	clock.advance(jwks.HardAge - jwks.MaxAge - 1)
	wantKey(t, set, "first")
	home.wantRequests(t, 4)
	fallback.wantRequests(t, 0)

	clock.advance(jwks.MaxBackoff)
	wantKey(t, set, "second")
	home.wantRequests(t, 5)
	fallback.wantRequests(t, 1)
	wantError(t, set, "first", jwkset.ErrKeyNotFound)
	home.wantRequests(t, 6)
	fallback.wantRequests(t, 2)
}

// A seed may be as old as the binary, so any source replaces it.
func TestFallbackReplacesASeed(t *testing.T) {
	t.Parallel()
	home, near, far := newEndpoint(t, status(500)), newEndpoint(t, status(500)), newEndpoint(t, serve(setOf(good("second"))))
	set, clock := newSet(t, home, seeded, fallbacks(near, far))
	wantKey(t, set, "first")
	wantKey(t, set, "second")
	for _, asked := range []*endpoint{home, near, far} {
		asked.wantRequests(t, 1)
	}
	home.answer(serve(goodSet()))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	wantError(t, set, "second", jwkset.ErrKeyNotFound)
	home.wantRequests(t, 2)
	far.wantRequests(t, 1)
}

// At a start in an outage a fallback gives the set and refreshes it, but home
// is asked before it each time, and has the set again with its first answer.
func TestHomeTakesTheSetBack(t *testing.T) {
	t.Parallel()
	home, fallback := newEndpoint(t, status(500)), newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, home, fallbacks(fallback))
	wantKey(t, set, "first")
	home.wantRequests(t, 1)
	fallback.wantRequests(t, 1)
	fallback.answer(serve(setOf(good("first"), good("second"))))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "second")
	home.wantRequests(t, 2)
	fallback.wantRequests(t, 2)

	home.answer(serve(setOf(good("third"))))
	clock.advance(jwks.MaxAge)
	wantError(t, set, "first", jwkset.ErrKeyNotFound)
	wantKey(t, set, "third")
	home.wantRequests(t, 3)
	fallback.wantRequests(t, 2)

	home.answer(status(500))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "third")
	home.wantRequests(t, 4)
	fallback.wantRequests(t, 2)
}

// Among fallbacks too, a later one replaces no set of an earlier one.
func TestFallbackReplacesNoSetOfOneBeforeIt(t *testing.T) {
	t.Parallel()
	home, near, far := newEndpoint(t, status(500)), newEndpoint(t, serve(goodSet())), newEndpoint(t, serve(setOf(good("second"))))
	set, clock := newSet(t, home, fallbacks(near, far))
	wantKey(t, set, "first")
	near.answer(status(500))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	home.wantRequests(t, 2)
	near.wantRequests(t, 2)
	far.wantRequests(t, 0)
}

func TestLogNamesTheSourceOfTheSet(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	home, fallback := newEndpoint(t, status(500)), newEndpoint(t, serve(setOf(good("first"), good("weak", with("e", exponent(1))))))
	set, _ := newSet(t, home, fallbacks(fallback), func(c *jwks.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	wantKey(t, set, "first")
	home.wantRequests(t, 1)
	fallback.wantRequests(t, 1)
	if want := "url=" + fallback.URL + " skipped=1"; !strings.Contains(log.String(), want) {
		t.Errorf("got log %q, want it to hold %q", &log, want)
	}
}
