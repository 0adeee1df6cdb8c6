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
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)

	const flood, allowed = 10_000, 1 + int64(time.Minute/jwks.CoolDown)
	rotated := -1
	for i := range flood {
		if i == flood/2 {
			s.answer(serve(setOf(good("first"), good("second"))))
		}
		wantError(t, s.set, fmt.Sprint("invented ", i), jwkset.ErrKeyNotFound)
		if _, err := s.set.KeyRead(t.Context(), "second"); err == nil && rotated < 0 {
			rotated = i
		}
		wantKey(t, s.set, "first")
		if s.requests.Load() > allowed {
			break
		}
		s.advance(time.Minute / flood)
	}
	s.wantRequests(t, allowed)
	if late := time.Duration(rotated-flood/2) * time.Minute / flood; rotated < 0 || late > jwks.CoolDown {
		t.Errorf("the new key came after %s, want at most %s", late, jwks.CoolDown)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	s.answer(serve(setOf(good("first"), good("second"))))
	s.wantKey("second", 2) // at once: nothing cools down yet
	s.wantKey("first", 2)
	s.wantError("third", jwkset.ErrKeyNotFound, 2)
	s.advance(jwks.CoolDown - 1)
	s.wantError("third", jwkset.ErrKeyNotFound, 2)
	s.advance(1)
	s.wantError("third", jwkset.ErrKeyNotFound, 3)
}

// The endpoint is down at the cold start: attempts at 0, 1, 3, 7, 15, 31, 61,
// 91 s and so on, and the first good answer ends it.
func TestBackoff(t *testing.T) {
	t.Parallel()
	s := newStory(t, status(500))
	var got []time.Duration
	before := int64(0)
	for s.now().Before(epoch.Add(100 * time.Second)) {
		wantError(t, s.set, "first", jwks.ErrUnavailable)
		if after := s.requests.Load(); after != before {
			got = append(got, s.now().Sub(epoch))
			before = after
		}
		s.advance(time.Second / 4)
	}
	var want []time.Duration
	for _, s := range []int{0, 1, 3, 7, 15, 31, 61, 91} {
		want = append(want, time.Duration(s)*time.Second)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	s.answer(serve(goodSet()))
	s.advance(jwks.MaxBackoff)
	s.wantKey("first", 9)

	// The next outage starts from the shortest back-off again.
	s.answer(status(500))
	s.advance(jwks.MaxAge)
	s.wantKey("first", 10)
	s.advance(jwks.MinBackoff)
	s.wantKey("first", 11)
	s.advance(jwks.MinBackoff)
	s.wantKey("first", 11)
}

// A caller whom the back-off refuses learns why the fetch before failed.
func TestBackoffNamesItsCause(t *testing.T) {
	t.Parallel()
	s := newStory(t, status(500))
	s.wantError("first", jwks.ErrUnavailable, 1)
	_, err := s.set.KeyRead(t.Context(), "first")
	checkError(t, err, jwks.ErrUnavailable)
	if want := "not asked again yet: jwks: GET " + s.URL + ": response: answered 500, want 200"; !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want it to hold %q", err, want)
	}
	s.wantRequests(t, 1)
}

// During an outage an unknown key id is not decided, and costs what the
// back-off allows: at 0, 1, 3, 7, 15, 31 s of the minute.
func TestUnknownKeyIDsInAnOutage(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantKey("first", 1)
	s.answer(status(500))
	for i := range 600 {
		wantError(t, s.set, fmt.Sprint("invented ", i), jwks.ErrUnavailable)
		wantKey(t, s.set, "first")
		s.advance(time.Minute / 600)
	}
	s.wantRequests(t, 1+6)
	s.answer(serve(setOf(good("first"), good("second"))))
	s.advance(2 * time.Second) // to 62 s, past the back-off that began at 31 s
	s.wantKey("second", 1+7)
}

// An attempt counts before it is made: a caller that comes while it runs, or after
// it, finds it recorded.
func TestColdStartWithAnUnknownKeyID(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	s.wantError("invented", jwkset.ErrKeyNotFound, 1)
	s.wantError("invented", jwkset.ErrKeyNotFound, 2)
	s.wantError("invented too", jwkset.ErrKeyNotFound, 2)
	s.wantKey("first", 2)
}

func TestPrefetch(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(goodSet()))
	for range 2 {
		if err := s.set.Prefetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.wantRequests(t, 1)
	}
	s.wantKey("first", 1)
	s.advance(jwks.HardAge)
	if err := s.set.Prefetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.wantRequests(t, 2)
}

func TestFailedPrefetchHasNoConsequence(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newStory(t, status(500), func(c *jwks.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	checkError(t, s.set.Prefetch(t.Context()), jwks.ErrUnavailable)
	s.wantRequests(t, 1)
	if log.Len() != 0 { // the caller of Prefetch has the error
		t.Errorf("got log %q, want none", &log)
	}
	s.wantError("first", jwks.ErrUnavailable, 2) // asks at once

	// Neither does one after a failed fetch: the back-off goes on as it was.
	checkError(t, s.set.Prefetch(t.Context()), jwks.ErrUnavailable)
	s.wantRequests(t, 2)
	s.advance(jwks.MinBackoff)
	checkError(t, s.set.Prefetch(t.Context()), jwks.ErrUnavailable)
	s.wantRequests(t, 3)
	s.answer(serve(goodSet()))
	s.wantKey("first", 4)
}
