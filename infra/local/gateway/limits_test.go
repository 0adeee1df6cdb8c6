package gateway_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// The ARN of a request names its whole path, and has a bound.
func TestMethodARNLimit(t *testing.T) {
	t.Parallel()
	room := 1600 - len(stage+"/GET/notes/")
	s := serve(t, real(allowing(), returns(hello)))
	for _, tt := range []struct{ id, status int }{{room, 200}, {room + 1, 414}} {
		if got := s.do(t, "GET", "/notes/"+strings.Repeat("a", tt.id), "", "Authorization: "+token); got.status != tt.status {
			t.Errorf("an id of %d bytes: got %d %s, want %d", tt.id, got.status, got.body, tt.status)
		}
	}
}

// An HTTP API has no such bound.
func TestHTTPPathLimit(t *testing.T) {
	t.Parallel()
	s := serveHTTP(t, guarded(simple+byHeader, "GET /a/{id}"), map[string]gateway.Function{"A": returns(`{"isAuthorized":true}`), "F": returns(`"ok"`)})
	if got := s.do(t, "GET", "/a/"+strings.Repeat("a", 1600), "", "X-Token: t"); got.status != 200 {
		t.Errorf("got %d %s, want 200", got.status, got.body)
	}
}

// Lambda's own bounds are tighter than the gateway's: 6 MiB in, and 100 bytes
// more out.
func TestPayloadLimits(t *testing.T) {
	t.Parallel()
	const wrapping = len(`{"body":""}`)
	largest := 6<<20 + 100
	measuring := returns(hello)
	serve(t, one("/a", measuring)).do(t, "GET", "/a", "a")
	event := len(measuring.events[0]) - 1 // without the body
	for _, tt := range []struct {
		rule         string
		body, result int // bytes
		status       int
		want         string // empty: whatever the function says
		calls        int
	}{
		{"event", 5 << 20, wrapping, 200, "", 1},
		{"largest event", 6<<20 - event, wrapping, 200, "", 1},
		{"an event of a byte more", 6<<20 - event + 1, wrapping, 413, `{"message":"Request Too Long"}`, 0},
		{"event too large", 6 << 20, wrapping, 413, `{"message":"Request Too Long"}`, 0},
		{"largest result", 0, largest, 200, "", 1},
		{"result too large", 0, largest + 1, 502, `{"message":"Internal server error"}`, 1},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			text := strings.Repeat("a", tt.result-wrapping)
			f := returns(`{"body":"` + text + `"}`)
			got := serve(t, one("/a", f)).do(t, "GET", "/a", strings.Repeat("a", tt.body))
			if tt.want == "" {
				tt.want = text
			}
			if got.status != tt.status || got.body != tt.want {
				t.Errorf("got %d with %d bytes, want %d with %d", got.status, len(got.body), tt.status, len(tt.want))
			}
			if n := f.calls(); n != tt.calls {
				t.Errorf("the function was called %d times, want %d", n, tt.calls)
			}
		})
	}
}
