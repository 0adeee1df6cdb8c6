package jwks_test

import (
	"strings"
	"testing"

	"github.com/MicahParks/jwkset"

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
