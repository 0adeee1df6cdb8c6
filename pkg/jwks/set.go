package jwks

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/MicahParks/jwkset"
)

// The clockwork of a Set.
const (
	MaxAge     = time.Hour        // a set older than this is refreshed by the next request
	HardAge    = 24 * time.Hour   // a set older than this is not used
	CoolDown   = 10 * time.Second // between two fetches caused by unknown key ids
	MinBackoff = time.Second      // after a failed fetch, doubling with each further one
	MaxBackoff = 30 * time.Second
	Timeout    = 3 * time.Second // for one fetch, all its sources together
)

// Config says where a key set comes from. Only URL is required.
type Config struct {
	// URL of the key set: https, or plain http on a loopback host.
	URL string

	// Fallbacks are further places that publish the same set, asked in order
	// when the ones before them give no usable answer. None replaces a set that
	// URL or a fallback before it gave until that is HardAge old, for one that
	// lags behind would take good keys away. So they are asked at a start in an
	// outage, and in one that outlasts the cached set. Any of them replaces a Seed.
	Fallbacks []string

	// Seed is a key set document that is used until the first fetch, which
	// falls due when it has served for MaxAge or does not know a key id.
	Seed []byte

	// AllowInsecureHTTP accepts plain http for any host. Whoever can answer in
	// the host's place can then sign tokens.
	AllowInsecureHTTP bool

	// Transport for the fetches. Nil means HTTP/1.1 without idle connections:
	// the set is fetched about hourly, and an idle connection does not survive
	// the freeze of a Lambda environment.
	Transport http.RoundTripper

	Timeout time.Duration    // for one fetch; zero means [Timeout]
	Now     func() time.Time // zero means time.Now
	Logger  *slog.Logger     // nil means no log; only configured URLs and our own words are logged
}

// Set is the key set of one user pool. It is safe for concurrent use.
type Set struct {
	source  source
	now     func() time.Time
	log     *slog.Logger
	current atomic.Pointer[snapshot] // the last good answer; nil before the first

	mu        sync.Mutex
	flight    *flight // the fetch in progress, shared by all who wait for it
	backoff   backoff
	unknownAt time.Time // when an unknown key id last caused a fetch
}

// New returns the set that cfg describes. It does not fetch: the first
// [Set.KeyRead] does, or [Set.Prefetch].
func New(cfg Config) (*Set, error) {
	src, err := newSource(cfg)
	if err != nil {
		return nil, err
	}
	s := &Set{source: src, now: cfg.Now, log: cfg.Logger}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if cfg.Seed != nil {
		seed, err := parse(cfg.Seed)
		if err != nil {
			return nil, fmt.Errorf("jwks: seed: %w", err)
		}
		seed.fetched = s.wallClock()
		seed.source = len(src.urls) - 1 // what any source says is newer
		s.current.Store(seed)
	}
	return s, nil
}

// KeyRead returns the key with this key id (kid).
//
// Errors: jwkset.ErrKeyNotFound if the pool has no such key, or if another
// unknown key id caused a fetch less than CoolDown ago; [ErrUnavailable] if
// there is no set to look in, or the fetch that the key id called for failed,
// or ctx ended first. When ctx is cancelled and nobody else waits for the fetch,
// KeyRead returns when the fetch has ended, after at most Timeout.
func (s *Set) KeyRead(ctx context.Context, kid string) (jwkset.JWK, error) {
	set := s.usable()
	key, known := set.find(kid)
	switch {
	case known && !s.stale(set):
		return key, nil
	case known:
		// One caller refreshes; whatever becomes of that, the set may serve on.
		_ = s.refresh(ctx, setStale)
	case set != nil:
		if err := s.refresh(ctx, keyUnknown); err != nil {
			return jwkset.JWK{}, err
		}
	default:
		if err := s.refresh(ctx, setMissing); err != nil {
			return jwkset.JWK{}, err
		}
	}
	if key, known = s.usable().find(kid); known {
		return key, nil
	}
	return jwkset.JWK{}, errNotFound
}

// Prefetch fetches the set if there is none yet, for a start that has time to
// spare, such as the initialisation of a Lambda environment. Its failure has no
// consequence: the first KeyRead tries again at once.
func (s *Set) Prefetch(ctx context.Context) error {
	if s.usable() != nil {
		return nil
	}
	return s.refresh(ctx, prefetch)
}

// usable returns the cached set, or nil if there is none younger than HardAge.
func (s *Set) usable() *snapshot {
	set := s.current.Load()
	if set == nil || s.age(set) >= HardAge {
		return nil
	}
	return set
}

func (s *Set) stale(set *snapshot) bool { return s.age(set) >= MaxAge }

// age of a set. One from the future, which only a clock that was set back can
// show, is stale: how old it is cannot be known.
func (s *Set) age(set *snapshot) time.Duration {
	age := s.wallClock().Sub(set.fetched)
	if age < 0 {
		return MaxAge
	}
	return age
}

// wallClock is the time without Go's monotonic reading, which stands still
// while a Lambda environment is frozen.
func (s *Set) wallClock() time.Time { return s.now().Round(0) }
