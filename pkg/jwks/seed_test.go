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
	s := newStory(t, serve(setOf(good("second"))), seeded)
	if err := s.set.Prefetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.wantKey("first", 0)
	s.advance(jwks.MaxAge - 1)
	s.wantKey("first", 0)
	s.advance(1)
	s.wantError("first", jwkset.ErrKeyNotFound, 1) // the pool has withdrawn it
	s.wantKey("second", 1)
}

func TestSeedIsNeverTheOnlySource(t *testing.T) {
	t.Parallel()
	s := newStory(t, serve(setOf(good("second"))), seeded)
	s.wantKey("second", 1)
	s.wantError("first", jwkset.ErrKeyNotFound, 1)
}

func TestSeedGrowsTooOld(t *testing.T) {
	t.Parallel()
	s := newStory(t, status(500), seeded)
	s.advance(jwks.HardAge - 1)
	s.wantKey("first", 1)
	s.advance(1)
	s.wantError("first", jwks.ErrUnavailable, 1)
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
