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
	s := newStory(t, serve(goodSet()))
	for range 100 {
		s.wantKey("first", 1)
	}
	s.advance(jwks.MaxAge - 1)
	s.wantKey("first", 1)
	s.advance(1)
	s.wantKey("first", 2)
	s.advance(jwks.MaxAge - 1)
	s.wantKey("first", 2)
}

func TestWithdrawnKeyIsGoneWithTheNextRefresh(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(setOf(good("first"), good("second"))))
	s.wantKey("second", 1)
	s.answer(serve(goodSet()))
	s.wantKey("second", 1)
	s.advance(jwks.MaxAge)
	s.wantError("second", jwkset.ErrKeyNotFound, 2)
	s.wantKey("first", 2)
}

// A key id keeps its name and changes its key: the new one counts.
func TestReplacedKey(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	replaced := encode(rsaKeys()[1].N)
	s.answer(serve(setOf(good("first", with("n", replaced)))))
	s.advance(jwks.MaxAge)
	key, err := s.set.KeyRead(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	if got := key.Marshal().N; got != replaced {
		t.Errorf("got the old key")
	}
	s.wantRequests(t, 2)
}

// The old set serves through an outage, at one attempt per back-off, until it
// is too old to be trusted.
func TestHardAgeFailsClosed(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	s.answer(status(500))
	s.advance(jwks.HardAge - 1)
	s.wantKey("first", 2)
	if got, want := len(cachedKIDs(t, s.set)), 1; got != want {
		t.Errorf("got %d cached keys, want %d", got, want)
	}
	s.advance(1)
	s.wantError("first", jwks.ErrUnavailable, 2)
	if got, want := len(cachedKIDs(t, s.set)), 0; got != want {
		t.Errorf("got %d cached keys, want %d", got, want)
	}
	s.advance(jwks.MinBackoff)
	s.wantError("first", jwks.ErrUnavailable, 3)
	s.answer(serve(goodSet()))
	s.advance(2 * jwks.MinBackoff)
	s.wantKey("first", 4)
}

// A set that becomes too old while its refresh fails says nothing about the key.
func TestHardAgeDuringTheRefresh(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	s.answer(func(w http.ResponseWriter, r *http.Request) {
		s.advance(2)
		status(503)(w, r)
	})
	s.advance(jwks.HardAge - 1)
	s.wantError("first", jwks.ErrUnavailable, 2)
}

// A Lambda environment thaws after six hours, in which a key was withdrawn and
// another published.
func TestThaw(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	s.answer(serve(setOf(good("second"))))
	s.advance(6 * time.Hour)
	s.wantError("first", jwkset.ErrKeyNotFound, 2)
	s.wantKey("second", 2)
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
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	s.wantError("other", jwkset.ErrKeyNotFound, 2)

	s.advance(-48 * time.Hour)
	s.wantKey("first", 3)
	s.wantKey("first", 3)
	s.wantError("other", jwkset.ErrKeyNotFound, 4)

	s.answer(status(500))
	s.advance(jwks.MaxAge)
	s.wantKey("first", 5)
	s.advance(-30 * time.Minute)
	s.wantError("other", jwks.ErrUnavailable, 6)
}

// A known key is refreshed also when the clock was set back into a cool-down.
func TestClockSetBackIntoTheCoolDown(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	s.wantError("other", jwkset.ErrKeyNotFound, 2)
	s.advance(jwks.MaxAge)
	s.wantKey("first", 3)
	s.advance(1 - jwks.MaxAge)
	s.wantKey("first", 4)
}
