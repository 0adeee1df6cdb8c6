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

// 1,000 callers on a cold cache make one request, and each keeps its own
// deadline. Not parallel: it looks at the goroutines of the whole process.
func TestThousandCallers(t *testing.T) {
	release := make(chan struct{})
	e := newEndpoint(t, func(w http.ResponseWriter, r *http.Request) {
		<-release
		serve(goodSet())(w, r)
	})
	set, _ := newSet(t, e)

	const callers = 1000
	var waiting sync.WaitGroup
	waiting.Add(callers)
	impatient, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	gone, results := make(chan error, 1), make(chan error, callers-1)
	for i := range callers {
		ctx, result := t.Context(), results
		if i == callers/2 {
			ctx, result = impatient, gone
		}
		go func() {
			ctx := &watched{Context: ctx, waiting: waiting.Done}
			_, err := set.KeyRead(ctx, "first")
			ctx.once.Do(ctx.waiting) // should it not have waited
			result <- err
		}()
	}
	waiting.Wait()
	hangUp()
	select {
	case err := <-gone: // while the endpoint still keeps everybody else waiting
		checkError(t, err, jwks.ErrUnavailable)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v, want %v", err, context.Canceled)
		}
	case <-time.After(10 * time.Second):
		t.Error("a caller who has hung up still waits")
	}
	close(release)
	for range callers - 1 {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
	}
	e.wantRequests(t, 1)
	wantNoGoroutines(t)
}

// Nothing is left of a fetch, be it good, bad or abandoned.
func TestNoGoroutineOutlivesACall(t *testing.T) {
	e := newEndpoint(t, serve(goodSet()))
	set, clock := newSet(t, e, func(c *jwks.Config) { c.Timeout = 100 * time.Millisecond })
	wantKey(t, set, "first")
	wantNoGoroutines(t)

	e.answer(status(500))
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	wantNoGoroutines(t)

	ctx, hangUp := context.WithCancel(t.Context())
	e.answer(func(w http.ResponseWriter, r *http.Request) {
		hangUp()
		slowly(w, r)
	})
	clock.advance(jwks.MinBackoff)
	if _, err := set.KeyRead(ctx, "first"); err != nil {
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
	for began := time.Now(); time.Since(began) < 5*time.Second; runtime.Gosched() {
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
