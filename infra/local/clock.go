package main

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the time that every part of the system goes by. It can be set
// forward, so that what takes an hour can be seen in a second.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// ServeHTTP sets the clock forward by the duration in the query parameter
// forward, such as 5m, and answers the time that it then is.
func (c *clock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	by, err := time.ParseDuration(r.URL.Query().Get("forward"))
	if err != nil || by < 0 || by > 365*24*time.Hour {
		http.Error(w, "forward: want a duration such as 5m, up to a year", http.StatusBadRequest)
		return
	}
	c.ahead.Add(int64(by))
	fmt.Fprintf(w, "{\"now\":%q}\n", c.Now().UTC().Format(time.RFC3339))
}
