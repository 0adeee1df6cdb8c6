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
	mu       sync.Mutex
	asked    []string
	answers  chan string         // a document, or "" for a failure
	hangs    map[string]struct{} // URLs that never answer
	hungupOn int
}

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
		if document == "" {
			return nil, io.ErrUnexpectedEOF
		}
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(document)), Request: r}, nil
	case <-r.Context().Done():
		w.mu.Lock()
		w.hungupOn++
		w.mu.Unlock()
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
		if err := <-rotated; err != nil {
			t.Error(err)
		}
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
		if err := <-refreshing; err != nil {
			t.Error(err)
		}
		wantKey(t, set, "first")
		w.wantRequests(t, 1)
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

// Whoever leaves does not end the fetch for those who stay.
func TestLeavingAFetch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		ctx, leave := context.WithCancelCause(t.Context())
		leaver := read(ctx, set, "first") // who started it
		synctest.Wait()
		stayer := read(t.Context(), set, "first")
		synctest.Wait()
		gone := errors.New("the request is over")
		leave(gone)
		err := <-leaver
		checkError(t, err, jwks.ErrUnavailable)
		if !errors.Is(err, gone) {
			t.Errorf("got error %v, want it to hold the cause", err)
		}
		synctest.Wait()
		w.answers <- goodSet()
		if err := <-stayer; err != nil {
			t.Error(err)
		}
		w.wantRequests(t, 1)
		if w.hungupOn != 0 {
			t.Error("the fetch was ended")
		}
	})
}

// A fetch for which nobody waits any more ends, counts as one that failed, and
// teaches nothing: the back-off does not grow.
func TestAbandonedFetch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		for i := range 5 {
			ctx, leave := context.WithTimeout(t.Context(), time.Millisecond)
			defer leave()
			result := read(ctx, set, "first")
			synctest.Wait()
			w.wantRequests(t, i+1)
			checkError(t, <-result, jwks.ErrUnavailable)
			if got, want := w.hungupOn, i+1; got != want { // before the caller has its answer
				t.Fatalf("got %d ended fetches, want %d", got, want)
			}
			wantError(t, set, "first", jwks.ErrUnavailable)
			time.Sleep(jwks.MinBackoff - time.Millisecond - 1)
			wantError(t, set, "first", jwks.ErrUnavailable)
			w.wantRequests(t, i+1)
			time.Sleep(time.Nanosecond)
		}
		result := read(t.Context(), set, "first")
		w.answers <- goodSet()
		if err := <-result; err != nil {
			t.Error(err)
		}
		w.wantRequests(t, 6)
	})
}

// Clients who ask and hang up, again and again, keep nobody from the keys: the
// last of them sees the fetch through.
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
		for _, result := range hungUp {
			checkError(t, <-result, jwks.ErrUnavailable)
		}
		w.wantRequests(t, 1)
	})
}

// The last who hangs up has his own error, and has it when the fetch that he
// sees through has ended: with an answer, which serves others, or in time.
func TestLastCallerWhoHangsUp(t *testing.T) {
	for rule, lasts := range map[string]time.Duration{"answered": time.Second, "not answered": jwks.Timeout} {
		t.Run(rule, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWire()
				set := newWiredSet(t, w)
				ctx, hangUp := context.WithCancelCause(t.Context())
				began := time.Now()
				result := read(ctx, set, "first")
				synctest.Wait()
				gone := errors.New("the request is over")
				hangUp(gone)
				if lasts < jwks.Timeout {
					time.Sleep(lasts)
					w.answers <- goodSet()
				}
				err := <-result
				checkError(t, err, jwks.ErrUnavailable)
				if !errors.Is(err, gone) {
					t.Errorf("got error %v, want it to hold the cause", err)
				}
				if got := time.Since(began); got != lasts {
					t.Errorf("got an answer after %s, want %s", got, lasts)
				}
				if lasts < jwks.Timeout {
					wantKey(t, set, "first")
				}
				w.wantRequests(t, 1)
			})
		})
	}
}

// Who hung up before the call starts no fetch.
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

func TestAbandonedPrefetchHasNoConsequence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWire()
		set := newWiredSet(t, w)
		ctx, cancel := context.WithTimeout(t.Context(), jwks.MinBackoff/2) // the initialisation is over
		defer cancel()
		checkError(t, set.Prefetch(ctx), jwks.ErrUnavailable)
		w.wantRequests(t, 1)
		result := read(t.Context(), set, "first")
		w.answers <- goodSet()
		if err := <-result; err != nil {
			t.Error(err)
		}
		w.wantRequests(t, 2)
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
