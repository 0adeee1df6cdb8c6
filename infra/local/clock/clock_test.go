package clock_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/local/clock"
)

// Each row sets the clock forward after the ones before it.
func TestForward(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	start := time.Unix(1_800_000_000, 0)
	c := clock.At(start)
	for _, tt := range []struct {
		rule  string
		by    time.Duration
		want  error
		ahead time.Duration
	}{
		{"good", 5 * time.Minute, nil, 5 * time.Minute},
		{"back", -time.Nanosecond, clock.ErrTooFar, 5 * time.Minute},
		{"most of what is left", clock.Most - day, nil, clock.Most - day + 5*time.Minute},
		{"beyond a year in all", day, clock.ErrTooFar, clock.Most - day + 5*time.Minute},
		{"beyond what a duration can hold", 1<<63 - 1, clock.ErrTooFar, clock.Most - day + 5*time.Minute},
		{"to the year", day - 5*time.Minute, nil, clock.Most},
		{"beyond it by the least", time.Nanosecond, clock.ErrTooFar, clock.Most},
	} {
		if err := c.Forward(tt.by); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.rule, err, tt.want)
		}
		if got := c.Now().Sub(start); got != tt.ahead {
			t.Errorf("%s: got %v ahead, want %v", tt.rule, got, tt.ahead)
		}
	}
}

func TestServeHTTP(t *testing.T) {
	t.Parallel()
	c := clock.At(time.Unix(1_800_000_000, 0))
	const refusal = "forward must be a duration such as 5m, at most a year in total"
	for _, tt := range []struct {
		rule, query string
		status      int
		body        string
	}{
		{"good", "forward=61m", 200, `{"now":"2027-01-15T09:01:00Z"}`},
		{"no duration", "forward=soon", 400, refusal},
		{"nothing", "", 400, refusal},
		{"back", "forward=-1s", 400, refusal},
		{"beyond a year in all", "forward=8759h", 400, refusal},
		{"none of these moved it", "forward=0s", 200, `{"now":"2027-01-15T09:01:00Z"}`},
	} {
		w := httptest.NewRecorder()
		c.ServeHTTP(w, httptest.NewRequest("POST", "/?"+tt.query, nil))
		if got := strings.TrimSpace(w.Body.String()); w.Code != tt.status || got != tt.body {
			t.Errorf("%s: got %d %s, want %d %s", tt.rule, w.Code, got, tt.status, tt.body)
		}
	}
}
