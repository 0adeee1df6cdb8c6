package gateway

import (
	"net/url"
	"strings"
)

// A source is a named part of the request: in a "header" or in the "query".
type source struct{ in, name string }

// parseSources reads the comma list of a REQUEST authorizer.
func (l *loader) parseSources(where, list string) []source {
	var sources []source
	for expression := range strings.SplitSeq(list, ",") {
		expression = strings.TrimSpace(expression)
		rest, ok := strings.CutPrefix(expression, "method.request.")
		in, name, _ := strings.Cut(rest, ".")
		if in == "querystring" {
			in = "query"
		}
		if !ok || name == "" || in != "header" && in != "query" {
			l.fail(ErrUnsupported, "%s: identity source %q", where, expression)
			continue
		}
		sources = append(sources, source{in, name})
	}
	return sources
}

// value is the last of several, as in the single-value maps of the proxy
// event [I], so that authorizer and function see the same one. Header names are
// compared without regard to case; the documentation says otherwise, clients in
// the field do not bear it out.
func (s source) value(c *call, query url.Values) string {
	values := query[s.name]
	if s.in == "header" {
		values = c.http.Header.Values(s.name)
	}
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// identity returns the values of the sources, and whether the authorizer may
// be called with them at all. Without a cache a REQUEST authorizer takes what
// there is.
func (a *authorizer) identity(c *call) (values []string, ok bool) {
	query := c.query()
	complete := true
	for _, s := range a.sources {
		v := s.value(c, query)
		complete = complete && strings.TrimSpace(v) != ""
		values = append(values, v)
	}
	if a.kind == typeRequest {
		return values, complete || a.ttl == 0
	}
	return values, complete && (a.expression == nil || a.expression.MatchString(values[0]))
}
