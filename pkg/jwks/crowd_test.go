package jwks_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/jwks"
)

// watched tells when its owner begins to wait for it.
type watched struct {
	context.Context
	once    sync.Once
	waiting func()
}

func (w *watched) Done() <-chan struct{} {
	w.once.Do(w.waiting)
	return w.Context.Done()
}

// outOfTime is a context that ends because its time is up, when a test says so.
type outOfTime struct{ context.Context }

func (c outOfTime) Err() error { return context.Cause(c.Context) }

func newOutOfTime(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	return outOfTime{ctx}, func() { cancel(context.DeadlineExceeded) }
}

// 1,000 callers on a cold cache make one request, and each who waits keeps its
// own deadline. One hangs up, and the time of every other one runs out. Not
// parallel: it looks at the goroutines of the whole process.
func TestThousandCallers(t *testing.T) {
	asked, held := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(held) })
	defer release()
	e := newEndpoint(t, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-held
		serve(goodSet())(w, r)
	})
	set, _ := newSet(t, e)

	const callers = 1000
	results := make(chan error, callers)
	call := func(ctx context.Context, result chan<- error) {
		_, err := set.KeyRead(ctx, "first")
		result <- err
	}
	go call(t.Context(), results)
	<-asked // by the caller who fetches for all

	var waiting sync.WaitGroup
	waiting.Add(callers - 1)
	impatient, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	brief, expire := newOutOfTime(t.Context())
	gone, late := make(chan error, 1), make(chan error, callers)
	for i := 1; i < callers; i++ {
		ctx, result := t.Context(), results
		switch {
		case i == callers/2:
			ctx, result = impatient, gone
		case i%2 == 1:
			ctx, result = brief, late
		}
		watched := &watched{Context: ctx, waiting: waiting.Done}
		go func() {
			call(watched, result)
			watched.once.Do(watched.waiting) // should it not have waited
		}()
	}
	waiting.Wait()
	leaves := func(result <-chan error, want error) {
		t.Helper()
		select {
		case err := <-result: // while the endpoint still keeps everybody else waiting
			checkError(t, err, jwks.ErrUnavailable)
			if !errors.Is(err, want) {
				t.Errorf("got error %v, want %v", err, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("a caller with reason to leave, %v, still waits", want)
		}
	}
	hangUp()
	leaves(gone, context.Canceled)
	expire()
	for range callers / 2 {
		leaves(late, context.DeadlineExceeded)
	}
	release()
	for range callers/2 - 1 {
		wantGood(t, results)
	}
	e.wantRequests(t, 1)
	wantNoGoroutines(t)
}

// Nothing is left of a fetch: of a good one, a bad one, or one whose caller gave up.
func TestNoGoroutineOutlivesACall(t *testing.T) {
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e)
	wantKey(t, set, "first")
	wantNoGoroutines(t)

	e.answer(status(500))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	wantNoGoroutines(t)

	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	e.answer(func(w http.ResponseWriter, r *http.Request) {
		hangUp()
		serve(setOf(good("second")))(w, r)
	})
	clock.advance(jwks.MinBackoff)
	if _, err := set.KeyRead(ctx, "second"); err != nil {
		t.Fatal(err)
	}
	wantNoGoroutines(t)
	e.wantRequests(t, 3)
}

// wantNoGoroutines asserts that no goroutine of the set, or of its transport,
// has outlived the calls. The last of them may still be on its way out.
func wantNoGoroutines(t testing.TB) {
	t.Helper()
	buffer := make([]byte, 4<<20)
	var left string
	for began := time.Now(); time.Since(began) < time.Minute; runtime.Gosched() {
		left = ""
		for stack := range strings.SplitSeq(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
			if strings.Contains(stack, "jwks.(*Set)") || strings.Contains(stack, "net/http.(*persistConn)") {
				left = stack
			}
		}
		if left == "" {
			return
		}
	}
	t.Fatalf("a goroutine outlives the calls:\n%s", left)
}
