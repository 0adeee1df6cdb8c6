package jwks_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/jwks"
)

// A flood of invented key ids costs one request per cool-down, and a rotation
// in its midst goes through within one.
func TestUnknownKeyIDs(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	e.wantRequests(t, 1)

	const flood, allowed = 10_000, 1 + int64(time.Minute/jwks.CoolDown)
	rotated := -1
	for i := range flood {
		if i == flood/2 {
			e.answer(serve(setOf(good("first"), good("second"))))
		}
		wantError(t, set, fmt.Sprint("invented ", i), jwkset.ErrKeyNotFound)
		if _, err := set.KeyRead(t.Context(), "second"); err == nil && rotated < 0 {
			rotated = i
		}
		wantKey(t, set, "first")
		if e.requests.Load() > allowed {
			break
		}
		clock.advance(time.Minute / flood)
	}
	e.wantRequests(t, allowed)
	if late := time.Duration(rotated-flood/2) * time.Minute / flood; rotated < 0 || late > jwks.CoolDown {
		t.Errorf("the new key came after %s, want at most %s", late, jwks.CoolDown)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	e.answer(serve(setOf(good("first"), good("second"))))
	wantKey(t, set, "second") // at once: nothing cools down yet
	e.wantRequests(t, 2)
	wantKey(t, set, "first")
	wantError(t, set, "third", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 2)
	clock.advance(jwks.CoolDown - 1)
	wantError(t, set, "third", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 2)
	clock.advance(1)
	wantError(t, set, "third", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 3)
}

// The endpoint is down at the cold start: attempts at 0, 1, 3, 7, 15, 31, 61,
// 91 s and so on, and the first good answer ends it.
func TestBackoff(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, status(500))
	set, clock := newSet(t, e)
	var got []time.Duration
	before := int64(0)
	for clock.now().Before(epoch.Add(100 * time.Second)) {
		wantError(t, set, "first", jwks.ErrUnavailable)
		if after := e.requests.Load(); after != before {
			got = append(got, clock.now().Sub(epoch))
			before = after
		}
		clock.advance(time.Second / 4)
	}
	var want []time.Duration
	for _, s := range []int{0, 1, 3, 7, 15, 31, 61, 91} {
		want = append(want, time.Duration(s)*time.Second)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	e.answer(serve(goodSet()))
	clock.advance(jwks.MaxBackoff)
	wantKey(t, set, "first")
	e.wantRequests(t, 9)

	// The next outage starts from the shortest back-off again.
	e.answer(status(500))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	e.wantRequests(t, 10)
	clock.advance(jwks.MinBackoff)
	wantKey(t, set, "first")
	e.wantRequests(t, 11)
	clock.advance(jwks.MinBackoff)
	wantKey(t, set, "first")
	e.wantRequests(t, 11)
}

// A caller whom the back-off refuses learns why the fetch before failed.
func TestBackoffNamesItsCause(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, status(500))
	set, _ := newSet(t, e)
	wantError(t, set, "first", jwks.ErrUnavailable)
	_, err := set.KeyRead(t.Context(), "first")
	checkError(t, err, jwks.ErrUnavailable)
	if want := "not asked again yet: jwks: GET " + e.URL + ": response: answered 500, want 200"; !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want it to hold %q", err, want)
	}
	e.wantRequests(t, 1)
}

// During an outage an unknown key id is not decided, and costs what the
// back-off allows: at 0, 1, 3, 7, 15, 31 s of the minute.
func TestUnknownKeyIDsInAnOutage(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	e.answer(status(500))
	for i := range 600 {
		wantError(t, set, fmt.Sprint("invented ", i), jwks.ErrUnavailable)
		wantKey(t, set, "first")
		clock.advance(time.Minute / 600)
	}
	e.wantRequests(t, 1+6)
	e.answer(serve(setOf(good("first"), good("second"))))
	clock.advance(2 * time.Second) // to 62 s, past the back-off that began at 31 s
	wantKey(t, set, "second")
	e.wantRequests(t, 1+7)
}

// An attempt counts before it is made: a caller that comes while it runs, or after
// it, finds it recorded.
func TestColdStartWithAnUnknownKeyID(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, _ := newSet(t, e)
	wantError(t, set, "invented", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 1)
	wantError(t, set, "invented", jwkset.ErrKeyNotFound)
	wantError(t, set, "invented too", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 2)
	wantKey(t, set, "first")
	e.wantRequests(t, 2)
}

func TestPrefetch(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	for range 2 {
		if err := set.Prefetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		e.wantRequests(t, 1)
	}
	wantKey(t, set, "first")
	e.wantRequests(t, 1)
	clock.advance(jwks.HardAge)
	if err := set.Prefetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	e.wantRequests(t, 2)
}

func TestFailedPrefetchHasNoConsequence(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := newEndpoint(t, status(500))
	set, clock := newSet(t, e, func(c *jwks.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	checkError(t, set.Prefetch(t.Context()), jwks.ErrUnavailable)
	e.wantRequests(t, 1)
	if log.Len() != 0 { // the caller of Prefetch has the error
		t.Errorf("got log %q, want none", &log)
	}
	wantError(t, set, "first", jwks.ErrUnavailable) // asks at once
	e.wantRequests(t, 2)

	// Neither does one after a failed fetch: the back-off goes on as it was.
	checkError(t, set.Prefetch(t.Context()), jwks.ErrUnavailable)
	e.wantRequests(t, 2)
	clock.advance(jwks.MinBackoff)
	checkError(t, set.Prefetch(t.Context()), jwks.ErrUnavailable)
	e.wantRequests(t, 3)
	e.answer(serve(goodSet()))
	wantKey(t, set, "first")
	e.wantRequests(t, 4)
}
