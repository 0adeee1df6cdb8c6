package jwks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/jwks"
)

// Every test here runs in a bubble of fake time, whose end no goroutine may
// outlive.

// wire stands in for the network: it counts requests and answers each when the
// test says so.
type wire struct {
	mu      sync.Mutex
	asked   []string
	answers chan string         // a document, or "" for a failure
	hangs   map[string]struct{} // URLs that never answer
}

// panics is the answer on which the wire panics.
const panics = "panic"

func newWire() *wire { return &wire{answers: make(chan string), hangs: map[string]struct{}{}} }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.asked = append(w.asked, r.URL.String())
	answers := w.answers
	if _, hangs := w.hangs[r.URL.String()]; hangs {
		answers = nil
	}
	w.mu.Unlock()
	select {
	case document := <-answers:
		switch document {
		case "":
			return nil, io.ErrUnexpectedEOF
		case panics:
			panic(panics)
		}
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(document)), Request: r}, nil
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
}

func (w *wire) wantRequests(t *testing.T, want int) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if got := len(w.asked); got != want {
		t.Fatalf("got %d requests, want %d", got, want)
	}
}

func newWiredSet(t *testing.T, w *wire, edit ...func(*jwks.Config)) *jwks.Set {
	t.Helper()
	cfg := jwks.Config{URL: "https://pool.example/keys", Transport: w}
	for _, change := range edit {
		change(&cfg)
	}
	set, err := jwks.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// read starts a KeyRead and returns where its error will be.
func read(ctx context.Context, set *jwks.Set, kid string) <-chan error {
	result := make(chan error, 1)
	go func() {
		_, err := set.KeyRead(ctx, kid)
		result <- err
	}()
	return result
}

// wantGood asserts that a KeyRead under way ends without an error.
func wantGood(t *testing.T, result <-chan error) {
	t.Helper()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// bubble runs f in fake time. The keys are made outside: that takes real time.
func bubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	t.Parallel()
	goodSet()
	synctest.Test(t, f)
}

func TestAllWhoWaitShareOneFetch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		known, unknown := read(t.Context(), set, "first"), read(t.Context(), set, "other")
		prefetched := make(chan error, 1)
		go func() { prefetched <- set.Prefetch(t.Context()) }()
		synctest.Wait()
		w.wantRequests(t, 1)
		w.answers <- goodSet()
		if err := errors.Join(<-known, <-prefetched); err != nil {
			t.Error(err)
		}
		checkError(t, <-unknown, jwkset.ErrKeyNotFound)
		w.wantRequests(t, 1)
	})
}

func TestOneFetchForAllUnknownKeyIDs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w, func(c *jwks.Config) { c.Seed = []byte(goodSet()) })
		var results []<-chan error
		for i := range 100 {
			results = append(results, read(t.Context(), set, fmt.Sprint("invented ", i)))
		}
		rotated := read(t.Context(), set, "second")
		synctest.Wait()
		wantKey(t, set, "first") // a known key waits for nobody
		w.wantRequests(t, 1)
		w.answers <- setOf(good("first"), good("second"))
		for _, result := range results {
			checkError(t, <-result, jwkset.ErrKeyNotFound)
		}
		wantGood(t, rotated)
		w.wantRequests(t, 1)
	})
}

func TestOnlyOneCallerWaitsForARefreshByAge(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w, func(c *jwks.Config) { c.Seed = []byte(goodSet()) })
		time.Sleep(jwks.MaxAge) // fake time
		refreshing := read(t.Context(), set, "first")
		synctest.Wait()
		wantKey(t, set, "first") // would deadlock if it waited
		w.wantRequests(t, 1)
		w.answers <- goodSet()
		wantGood(t, refreshing)
		wantKey(t, set, "first")
		w.wantRequests(t, 1)
	})
}

// A set is as old as the request for it.
func TestAgeCountsFromTheStartOfTheFetch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		began := time.Now()
		fetching := read(t.Context(), set, "first")
		time.Sleep(time.Second) // fake time
		w.answers <- goodSet()
		wantGood(t, fetching)
		time.Sleep(jwks.MaxAge - time.Since(began))
		refreshing := read(t.Context(), set, "first")
		synctest.Wait()
		w.wantRequests(t, 2)
		w.answers <- goodSet()
		wantGood(t, refreshing)
	})
}

func TestFetchEndsAfterTheTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		began := time.Now()
		wantError(t, set, "first", jwks.ErrUnavailable)
		if got := time.Since(began); got != jwks.Timeout {
			t.Errorf("got an answer after %s, want %s", got, jwks.Timeout)
		}
		w.wantRequests(t, 1)
	})
}

// A caller who waits for another's fetch leaves it at once, and does not end it.
func TestLeavingAFetch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		fetching := read(t.Context(), set, "first")
		synctest.Wait()
		ctx, leave := context.WithCancelCause(t.Context())
		waiting := read(ctx, set, "first")
		synctest.Wait()
		gone := errors.New("the request is over")
		leave(gone)
		err := <-waiting
		checkError(t, err, jwks.ErrUnavailable)
		if !errors.Is(err, gone) {
			t.Errorf("got error %v, want it to hold the cause", err)
		}
		w.answers <- goodSet()
		wantGood(t, fetching)
		w.wantRequests(t, 1)
	})
}

// The context of the caller who fetches for all does not end the fetch: it ends
// with an answer, which serves this caller and the others, or in time.
func TestFetchOutlivesItsContext(t *testing.T) {
	for rule, end := range map[string]struct {
		context func(context.Context) (context.Context, context.CancelFunc)
		answer  bool
	}{
		"gave up, answered":         {context.WithCancel, true},
		"gave up, not answered":     {context.WithCancel, false},
		"out of time, answered":     {soon, true},
		"out of time, not answered": {soon, false},
	} {
		t.Run(rule, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWire()
				set := newWiredSet(t, w)
				ctx, hangUp := end.context(t.Context())
				began, lasts := time.Now(), jwks.Timeout
				fetching := read(ctx, set, "first")
				synctest.Wait()
				waiting := read(t.Context(), set, "first")
				time.Sleep(time.Second) // fake time
				hangUp()
				synctest.Wait()
				if end.answer {
					lasts = time.Second
					w.answers <- goodSet()
				}
				for _, result := range []<-chan error{fetching, waiting} {
					switch err := <-result; {
					case !end.answer:
						checkError(t, err, jwks.ErrUnavailable)
					case err != nil:
						t.Error(err)
					}
				}
				if got := time.Since(began); got != lasts {
					t.Errorf("got an answer after %s, want %s", got, lasts)
				}
				w.wantRequests(t, 1)
			})
		})
	}
}

func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, time.Millisecond)
}

// Clients who ask and hang up, again and again, keep nobody from the keys.
func TestHangingUpKeepsNobodyOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		var hungUp []<-chan error
		for range 5 {
			ctx, hangUp := context.WithCancel(t.Context())
			hungUp = append(hungUp, read(ctx, set, "unknown"))
			synctest.Wait()
			hangUp()
			synctest.Wait()
		}
		honest := read(t.Context(), set, "first")
		synctest.Wait()
		w.answers <- goodSet()
		if err := <-honest; err != nil {
			t.Errorf("the honest caller: %v", err)
		}
		checkError(t, <-hungUp[0], jwkset.ErrKeyNotFound) // this one fetched
		for _, result := range hungUp[1:] {
			checkError(t, <-result, jwks.ErrUnavailable)
		}
		w.wantRequests(t, 1)
	})
}

// A Transport that panics leaves nobody waiting, and counts as a failure.
func TestPanicOfTheTransport(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		panicked := make(chan any, 1)
		go func() {
			defer func() { panicked <- recover() }()
			_, _ = set.KeyRead(t.Context(), "first")
		}()
		synctest.Wait()
		waiting := read(t.Context(), set, "first")
		synctest.Wait()
		w.answers <- panics
		if got, want := <-panicked, any(panics); got != want {
			t.Errorf("got panic %v, want %v", got, want)
		}
		checkError(t, <-waiting, jwks.ErrUnavailable)
		wantError(t, set, "first", jwks.ErrUnavailable)
		w.wantRequests(t, 1)
		time.Sleep(jwks.MinBackoff) // fake time
		again := read(t.Context(), set, "first")
		w.answers <- goodSet()
		wantGood(t, again)
		w.wantRequests(t, 2)
	})
}

// A caller who gave up before the call starts no fetch.
func TestGoneCallerStartsNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		ctx, hangUp := context.WithCancel(t.Context())
		hangUp()
		checkError(t, <-read(ctx, set, "first"), jwks.ErrUnavailable)
		w.wantRequests(t, 0)
	})
}

// A prefetch ends with its context, for an initialisation must end too.
func TestAbandonedPrefetchHasNoConsequence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		ctx, cancel := context.WithTimeout(t.Context(), jwks.MinBackoff/2) // the initialisation is over
		defer cancel()
		began := time.Now()
		checkError(t, set.Prefetch(ctx), jwks.ErrUnavailable)
		if got, want := time.Since(began), jwks.MinBackoff/2; got != want {
			t.Errorf("got an answer after %s, want %s", got, want)
		}
		w.wantRequests(t, 1)
		result := read(t.Context(), set, "first")
		w.answers <- goodSet()
		wantGood(t, result)
		w.wantRequests(t, 2)
	})
}

// Who hangs up is told so, and not that the endpoint answered badly.
func TestPrefetchThatIsCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		ctx, hangUp := context.WithCancel(t.Context())
		prefetched := make(chan error, 1)
		go func() { prefetched <- set.Prefetch(ctx) }()
		synctest.Wait()
		hangUp()
		err := <-prefetched
		checkError(t, err, jwks.ErrUnavailable)
		if !strings.HasSuffix(err.Error(), ": context canceled") {
			t.Errorf("got %v, want that the context was canceled", err)
		}
		w.wantRequests(t, 1)
	})
}

// A caller without time left still gets a key that is known.
func TestStaleKeyWithoutTimeLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w, func(c *jwks.Config) { c.Seed = []byte(goodSet()) })
		time.Sleep(jwks.MaxAge)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := set.KeyRead(ctx, "first"); err != nil {
			t.Error(err)
		}
		w.wantRequests(t, 0)
	})
}
