package gateway

import (
	"net/url"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// outgoing of an HTTP API is the request after its parameter mapping. A path that
// is overwritten replaces the URL's.
func (h *httpAPI) outgoing(c *call, f *api.Forward) (*outgoing, error) {
	r := h.request(c)
	before := r.path
	h.mapRequest(r, c, f.Request)
	r.header.Del("Host")
	target := fill(f.URL, func(name string) string { return escapePath(c.params[name]) })
	if r.path != before {
		target = replacePath(target, r.path)
	}
	return &outgoing{withQuery(target, r.rawQuery), r.header}, nil
}

func (h *httpAPI) incoming(c *call, f *api.Forward, from *answer) (*answer, error) {
	h.mapResponse(from, c, f.Response[from.status])
	return from, nil
}

// escapePath escapes a decoded path, without its slashes.
func escapePath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return strings.Join(segments, "/")
}

// replacePath returns the URL with another path.
func replacePath(target, path string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	u.Path, u.RawPath = "/"+strings.TrimPrefix(path, "/"), ""
	return u.String()
}
