package jwks_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/jwks"
)

func seeded(c *jwks.Config) { c.Seed = []byte(goodSet()) }

func TestSeedServesAtOnce(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(setOf(good("second"))))
	set, clock := newSet(t, e, seeded)
	if err := set.Prefetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantKey(t, set, "first")
	clock.advance(jwks.MaxAge - 1)
	wantKey(t, set, "first")
	e.wantRequests(t, 0)
	clock.advance(1)
	wantError(t, set, "first", jwkset.ErrKeyNotFound) // the pool has withdrawn it
	e.wantRequests(t, 1)
	wantKey(t, set, "second")
	e.wantRequests(t, 1)
}

func TestSeedIsNeverTheOnlySource(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(setOf(good("second"))))
	set, _ := newSet(t, e, seeded)
	wantKey(t, set, "second")
	e.wantRequests(t, 1)
	wantError(t, set, "first", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 1)
}

func TestSeedGrowsTooOld(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, status(500))
	set, clock := newSet(t, e, seeded)
	clock.advance(jwks.HardAge - 1)
	wantKey(t, set, "first")
	clock.advance(1)
	wantError(t, set, "first", jwks.ErrUnavailable)
	e.wantRequests(t, 1)
}

func TestBadSeed(t *testing.T) {
	t.Parallel()
	for _, seed := range []string{"", "{}", `{"keys":[]}`, "<html>"} {
		_, err := jwks.New(jwks.Config{URL: "https://pool.example", Seed: []byte(seed)})
		if err == nil || !strings.HasPrefix(err.Error(), "jwks: seed: ") {
			t.Errorf("seed %q: got error %v, want one about the seed", seed, err)
		}
	}
}

// The places are asked in order, and the first good answer ends it.
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
		set := newWiredSet(t, w, func(c *jwks.Config) { c.Fallbacks = []string{"https://mirror.example/keys"} })
		began := time.Now()
		result := read(t.Context(), set, "first")
		synctest.Wait()
		w.answers <- goodSet()
		if err := <-result; err != nil {
			t.Fatal(err)
		}
		if got, want := time.Since(began), jwks.Timeout/2; got != want {
			t.Errorf("got an answer after %s, want %s", got, want)
		}
		if diff := cmp.Diff([]string{"https://pool.example/keys", "https://mirror.example/keys"}, w.asked); diff != "" {
			t.Error(diff)
		}
	})
}
