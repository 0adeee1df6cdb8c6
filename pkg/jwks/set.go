package jwks

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/MicahParks/jwkset"
)

// When a Set fetches.
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

	// Fallbacks are further URLs of the same set. If URL gives no usable answer, they
	// are tried one after another. A fallback never replaces a set from an earlier URL
	// that is younger than HardAge: one that lags behind would take good keys away. Any
	// of them replaces a Seed.
	Fallbacks []string

	// Seed is a key set document that is used until the first fetch, which is due
	// when the document has served for MaxAge or lacks a key id.
	Seed []byte

	// AllowInsecureHTTP accepts plain http for any host. Anyone who can answer in
	// the host's place can then sign tokens.
	AllowInsecureHTTP bool

	// RootCAs are the certificate authorities that the servers, and a proxy, are
	// checked against. Nil means the system's. They replace the system's, as those
	// in AWS_CA_BUNDLE do in the AWS SDKs.
	RootCAs *x509.CertPool

	// Transport for the fetches, with roots of its own. Nil means HTTP/1.1 through
	// the proxy that HTTPS_PROXY and NO_PROXY name (see [http.ProxyFromEnvironment]),
	// without idle connections, which would not survive the freeze of a Lambda
	// environment.
	Transport http.RoundTripper

	Timeout time.Duration    // for one fetch; zero means [Timeout]
	Now     func() time.Time // zero means time.Now
	Logger  *slog.Logger     // nil means no log; only configured URLs and our own words are logged

	// Observe is called with each [Event], if set, within the call that caused it:
	// a fetch's when those who waited for it go on. It must be quick, and safe for
	// concurrent use.
	Observe func(context.Context, Event)
}

// Set is the key set of one user pool. It is safe for concurrent use.
type Set struct {
	source   source
	now      func() time.Time
	log      *slog.Logger
	observer func(context.Context, Event) // may be nil
	current  atomic.Pointer[snapshot]     // the last good answer; nil before the first

	mu        sync.Mutex
	inflight  *inflight // nil while nobody fetches
	backoff   backoff
	unknownAt time.Time // when an unknown key id last caused a fetch
}

// New returns the set that cfg describes. It does not fetch: the first
// [Set.KeyRead] does, or [Set.Prefetch].
//
// Errors: a URL or a fallback that [CheckURL] refuses, RootCAs beside a Transport,
// and a Seed that [CheckDocument] refuses.
func New(cfg Config) (*Set, error) {
	src, err := newSource(cfg)
	if err != nil {
		return nil, err
	}
	s := &Set{source: src, now: cfg.Now, log: cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)), observer: cfg.Observe}
	if s.now == nil {
		s.now = time.Now
	}
	if cfg.Seed != nil {
		seed, err := parse(cfg.Seed)
		if err != nil {
			return nil, fmt.Errorf("jwks: seed: %w", err)
		}
		seed.fetched = s.wallClock()
		seed.source = len(src.urls) - 1 // any source is newer
		s.current.Store(seed)
	}
	return s, nil
}

// KeyRead returns the key with this key id (kid).
//
// If ctx ends while KeyRead waits for another caller's fetch, it returns at once.
// If ctx ends while KeyRead fetches itself, for all who wait, it returns when the
// fetch ends, after at most [Config.Timeout].
//
// Errors: jwkset.ErrKeyNotFound if the pool has no such key, or if another
// unknown key id caused a fetch less than [CoolDown] ago; [ErrUnavailable] if
// there is no usable set, or if the fetch that the key id calls for failed, is
// held back by an earlier failure, or outlasts ctx.
func (s *Set) KeyRead(ctx context.Context, kid string) (jwkset.JWK, error) {
	set := s.usable()
	key, known := set.find(kid)
	why := setMissing
	switch {
	case known && s.within(set.fetched, MaxAge):
		return key, nil
	case known:
		why = setStale
	case set != nil:
		why = keyUnknown
	}
	// A stale set serves on, whatever becomes of its refresh.
	if err := s.refresh(ctx, why); err != nil && why != setStale {
		return jwkset.JWK{}, err
	}
	set = s.usable()
	if key, known = set.find(kid); known {
		if !s.within(set.fetched, MaxAge) {
			s.observe(ctx, Event{Kind: Stale, URL: s.source.urls[set.source]})
		}
		return key, nil
	}
	if set == nil { // it grew too old meanwhile
		return jwkset.JWK{}, &UnavailableError{errTooOld}
	}
	return jwkset.JWK{}, errNotFound
}

// Prefetch fetches the set if there is none yet, for a start that has time to
// spare, such as the initialisation of a Lambda environment. It ends with ctx.
// Its failure has no consequence: the first KeyRead tries again at once.
func (s *Set) Prefetch(ctx context.Context) error {
	if s.usable() != nil {
		return nil
	}
	return s.refresh(ctx, prefetch)
}

// usable returns the cached set, or nil if there is none younger than HardAge.
// One from the future, which only a clock that was set back can show, is usable,
// but stale: its age cannot be known.
func (s *Set) usable() *snapshot {
	set := s.current.Load()
	if set == nil || s.wallClock().Sub(set.fetched) >= HardAge {
		return nil
	}
	return set
}

// within reports whether less than d has passed since t. It reports false if the
// clock went backwards, so no wait is endless.
func (s *Set) within(t time.Time, d time.Duration) bool {
	since := s.wallClock().Sub(t)
	return since >= 0 && since < d
}

// wallClock is the time without Go's monotonic reading, which stands still
// while a Lambda environment is frozen.
func (s *Set) wallClock() time.Time { return s.now().Round(0) }
