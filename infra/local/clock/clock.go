// Package clock is the time that a local stack goes by. It can be set forward,
// so that what takes an hour can be seen in a second.
package clock

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// A Clock is the machine's clock, plus what it was set forward by. It is safe for
// concurrent use, and its zero value is ready.
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

// Forward sets the clock forward.
func (c *Clock) Forward(by time.Duration) { c.ahead.Add(int64(by)) }

// ServeHTTP sets the clock forward by the duration in the query parameter
// forward, such as 5m, and answers the time that it then is.
func (c *Clock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	by, err := time.ParseDuration(r.URL.Query().Get("forward"))
	if err != nil || by < 0 || by > 365*24*time.Hour {
		http.Error(w, "forward: want a duration such as 5m, up to a year", http.StatusBadRequest)
		return
	}
	c.Forward(by)
	fmt.Fprintf(w, "{\"now\":%q}\n", c.Now().UTC().Format(time.RFC3339))
}
