package gateway

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// A source is a named part of the request: in a "header", in the "query", in the
// request's "context", or one of the "stageVariables", of which the local stage
// has none.
type source struct{ in, name string }

// parseSources reads the comma list of a REQUEST authorizer.
func (l *loader) parseSources(where, list string) []source {
	var sources []source
	for expression := range strings.SplitSeq(list, ",") {
		expression = strings.TrimSpace(expression)
		_, name, _ := strings.Cut(strings.TrimPrefix(expression, "method.request."), ".")
		known := map[string]string{
			"method.request.header.": "header", "method.request.querystring.": "query", "context.": "context", "stageVariables.": "stageVariables",
		}[strings.TrimSuffix(expression, name)]
		if known == "" || name == "" {
			l.fail(ErrUnsupported, "%s: identity source %q", where, expression)
			continue
		}
		sources = append(sources, source{known, name})
	}
	return sources
}

// value is the last of several, as in the single-value maps of the proxy
// event [I], so that authorizer and function see the same one. Header names are
// compared without regard to case; the documentation says otherwise, clients in
// the field do not bear it out.
func (s source) value(c *call, query url.Values) string {
	var values []string
	switch s.in {
	case "header":
		values = c.http.Header.Values(s.name)
	case "query":
		values = query[s.name]
	}
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// contextValue returns what the event will have at a path below requestContext,
// such as identity.sourceIp, if it is a string or a number.
func (g *Gateway) contextValue(c *call, path string) string {
	text, err := json.Marshal(g.requestContext(c))
	if err != nil {
		return ""
	}
	var at any
	if err := json.Unmarshal(text, &at); err != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		members, _ := at.(map[string]any)
		at = members[name]
	}
	switch at.(type) {
	case string, float64:
		return fmt.Sprint(at)
	}
	return ""
}

// identity returns the values of the sources, and whether the authorizer may
// be called with them at all. Without a cache a REQUEST authorizer takes what
// there is.
func (a *authorizer) identity(g *Gateway, c *call) (values []string, ok bool) {
	query := c.query()
	complete := true
	for _, s := range a.sources {
		v := s.value(c, query)
		if s.in == "context" {
			v = g.contextValue(c, s.name)
		}
		complete = complete && strings.TrimSpace(v) != ""
		values = append(values, v)
	}
	if a.kind == typeRequest {
		return values, complete || a.ttl == 0
	}
	return values, complete && (a.expression == nil || a.expression.MatchString(values[0]))
}
