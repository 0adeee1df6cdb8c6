package loopback_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/notegate/notegate/infra/local/loopback"
)

// Each request is the good one with a single thing changed.
func TestOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule   string
		change func(*http.Request)
		want   int
	}{
		{"a program on this machine", func(*http.Request) {}, 200},
		{"by the name localhost", func(r *http.Request) { r.Host = "localhost:9229" }, 200},
		{"by IPv6", func(r *http.Request) { r.Host, r.RemoteAddr = "[::1]:9229", "[::1]:50000" }, 200},
		{"by IPv4 in IPv6", func(r *http.Request) { r.RemoteAddr = "[::ffff:127.0.0.1]:50000" }, 200},
		{"its own page", func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:9229") }, 200},
		{"typed into a browser", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }, 200},
		{"its own page, by what a browser says", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }, 200},
		{"another machine", func(r *http.Request) { r.RemoteAddr = "192.0.2.1:50000" }, 403},
		{"no address", func(r *http.Request) { r.RemoteAddr = "" }, 403},
		{"a name that was pointed here", func(r *http.Request) { r.Host = "evil.example:9229" }, 403},
		{"a name that begins like ours", func(r *http.Request) { r.Host = "localhost.evil.example" }, 403},
		{"its own page, by TLS", func(r *http.Request) { r.Header.Set("Origin", "https://127.0.0.1:9229") }, 200},
		{"the emulator", func(r *http.Request) { r.Host = "10.0.2.2:9229" }, 200},
		{"a container, in capitals", func(r *http.Request) { r.Host, r.RemoteAddr = "HOST.docker.internal:9229", "192.0.2.1:50000" }, 200},
		{"a page of another origin, by a host", func(r *http.Request) {
			r.Host = "10.0.2.2:9229"
			r.Header.Set("Origin", "https://evil.example")
		}, 403},
		{"a name that ends like a host", func(r *http.Request) { r.Host = "x.host.docker.internal" }, 403},
		{"a page of another origin", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		{"a page of another port", func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:8080") }, 403},
		{"a page without an origin", func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		{"an image of another site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"a page of another port, without an Origin", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "http://127.0.0.1:9229/_local/rotate", nil)
			r.RemoteAddr = "127.0.0.1:50000"
			tt.change(r)
			w := httptest.NewRecorder()
			called := false
			loopback.Hosts{"10.0.2.2", "host.docker.internal"}.Only(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })).ServeHTTP(w, r)
			if w.Code != tt.want || called != (tt.want == 200) {
				t.Errorf("got %d, called %v; want %d", w.Code, called, tt.want)
			}
		})
	}
}

// Without an address that the connection came to, no name is that.
func TestNamedWithoutAnAddress(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]int{"localhost:3000": 200, "evil.example:3000": 421, "": 421} {
		r := httptest.NewRequest("GET", "/notes", nil)
		r.Host = host
		w := httptest.NewRecorder()
		refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMisdirectedRequest) })
		loopback.Hosts{}.Named(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), refuse).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: got %d, want %d", host, w.Code, want)
		}
	}
}

// Named asks for the name alone: other machines are kept off by the address that
// is listened on.
func TestNamed(t *testing.T) {
	t.Parallel()
	lan := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 9), Port: 3000}
	for host, want := range map[string]int{
		"localhost:3000": 200, "127.0.0.1": 200, "[::1]:3000": 200, "10.0.2.2:3000": 200, "192.0.2.9:3000": 200, "[::ffff:192.0.2.9]:3000": 200,
		"evil.example:3000": 421, "127.0.0.1.evil.example": 421, "192.0.2.1": 421, "": 421,
	} {
		r := httptest.NewRequest("GET", "/notes", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, lan))
		r.Host = host
		w := httptest.NewRecorder()
		called := false
		refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMisdirectedRequest) })
		loopback.Hosts{"10.0.2.2"}.Named(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }), refuse).ServeHTTP(w, r)
		if w.Code != want || called != (want == 200) {
			t.Errorf("%q: got %d, called %v; want %d", host, w.Code, called, want)
		}
	}
}
