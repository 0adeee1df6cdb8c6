package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// outgoing of a REST API: everything with http_proxy but what is withheld from
// functions too and Content-Encoding; with http what is mapped, the body's type and
// words of the service's own. Both are as recorded of the service.
func (s *rest) outgoing(c *call, f *api.Forward) (*outgoing, error) {
	header, query := http.Header{}, ""
	if f.Whole {
		query = c.http.URL.RawQuery
		for name, values := range c.http.Header {
			if !slices.Contains(hopByHop, name) && !slices.Contains(withheld, name) && name != "Content-Encoding" {
				header[name] = values
			}
		}
	} else {
		header.Set("Accept", "application/json")
		header.Set("User-Agent", "AmazonAPIGateway_"+s.APIID)
		if len(c.body) > 0 {
			header.Set("Content-Type", cmp.Or(c.http.Header.Get("Content-Type"), "application/json"))
		}
	}
	header.Set("X-Amzn-Apigateway-Api-Id", s.APIID)
	header.Set("X-Amzn-Trace-Id", c.traceID)
	variables := map[string]string{}
	mapped := url.Values{}
	for _, m := range f.Mappings {
		value := s.mapped(c, m)
		switch {
		case m.In == "path":
			variables[m.Name] = value
		case value == "":
		case m.In == "header" && isReserved(m.Name):
			return nil, fmt.Errorf("%w %s", errMapping, m.Name)
		case m.In == "header":
			header.Set(m.Name, value)
		default:
			mapped.Set(m.Name, value)
		}
	}
	target := fill(f.URL, func(name string) string { return cmp.Or(variables[name], c.params[name]) })
	return &outgoing{withQuery(withQuery(target, query), mapped.Encode()), header}, nil
}

// renamed headers are not the client's to see under their names where a response
// of an http integration sets them, as recorded of the service.
var renamed = append([]string{"Authorization", "Content-Md5", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate", "Trailer", "Upgrade", "User-Agent"}, remapped...)

// incoming of a REST API: the answer as it is with http_proxy, its trace included,
// and what the responses say with http.
func (s *rest) incoming(c *call, f *api.Forward, from *answer) (*answer, error) {
	to := &answer{status: from.status, header: http.Header{}, body: from.body, layer: from.layer, untraced: f.Whole}
	if f.Whole {
		for name, values := range from.header {
			if slices.Contains(remapped, name) || name == "X-Amzn-Requestid" {
				name = "x-amzn-Remapped-" + name
			}
			to.header[http.CanonicalHeaderKey(name)] = values
		}
		return to, nil
	}
	for _, r := range f.Responses {
		if r.Pattern != nil && !r.Pattern.MatchString(fmt.Sprint(from.status)) {
			continue
		}
		to.status = r.Status
		to.header.Set("Content-Type", from.header.Get("Content-Type"))
		for _, m := range r.Header {
			value := m.Text
			switch m.From.In {
			case "header":
				value = from.header.Get(m.From.Name)
			case "context", "stageVariables":
				value = s.mapped(c, m)
			}
			name := http.CanonicalHeaderKey(m.Name)
			switch {
			case value == "", name == "Transfer-Encoding":
			case slices.Contains(renamed, name):
				to.header.Set("x-amzn-Remapped-"+name, value)
			default:
				to.header.Set(name, value)
			}
		}
		defaultType(to.header)
		return to, nil
	}
	return nil, fmt.Errorf("%w: no integration response for status %d", errBackend, from.status)
}

var errMapping = errors.New("gateway: no mapping may set the header")

// isReserved tells whether no mapping may set a header, and isReservedOfLambda
// the same for routes to a function, both as recorded of the service.
func isReserved(header string) bool {
	return slices.Contains([]string{"Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id"}, http.CanonicalHeaderKey(header))
}

func isReservedOfLambda(header string) bool {
	return slices.Contains([]string{"Authorization", "Connection", "Expect", "Proxy-Authenticate", "Te"}, http.CanonicalHeaderKey(header))
}

// mapped is what a mapping of the request gives.
func (s *rest) mapped(c *call, m api.Mapping) string {
	switch m.From.In {
	case "":
		return m.Text
	case "stageVariables":
		return s.api.Variables[m.From.Name]
	case "context":
		if name, ok := strings.CutPrefix(m.From.Name, "authorizer."); ok {
			return valueAt(c.auth.restContext(), name)
		}
		return s.contextValue(c, m.From.Name)
	}
	return c.part(m.From)
}
