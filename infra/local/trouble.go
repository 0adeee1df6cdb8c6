package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/pkg/note"
)

// switches are what can be broken on purpose, by the part of the system, and how;
// none repairs it.
var switches = map[string][]string{
	"keys":       {"none", "empty", "failing", "slow"}, // how the pool answers for its key set: without a key, 503, not in time
	"authorizer": {"none", "timeout"},                  // the function does not answer
	"table":      {"none", "throttled", "unreachable"}, // every call to it fails
}

// slowest is how long a slow key set keeps those waiting who never give up.
const slowest = 30 * time.Second

// A trouble is what is broken at present, so that a developer can see what a
// user would. The zero value is a system in order.
type trouble struct {
	broken sync.Map // how, by part; absent: none
}

// ServeHTTP breaks or repairs the parts that the query names, such as
// ?keys=empty&table=none, all or nothing, and answers the state of all parts.
func (t *trouble) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	for part, values := range query {
		if len(values) != 1 || !slices.Contains(switches[part], values[0]) {
			http.Error(w, "want "+allowed(), http.StatusBadRequest)
			return
		}
	}
	for part := range query {
		t.broken.Store(part, query.Get(part))
	}
	state := map[string]string{}
	for part := range switches {
		state[part] = t.of(part)
	}
	w.Header().Set("Content-Type", "application/json")
	// The client may be gone; the switches are still set.
	_ = json.NewEncoder(w).Encode(state)
}

func (t *trouble) of(part string) string {
	if how, ok := t.broken.Load(part); ok {
		return how.(string)
	}
	return "none"
}

func allowed() string {
	var parts []string
	for _, part := range slices.Sorted(maps.Keys(switches)) {
		parts = append(parts, part+"="+strings.Join(switches[part], "|"))
	}
	return strings.Join(parts, ", ")
}

// keySet stands before the pool's key set.
func (t *trouble) keySet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch t.of("keys") {
		case "empty":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintln(w, `{"keys":[]}`)
			return
		case "failing":
			http.Error(w, "trouble: the key set is failing", http.StatusServiceUnavailable)
			return
		case "slow":
			select {
			case <-r.Context().Done():
				return
			case <-time.After(slowest):
			}
		}
		next.ServeHTTP(w, r)
	})
}

// authorizer stands before the authorizer function.
func (t *trouble) authorizer(next gateway.Function) gateway.Function {
	return invoke(func(ctx context.Context, event []byte) ([]byte, error) {
		if t.of("authorizer") == "timeout" {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return next.Invoke(ctx, event)
	})
}

type invoke func(ctx context.Context, event []byte) ([]byte, error)

func (f invoke) Invoke(ctx context.Context, event []byte) ([]byte, error) { return f(ctx, event) }

var errTrouble = errors.New("local: failure simulated by a switch")

// table returns why the table takes no call now; nil if it does.
func (t *trouble) table() error {
	switch t.of("table") {
	case "throttled":
		return fmt.Errorf("%w: %w", note.ErrThrottled, errTrouble)
	case "unreachable":
		return fmt.Errorf("%w: %w", note.ErrUnavailable, errTrouble)
	}
	return nil
}
