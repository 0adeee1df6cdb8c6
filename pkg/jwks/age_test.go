package jwks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/jwks"
)

func TestKnownKeyCostsNothingForAnHour(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	for range 100 {
		wantKey(t, set, "first")
	}
	e.wantRequests(t, 1)
	clock.advance(jwks.MaxAge - 1)
	wantKey(t, set, "first")
	e.wantRequests(t, 1)
	clock.advance(1)
	wantKey(t, set, "first")
	e.wantRequests(t, 2)
	clock.advance(jwks.MaxAge - 1)
	wantKey(t, set, "first")
	e.wantRequests(t, 2)
}

func TestWithdrawnKeyIsGoneWithTheNextRefresh(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(setOf(good("first"), good("second"))))
	set, clock := newSet(t, e)
	wantKey(t, set, "second")
	e.answer(serve(goodSet()))
	wantKey(t, set, "second")
	e.wantRequests(t, 1)
	clock.advance(jwks.MaxAge)
	wantError(t, set, "second", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 2)
	wantKey(t, set, "first")
	e.wantRequests(t, 2)
}

// A key id keeps its name and changes its key: the new one counts.
func TestReplacedKey(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	replaced := encode(rsaKeys()[1].N)
	e.answer(serve(setOf(good("first", with("n", replaced)))))
	clock.advance(jwks.MaxAge)
	key, err := set.KeyRead(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	if got := key.Marshal().N; got != replaced {
		t.Errorf("got the old key")
	}
	e.wantRequests(t, 2)
}

// The old set serves through an outage, at one attempt per back-off, until it
// is too old to be trusted.
func TestHardAgeFailsClosed(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	e.answer(status(500))
	clock.advance(jwks.HardAge - 1)
	wantKey(t, set, "first")
	e.wantRequests(t, 2)
	if got, want := len(cachedKIDs(t, set)), 1; got != want {
		t.Errorf("got %d cached keys, want %d", got, want)
	}
	clock.advance(1)
	wantError(t, set, "first", jwks.ErrUnavailable)
	if got, want := len(cachedKIDs(t, set)), 0; got != want {
		t.Errorf("got %d cached keys, want %d", got, want)
	}
	e.wantRequests(t, 2)
	clock.advance(jwks.MinBackoff)
	wantError(t, set, "first", jwks.ErrUnavailable)
	e.wantRequests(t, 3)
	e.answer(serve(goodSet()))
	clock.advance(2 * jwks.MinBackoff)
	wantKey(t, set, "first")
	e.wantRequests(t, 4)
}

// A set that becomes too old while its refresh fails says nothing about the key.
func TestHardAgeDuringTheRefresh(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	e.answer(func(w http.ResponseWriter, r *http.Request) {
		clock.advance(2)
		status(503)(w, r)
	})
	clock.advance(jwks.HardAge - 1)
	wantError(t, set, "first", jwks.ErrUnavailable)
	e.wantRequests(t, 2)
}

// A Lambda environment thaws after six hours, in which a key was withdrawn and
// another published.
func TestThaw(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	e.answer(serve(setOf(good("second"))))
	clock.advance(6 * time.Hour)
	wantError(t, set, "first", jwkset.ErrKeyNotFound)
	wantKey(t, set, "second")
	e.wantRequests(t, 2)
}

// A monotonic reading, by which times are told apart where both have one,
// stands still while the environment is frozen. No age may be taken from it.
func TestAgeIsWallClockTime(t *testing.T) {
	t.Parallel()
	set, err := jwks.New(jwks.Config{URL: "https://pool.example", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if now := time.Now().String(); !strings.Contains(now, " m=") {
		t.Fatalf("time.Now has no monotonic reading: %s", now)
	}
	if got := set.WallClock().String(); strings.Contains(got, " m=") {
		t.Errorf("got %s, want no monotonic reading", got)
	}
}

// After the clock was set back nobody knows how old the set is: it serves, but
// one request refreshes it, and no cool-down or back-off lasts forever.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	wantError(t, set, "other", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 2)

	clock.advance(-48 * time.Hour)
	wantKey(t, set, "first")
	e.wantRequests(t, 3)
	wantKey(t, set, "first")
	e.wantRequests(t, 3)
	wantError(t, set, "other", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 4)

	e.answer(status(500))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	e.wantRequests(t, 5)
	clock.advance(-30 * time.Minute)
	wantError(t, set, "other", jwks.ErrUnavailable)
	e.wantRequests(t, 6)
}

// A known key is refreshed also when the clock was set back into a cool-down.
func TestClockSetBackIntoTheCoolDown(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	wantError(t, set, "other", jwkset.ErrKeyNotFound)
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	e.wantRequests(t, 3)
	clock.advance(1 - jwks.MaxAge)
	wantKey(t, set, "first")
	e.wantRequests(t, 4)
}
