package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// identity returns the values of an authorizer's identity sources, and whether it
// may be asked with them at all: none of them may be missing or blank, with a
// cache or without.
func (g *Gateway) identity(c *call, a *api.Authorizer) (values []string, ok bool) {
	ok = true
	for _, s := range a.Sources {
		v := c.part(s)
		switch s.In {
		case "context":
			v = g.contextValue(c, s.Name)
		case "stageVariables":
			v = g.api.Variables[s.Name]
		}
		ok = ok && strings.TrimSpace(v) != ""
		values = append(values, v)
	}
	if a.Type == api.Token && ok && a.Expression != nil {
		ok = a.Expression.MatchString(values[0])
	}
	return values, ok
}

// part is what the request has in a header, in its path or its query; of several
// values the last, as in the single-value maps of the proxy event [I], so that
// authorizer and function see the same one. Header names are compared without
// regard to case; the documentation says otherwise, clients in the field do not
// bear it out.
func (c *call) part(s api.Source) string {
	var values []string
	switch s.In {
	case "path":
		return c.params[s.Name]
	case "header":
		values = c.http.Header.Values(s.Name)
	case "query":
		values = c.query()[s.Name]
	}
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// contextValue returns what the event will have at a path below requestContext,
// such as identity.sourceIp, if it is a string or a number.
func (g *Gateway) contextValue(c *call, path string) string {
	return valueAt(g.front.context(c), path)
}

// valueAt returns what a value's JSON has at a path, if it is a string or a number.
func valueAt(v any, path string) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var at any
	if err := decoder.Decode(&at); err != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		members, _ := at.(map[string]any)
		at = members[name]
	}
	switch at.(type) {
	case string, json.Number:
		return fmt.Sprint(at)
	}
	return ""
}
