package gateway_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"
)

// A body that ends before its Content-Length reaches no function.
func TestBodyEndsEarly(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	s := serve(t, one("/a", f))
	for _, tt := range []struct {
		body   string
		status int
		calls  int
	}{{"12345", 200, 1}, {"1234", 400, 1}} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write([]byte("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n" + tt.body)); err != nil {
			t.Fatal(err)
		}
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != tt.status || f.calls() != tt.calls {
			t.Errorf("%d of 5 bytes: got status %d and %d calls, want %d and %d", len(tt.body), res.StatusCode, f.calls(), tt.status, tt.calls)
		}
	}
}
