package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// An httpRequest is a request as an HTTP API's integration sees it, after the
// parameter mapping.
type httpRequest struct {
	path     string
	header   http.Header // names in canonical form, Cookie included
	query    url.Values
	rawQuery string
}

// dropped headers end at the gateway.
var dropped = []string{"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

func (h *httpAPI) request(c *call) *httpRequest {
	header := c.http.Header.Clone()
	for _, name := range dropped {
		header.Del(name)
	}
	header.Set("Host", c.http.Host)
	header.Set("X-Amzn-Trace-Id", rootOf(c.traceID))
	header.Set("X-Forwarded-For", strings.Join(append(header.Values("X-Forwarded-For"), c.sourceIP()), ", "))
	header.Set("X-Forwarded-Port", "443")
	header.Set("X-Forwarded-Proto", "https")
	// A semicolon is a character like any other here.
	query, _ := url.ParseQuery(strings.ReplaceAll(c.http.URL.RawQuery, ";", "%3B"))
	return &httpRequest{path: c.path, header: header, query: query, rawQuery: c.http.URL.RawQuery}
}

// lower is the headers of payload 2.0: names in lower case, several values joined
// by a comma, and no cookies.
func (r *httpRequest) lower() map[string]string {
	out := make(map[string]string, len(r.header))
	for name, values := range r.header {
		if name != "Cookie" {
			out[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	return out
}

// cookies are the request's cookies, each as name=value.
func (r *httpRequest) cookies() []string {
	var cookies []string
	for _, header := range r.header.Values("Cookie") {
		for cookie := range strings.SplitSeq(header, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				cookies = append(cookies, cookie)
			}
		}
	}
	return cookies
}

// joined is the query of payload 2.0.
func (r *httpRequest) joined() map[string]string {
	out := make(map[string]string, len(r.query))
	for name, values := range r.query {
		out[name] = strings.Join(values, ",")
	}
	return out
}

// textual media types travel as they are, as recorded; every other body, also one
// without a type, as base64.
var textual = []string{"application/json", "application/xml", "application/javascript"}

func isText(contentType string) bool {
	mediaType, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	mediaType = strings.TrimSpace(mediaType)
	return strings.HasPrefix(mediaType, "text/") || slices.Contains(textual, mediaType)
}
