// Package spelling keeps how a client spells the names of its headers. net/http
// puts them into canonical case, but API Gateway hands them to a function as
// they came: one that looks for Content-Type does not find a content-type.
//
// It takes a [Listener], a server with [ConnContext], and a [Handler].
package spelling

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/textproto"
	"sync"
)

// most is how much is listened to: more than net/http drains of a body that no
// handler read, and the headers after it.
const most = 512 << 10

// Listener returns l with connections that remember what they read.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// A conn keeps what arrives between two requests: the headers of the second, and
// what the server drained of the first.
type conn struct {
	net.Conn
	mu      sync.Mutex // the server reads in the background while it answers
	heard   []byte
	ignores bool
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ignores && len(c.heard) < most {
		c.heard = append(c.heard, p[:n]...)
	}
	return n, err
}

// CloseWrite lets the server end an answer to a client that is still sending.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// names returns the spellings in the request that has just arrived, by the
// canonical names. It is empty if the request cannot be found in what was heard.
func (c *conn) names(r *http.Request) map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ignores = true
	names := make(map[string]string)
	_, head, _ := bytes.Cut(c.heard, []byte(r.Method+" "+r.RequestURI+" "+r.Proto))
	_, head, _ = bytes.Cut(head, []byte("\n"))
	for line := range bytes.Lines(head) {
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
		name, _, _ := bytes.Cut(line, []byte(":"))
		canonical := textproto.CanonicalMIMEHeaderKey(string(name))
		if _, twice := names[canonical]; !twice {
			names[canonical] = string(name)
		}
	}
	return names
}

// next makes the connection listen for the next request.
func (c *conn) next() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard, c.ignores = c.heard[:0], false
}

type connKey struct{}
type namesKey struct{}

// ConnContext is for an http.Server's field of this name.
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(*conn); ok {
		return context.WithValue(ctx, connKey{}, c)
	}
	return ctx
}

// Handler makes [Names] known to next.
func Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, ok := r.Context().Value(connKey{}).(*conn)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		defer c.next()
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), namesKey{}, c.names(r))))
	})
}

// Names returns the client's spellings of a request's header names, by their
// canonical ones. A name that it lacks is not known to be spelled otherwise.
func Names(r *http.Request) map[string]string {
	names, _ := r.Context().Value(namesKey{}).(map[string]string)
	return names
}
