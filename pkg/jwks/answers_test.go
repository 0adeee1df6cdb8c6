package jwks_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
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
	const notASet, notHTTP, tooLong = "answer is not a JSON Web Key Set", "answer is not HTTP", "answer exceeds 262144 bytes"
	rows := []struct {
		rule   string
		answer http.HandlerFunc
		says   string // in the error: what the row is refused for
	}{
		{"empty set", serve(`{"keys":[]}`), "answer holds no usable key (0 skipped)"},
		{"HTML with 200", serve(`<!doctype html><title>` + mark + `</title>`), notASet},
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, "answered 204, want 200"},
		{"empty body", serve(""), notASet},
		{"201", status(201), "answered 201, want 200"},
		{"206", status(206), "answered 206, want 200"},
		{"304", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, "answered 304, want 200"},
		{"403", status(403), "answered 403, want 200"},
		{"404", status(404), "answered 404, want 200"},
		{"429", status(429, "Retry-After", "0"), "answered 429, want 200"},
		{"500", status(500), "answered 500, want 200"},
		{"503", status(503), "answered 503, want 200"},
		{"redirect to another host", status(302, "Location", elsewhere.URL), "answered 302, want 200"},
		{"redirect on the same host", status(307, "Location", "/good"), "answered 307, want 200"},
		{"permanent redirect", status(301, "Location", "/good"), "answered 301, want 200"},
		{"redirect to a file", status(302, "Location", "file:///etc/passwd"), "answered 302, want 200"},
		{"redirect to plain http", status(302, "Location", "http://127.0.0.1:1/"), "answered 302, want 200"},
		{"redirect to nowhere", status(302), "answered 302, want 200"},
		{"redirect that cannot be read", status(302, "Location", "https://[/"+mark), "answered 302, want 200"},
		{"256 KiB and one byte", serve(goodSet() + strings.Repeat(" ", 256<<10+1-len(goodSet()))), tooLong},
		{"body of 10 MB", serve(goodSet() + strings.Repeat(" ", 10<<20)), tooLong},
		{"body without end", func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte(strings.Repeat(" ", 256<<10+1)))
			w.(http.Flusher).Flush()
			slowly(w, r)                // who waits for more finds out by the timeout
			panic(http.ErrAbortHandler) // and no last chunk makes the body end well after it
		}, tooLong},
		{"gzip bomb", serveGzip(strings.Repeat(" ", 10<<20) + goodSet()), notASet},
		{"compressed without being asked to", serveGzip(goodSet()), notASet},
		{"headers of 64 KiB", status(200, "X-Long", strings.Repeat("x", 64<<10)), notHTTP},
		{"shorter than it says", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(goodSet())+1))
			w.Write([]byte(goodSet()))
		}, "unexpected EOF"},
		{"closed before an answer", raw(""), "EOF"},
		{"closed in the body", raw("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{\"keys\":["), "unexpected EOF"},
		{"reset before an answer", reset(""), "connection reset"},
		{"reset in the body", reset("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{\"keys\":["), "connection reset"},
		{"not HTTP", raw(mark + "\r\n\r\n"), notHTTP},
		{"status that is no number", raw("HTTP/1.1 " + mark + "\r\n\r\n"), notHTTP},
		{"header that is none", raw("HTTP/1.1 200 OK\r\n" + mark + "\r\n\r\n"), notHTTP},
		{"chunk that is none", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + mark + "\r\n"), notHTTP},
		{"10,000 keys", serve(`{"keys":[{}` + strings.Repeat(",{}", 9_999) + `]}`), "answer holds 10000 keys, want at most 100"},
		{"a member twice", serve(`{"keys":[],` + goodSet()[1:]), notASet},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, row.answer)

			cold, _ := newSet(t, e)
			_, err := cold.KeyRead(t.Context(), "first")
			checkError(t, err, jwks.ErrUnavailable)
			if !strings.Contains(err.Error(), row.says) {
				t.Errorf("got error %v, want it to say %q", err, row.says)
			}
			if strings.Contains(err.Error(), mark) {
				t.Errorf("the error quotes the answer: %v", err)
			}
			if !strings.Contains(err.Error(), e.URL) {
				t.Errorf("the error does not say where: %v", err)
			}
			e.wantRequests(t, 1)

			e.answer(serve(goodSet()))
			warm, clock := newSet(t, e)
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

// So is an answer that does not come, or does not end, in time.
func TestSlowAnswers(t *testing.T) {
	t.Parallel()
	for rule, begins := range map[string]string{"slow headers": "", "slow body": goodSet()} {
		t.Run(rule, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				slow, clock := &slowNetwork{begins: begins}, &clock{}
				over := func(c *jwks.Config) { c.Transport, c.Now = slow, clock.now }
				cold, warm := newWiredSet(t, nil, over), newWiredSet(t, nil, over, seeded)
				began := time.Now()
				_, err := cold.KeyRead(t.Context(), "first")
				checkError(t, err, jwks.ErrUnavailable)
				if says := context.DeadlineExceeded.Error(); !strings.HasSuffix(err.Error(), says) {
					t.Errorf("got error %v, want it to say %q", err, says)
				}
				if got, want := time.Since(began), jwks.Timeout; got != want {
					t.Errorf("got an answer after %s, want %s", got, want)
				}
				slow.wantRequests(t, 1)

				clock.advance(jwks.MaxAge)
				wantKey(t, warm, "first")
				slow.wantRequests(t, 2)
				wantKey(t, warm, "first")
				wantError(t, warm, "other", jwks.ErrUnavailable)
				slow.wantRequests(t, 2)
			})
		})
	}
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
	plain := newPlainEndpoint(t, serve(goodSet()))
	rows := []struct {
		rule string
		edit func(*jwks.Config)
		want string
	}{
		{"wrong certificate", func(c *jwks.Config) { c.RootCAs = nil }, "TLS: tls: failed to verify certificate"},
		{"certificate of another name", func(c *jwks.Config) { c.RootCAs, c.Transport = nil, named(e, "pool.example") }, "TLS: tls: failed to verify certificate"},
		{"plain http behind https", func(c *jwks.Config) { c.URL = "https" + strings.TrimPrefix(plain.URL, "http") }, "TLS: tls: first record does not look like a TLS handshake"},
		{"nobody listens", func(c *jwks.Config) { c.URL = "https://127.0.0.1:1" }, "connect: (check the VPC's route out)"},
		{"no such host", func(c *jwks.Config) { c.URL, c.RootCAs, c.Transport = "https://pool.invalid", nil, nameless(e) }, "DNS: (check the VPC's route out)"},
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

// slowly answers nothing until the client has gave up.
func slowly(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// serveGzip answers 200 with a document that it has compressed beforehand: a
// bomb takes longer to make than an answer may.
func serveGzip(document string) http.HandlerFunc {
	var text bytes.Buffer
	zip := gzip.NewWriter(&text)
	zip.Write([]byte(document)) // a buffer does not fail
	zip.Close()
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		serve(text.String())(w, r)
	}
}

// raw writes bytes to the connection and closes it.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { write(w, answer, net.Conn.Close) }
}

// reset writes bytes to the connection and breaks it off.
func reset(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		write(w, answer, func(conn net.Conn) error {
			below := conn.(*tls.Conn).NetConn().(*net.TCPConn)
			return errors.Join(below.SetLinger(0), below.Close())
		})
	}
}

// write takes the connection from the server. Where anything fails the client
// sees another end than its test wants.
func write(w http.ResponseWriter, answer string, end func(net.Conn) error) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	conn.Write([]byte(answer))
	end(conn)
}

// slowNetwork begins an answer, unless that is empty, and waits.
type slowNetwork struct {
	begins   string
	requests atomic.Int64
}

func (n *slowNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	n.requests.Add(1)
	if n.begins == "" {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	body := io.MultiReader(strings.NewReader(n.begins), until{r.Context()})
	return &http.Response{StatusCode: 200, Body: io.NopCloser(body), Request: r}, nil
}

func (n *slowNetwork) wantRequests(t *testing.T, want int64) {
	t.Helper()
	if got := n.requests.Load(); got != want {
		t.Fatalf("got %d requests, want %d", got, want)
	}
}

// until gives nothing to read until the context ends.
type until struct{ context.Context }

func (u until) Read([]byte) (int, error) {
	<-u.Done()
	return 0, u.Err()
}

func named(e *endpoint, name string) http.RoundTripper {
	transport := jwks.DefaultTransport(e.roots())
	transport.TLSClientConfig.ServerName = name
	return transport
}

// nameless is a transport on a network without name servers.
func nameless(e *endpoint) http.RoundTripper {
	transport := jwks.DefaultTransport(e.roots())
	transport.DialContext = (&net.Dialer{Resolver: &net.Resolver{
		PreferGo: true,
		Dial:     func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed },
	}}).DialContext
	return transport
}
