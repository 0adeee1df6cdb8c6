package jwks_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/jwks"
)

// mark stands in whatever a bad answer holds: no error may repeat it.
const mark = "text of the answer"

// Each row is an answer that is not a key set. On a cold cache it is an outage,
// beside a cached set it changes nothing; either way it costs one request.
func TestBadAnswers(t *testing.T) {
	t.Parallel()
	elsewhere := newEndpoint(t, serve(goodSet()))
	type row struct {
		rule   string
		answer http.HandlerFunc
	}
	rows := []row{
		{"empty set", serve(`{"keys":[]}`)},
		{"HTML with 200", serve(`<!doctype html><title>` + mark + `</title>`)},
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }},
		{"empty body", serve("")},
		{"201", status(201)},
		{"206", status(206)},
		{"304", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }},
		{"403", status(403)},
		{"404", status(404)},
		{"429", status(429, "Retry-After", "0")},
		{"500", status(500)},
		{"503", status(503)},
		{"redirect to another host", status(302, "Location", elsewhere.URL)},
		{"redirect on the same host", status(307, "Location", "/good")},
		{"permanent redirect", status(301, "Location", "/good")},
		{"redirect to a file", status(302, "Location", "file:///etc/passwd")},
		{"redirect to plain http", status(302, "Location", "http://127.0.0.1:1/")},
		{"redirect to nowhere", status(302)},
		{"redirect that cannot be read", status(302, "Location", "https://[/"+mark)},
		{"256 KiB and one byte", serve(goodSet() + strings.Repeat(" ", 256<<10+1-len(goodSet())))},
		{"body of 10 MB", serve(goodSet() + strings.Repeat(" ", 10<<20))},
		{"body without end", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write([]byte(strings.Repeat(" ", 64<<10))); err != nil {
					return // the client has hung up: nothing but its cap ends this
				}
			}
		}},
		{"gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			zip.Write(bytes.Repeat([]byte(" "), 10<<20))
			zip.Write([]byte(goodSet()))
			zip.Close()
		}},
		{"compressed without being asked to", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			zip.Write([]byte(goodSet()))
			zip.Close()
		}},
		{"headers of 64 KiB", status(200, "X-Long", strings.Repeat("x", 64<<10))},
		{"shorter than it says", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(goodSet())+1))
			w.Write([]byte(goodSet()))
		}},
		{"reset in the body", raw("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{\"keys\":[")},
		{"reset before an answer", raw("")},
		{"not HTTP", raw(mark + "\r\n\r\n")},
		{"status that is no number", raw("HTTP/1.1 " + mark + "\r\n\r\n")},
		{"header that is none", raw("HTTP/1.1 200 OK\r\n" + mark + "\r\n\r\n")},
		{"chunk that is none", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + mark + "\r\n")},
		{"10,000 keys", serve(setOf(many(10_000)...))},
		{"a member twice", serve(`{"keys":[],` + goodSet()[1:])},
	}
	slow := []row{
		{"slow headers", slowly},
		{"slow body", func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte(goodSet()[:10]))
			w.(http.Flusher).Flush()
			slowly(w, r)
		}},
	}
	for i, row := range append(slow, rows...) {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, row.answer)
			quick := func(c *jwks.Config) {
				if i < len(slow) {
					c.Timeout = time.Second
				}
			}

			cold, _ := newSet(t, e, quick)
			_, err := cold.KeyRead(t.Context(), "first")
			checkError(t, err, jwks.ErrUnavailable)
			if strings.Contains(err.Error(), mark) {
				t.Errorf("the error quotes the answer: %v", err)
			}
			if !strings.Contains(err.Error(), e.URL) {
				t.Errorf("the error does not say where: %v", err)
			}
			e.wantRequests(t, 1)

			e.answer(serve(goodSet()))
			warm, clock := newSet(t, e, quick)
			wantKey(t, warm, "first")
			e.wantRequests(t, 2)
			clock.advance(jwks.MaxAge)
			e.answer(row.answer)
			wantKey(t, warm, "first")
			e.wantRequests(t, 3)
			wantKey(t, warm, "first")
			wantError(t, warm, "other", jwks.ErrUnavailable)
			e.wantRequests(t, 3)
		})
	}
	t.Cleanup(func() { // after the parallel rows
		if got := elsewhere.requests.Load(); got != 0 {
			t.Errorf("got %d requests at another host, want 0", got)
		}
	})
}

func TestAnswerOf256KiB(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()+strings.Repeat(" ", 256<<10-len(goodSet()))))
	set, _ := newSet(t, e)
	wantKey(t, set, "first")
	e.wantRequests(t, 1)
}

func TestWhatIsAsked(t *testing.T) {
	t.Parallel()
	asked := make(chan *http.Request, 1)
	e := newEndpoint(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r
		serve(goodSet())(w, r)
	})
	set, _ := newSet(t, e, func(c *jwks.Config) { c.URL += "/pool/.well-known/jwks.json" })
	wantKey(t, set, "first")
	r := <-asked
	if got, want := r.Method+" "+r.RequestURI+" "+r.Proto, "GET /pool/.well-known/jwks.json HTTP/1.1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := r.Header.Get("Accept-Encoding"); got != "" {
		t.Errorf("got Accept-Encoding %q, want none", got)
	}
}

// Before there is a connection the error says how far the fetch came.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(goodSet()))
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	rows := []struct {
		rule string
		edit func(*jwks.Config)
		want string
	}{
		{"wrong certificate", func(c *jwks.Config) { c.Transport = nil }, "TLS: "},
		{"certificate of another name", func(c *jwks.Config) { c.Transport = named(e, "pool.example") }, "TLS: "},
		{"plain http behind https", func(c *jwks.Config) { c.URL = "https://" + plain(t) }, "server gave HTTP response to HTTPS client"},
		{"nobody listens", func(c *jwks.Config) { c.URL = "https://" + gone.Addr().String() }, "connect: (check the VPC's route out)"},
		{"no such host", func(c *jwks.Config) { c.URL, c.Transport = "https://pool.invalid", nameless(e) }, "DNS: (check the VPC's route out)"},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			set, _ := newSet(t, e, row.edit)
			_, err := set.KeyRead(t.Context(), "first")
			checkError(t, err, jwks.ErrUnavailable)
			if !strings.Contains(err.Error(), row.want) {
				t.Errorf("got error %v, want it to hold %q", err, row.want)
			}
			e.wantRequests(t, 0)
		})
	}
	set, _ := newSet(t, e)
	wantKey(t, set, "first")
	e.wantRequests(t, 1)
}

// slowly answers nothing until the client has hung up.
func slowly(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// raw writes bytes to the connection and resets it.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return // the client sees an answer, and its test fails
		}
		defer conn.Close()
		conn.Write([]byte(answer))
	}
}

func named(e *endpoint, name string) http.RoundTripper {
	transport := e.transport()
	transport.TLSClientConfig.ServerName = name
	return transport
}

// nameless is a transport on a network without name servers.
func nameless(e *endpoint) http.RoundTripper {
	transport := e.transport()
	transport.DialContext = (&net.Dialer{Resolver: &net.Resolver{
		PreferGo: true,
		Dial:     func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed },
	}}).DialContext
	return transport
}

func plain(t *testing.T) string {
	e := &http.Server{Handler: serve(goodSet())}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	go e.Serve(listener)
	return listener.Addr().String()
}
