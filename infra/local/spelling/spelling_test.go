package spelling_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/spelling"
)

// serve answers with the spellings of X-Name and Content-Type. The path /read
// reads the body first.
func serve(t *testing.T) *bufio.ReadWriter {
	t.Helper()
	s := httptest.NewUnstartedServer(spelling.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/read" {
			io.Copy(io.Discard, r.Body)
		}
		names := spelling.Names(r)
		fmt.Fprintf(w, "%s %s", names["X-Name"], names["Content-Type"])
	})))
	s.Listener = spelling.Listener(s.Listener)
	s.Config.ConnContext, s.Config.MaxHeaderBytes = spelling.ConnContext, 64<<10
	s.Start()
	t.Cleanup(s.Close)
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c))
}

func send(t *testing.T, c *bufio.ReadWriter, request string) {
	t.Helper()
	if _, err := c.WriteString(request); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
}

func answer(t *testing.T, c *bufio.ReadWriter) string {
	t.Helper()
	resp, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNames(t *testing.T) {
	t.Parallel()
	c := serve(t) // one connection for all: nothing of a request is left for the next
	for _, tt := range []struct{ rule, request, want string }{
		{"as sent", "GET / HTTP/1.1\r\nHost: a\r\nx-name: 1\r\ncontent-TYPE: 2\r\n\r\n", "x-name content-TYPE"},
		{"in canonical case", "GET / HTTP/1.1\r\nHost: a\r\nX-Name: 1\r\nContent-Type: 2\r\n\r\n", "X-Name Content-Type"},
		{"absent", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", " "},
		{"twice, the first one", "GET / HTTP/1.1\r\nHost: a\r\nX-NAME: 1\r\nx-name: 2\r\n\r\n", "X-NAME "},
		{"body that is read", "POST /read HTTP/1.1\r\nHost: a\r\nx-name: 1\r\nContent-Length: 12\r\n\r\nX-NAME: 2\r\n\r", "x-name "},
		{"body that is not read", "POST / HTTP/1.1\r\nHost: a\r\nx-NAME: 1\r\nContent-Length: 12\r\n\r\nX-NAME: 2\r\n\r", "x-NAME "},
		{"after a body that was not read", "GET /a?b HTTP/1.1\r\nHost: a\r\nx-Name: 1\r\n\r\n", "x-Name "},
		{"after a long body that was not read", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 140000\r\n\r\n" + strings.Repeat("a", 140_000), " "},
		{"then", "GET / HTTP/1.1\r\nHost: a\r\nx-nAmE: 1\r\n\r\n", "x-nAmE "},
		{"after a value on two lines", "GET / HTTP/1.1\r\nHost: a\r\nx-other: 1,\r\n 2\r\nx-name: 1\r\n\r\n", "x-name "},
		{"lines that end in a line feed", "GET / HTTP/1.1\nHost: a\nx-nAME: 1\n\n", "x-nAME "},
		{"long", "GET / HTTP/1.1\r\nHost: a\r\nx-long: " + strings.Repeat("a", 50_000) + "\r\nx-name: 1\r\n\r\n", "x-name "},
	} {
		send(t, c, tt.request)
		if diff := cmp.Diff(tt.want, answer(t, c)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.rule, diff)
		}
	}
}

// The second of two requests in one packet is answered, spelled or not.
func TestPipelined(t *testing.T) {
	t.Parallel()
	c := serve(t)
	send(t, c, strings.Repeat("GET / HTTP/1.1\r\nHost: a\r\nx-name: 1\r\n\r\n", 2))
	if got, want := answer(t, c), "x-name "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	answer(t, c)
}

// A client that is too late to see its answer while it sends must still get it.
func TestAnswerToAnUnfinishedRequest(t *testing.T) {
	t.Parallel()
	c := serve(t)
	send(t, c, "GET / HTTP/1.1\r\nHost: a\r\nx-name: "+strings.Repeat("a", 100<<10))
	resp, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("got %d, %v, want the whole of a 431", resp.StatusCode, err)
	}
}

func TestOtherListener(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(spelling.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, len(spelling.Names(r)))
	})))
	t.Cleanup(s.Close)
	resp, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err != nil || string(text) != "0" {
		t.Errorf("got %s names, %v, want none", text, err)
	}
}
