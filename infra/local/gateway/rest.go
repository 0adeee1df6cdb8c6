package gateway

import (
	"net/http"
	"strings"
)

// rest is how a REST API does it.
type rest struct{ *Gateway }

// route looks by the path as sent, so that an encoded slash separates nothing.
// Slashes before the first segment count as one, and one trailing slash is ignored,
// as recorded of the service; other empty segments match nothing but a greedy
// variable, which keeps them.
func (s *rest) route(c *call) (*answer, *fault) {
	c.path = "/" + strings.TrimLeft(c.rawPath(), "/")
	path := c.path
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	if !s.find(c, path) {
		return nil, unsigned(c.http.Header)
	}
	return nil, nil
}

// stamp: the client sees the kind of an error in a header.
func (s *rest) stamp(h http.Header, a *answer, c *call) {
	h.Set("X-Amzn-RequestId", c.id)
	h.Set("X-Amz-Apigw-Id", c.extendedID)
	if !a.untraced {
		h.Set("X-Amzn-Trace-Id", c.traceID)
	}
	h.Del("X-Amzn-ErrorType")
	if a.kind != "" {
		h.Set("X-Amzn-ErrorType", a.kind)
	}
}
