// Package clock is the clock of a local stack. It can be set forward, so that an
// hour passes in a second.
package clock

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// Most is how far a clock can be set forward in all.
const Most = 365 * 24 * time.Hour

// ErrTooFar says that a clock would go back, or beyond [Most].
var ErrTooFar = errors.New("clock: too far")

// A Clock is the machine's clock plus an offset. It is safe for concurrent use,
// and its zero value is ready.
type Clock struct {
	stopped time.Time // zero: it goes
	ahead   atomic.Int64
}

// At returns a clock that stands still at t, for tests.
func At(t time.Time) *Clock { return &Clock{stopped: t} }

// Now returns the time.
func (c *Clock) Now() time.Time {
	now := c.stopped
	if now.IsZero() {
		now = time.Now()
	}
	return now.Add(time.Duration(c.ahead.Load()))
}

// Forward sets the clock forward, or returns [ErrTooFar].
func (c *Clock) Forward(by time.Duration) error {
	for {
		ahead := c.ahead.Load()
		if by < 0 || by > Most-time.Duration(ahead) {
			return ErrTooFar
		}
		if c.ahead.CompareAndSwap(ahead, ahead+int64(by)) {
			return nil
		}
	}
}

// ServeHTTP sets the clock forward by the duration in the query parameter
// forward, such as 5m, and answers the time that it then is.
func (c *Clock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	by, err := time.ParseDuration(r.URL.Query().Get("forward"))
	if err == nil {
		err = c.Forward(by)
	}
	if err != nil {
		http.Error(w, "forward must be a duration such as 5m, at most a year in total", http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, "{\"now\":%q}\n", c.Now().UTC().Format(time.RFC3339))
}
