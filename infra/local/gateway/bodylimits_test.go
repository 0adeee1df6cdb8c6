package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// streaming is the request with a body of so many bytes whose length the client
// does not tell.
func streaming(r *http.Request, n int) *http.Request {
	out := r.Clone(r.Context())
	out.Body, out.ContentLength = io.NopCloser(strings.NewReader(strings.Repeat("a", n))), -1
	return out
}

// API Gateway's own bound of a body is 10 MiB, which a backend may get and send.
func TestBodyLimits(t *testing.T) {
	t.Parallel()
	const largest = 10 << 20
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		if size, err := strconv.Atoi(r.URL.Query().Get("size")); err == nil {
			io.WriteString(w, strings.Repeat("a", size))
			return
		}
		fmt.Fprint(w, n)
	}))
	t.Cleanup(backend.Close)
	g := forwarding(t, api.REST, `{type: http_proxy, httpMethod: ANY, uri: "`+backend.URL+`"}`)
	for _, tt := range []struct {
		rule, query string
		size        int
		streams     bool
		status      int
		body        string
	}{
		{"the largest", "", largest, false, 200, fmt.Sprint(largest)},
		{"larger", "", largest + 1, false, 413, "HTTP content length exceeded 10485760 bytes."},
		{"the largest that streams", "", largest, true, 200, fmt.Sprint(largest)},
		{"larger that streams", "", largest + 1, true, 413, "HTTP content length exceeded 10485760 bytes."},
		{"the largest answer", "?size=" + fmt.Sprint(largest), 0, false, 200, strings.Repeat("a", largest)},
		{"a larger answer", "?size=" + fmt.Sprint(largest+1), 0, false, 500, `{"message":"Internal server error"}`},
	} {
		r := httptest.NewRequest("POST", "/x/1/y"+tt.query, strings.NewReader(strings.Repeat("a", tt.size)))
		if tt.streams {
			r = streaming(r, tt.size)
		}
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if got := w.Body.String(); w.Code != tt.status || got != tt.body {
			t.Errorf("%s: got %d %.80s, want %d %.80s", tt.rule, w.Code, got, tt.status, tt.body)
		}
	}
}

// The authorizer is not asked about a body that is known to be too large.
func TestBodyLimitBeforeAuthorizer(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]struct{ status, calls int }{1: {400, 1}, 10<<20 + 1: {413, 0}} {
		authorizer := allowing()
		got := serve(t, real(authorizer, returns(hello))).do(t, "POST", "/notes", strings.Repeat("a", size), "Authorization: "+token)
		if got.status != want.status || authorizer.calls() != want.calls {
			t.Errorf("%d bytes: got %d %s and %d calls, want %v", size, got.status, got.body, authorizer.calls(), want)
		}
	}
}
