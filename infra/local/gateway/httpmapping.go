package gateway

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// mapRequest applies the parameter mapping to what a function sees. A change
// whose value is empty is none [I].
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
func (h *httpAPI) mapRequest(r *httpRequest, c *call, changes []api.Change) {
	if len(changes) == 0 {
		return
	}
	before := *r
	before.header, before.query = r.header.Clone(), maps.Clone(r.query)
	queryChanged := false
	for _, change := range changes {
		value := h.expand(change.Value, c, source{request: &before})
		switch change.In {
		case "header":
			apply(change, r.header, value)
		case "querystring":
			apply(change, r.query, value)
			queryChanged = true
		case "path":
			if value != "" {
				r.path = value
			}
		}
	}
	if queryChanged {
		r.rawQuery = r.query.Encode()
	}
}

// mapResponse applies the parameter mapping of the response's status.
func (h *httpAPI) mapResponse(a *answer, c *call, changes []api.Change) {
	if len(changes) == 0 {
		return
	}
	before := *a
	before.header = a.header.Clone()
	for _, change := range changes {
		value := h.expand(change.Value, c, source{response: &before})
		switch change.In {
		case "header":
			apply(change, a.header, value)
		case "statuscode":
			if n, err := strconv.Atoi(value); err == nil && n >= 200 && n <= 599 {
				a.status = n
			}
		}
	}
}

// values are a header's or a query's.
type values interface {
	Add(name, value string)
	Set(name, value string)
	Del(name string)
}

func apply(change api.Change, to values, value string) {
	switch {
	case change.Action == "remove":
		to.Del(change.Name)
	case value == "":
	case change.Action == "append":
		to.Add(change.Name, value)
	default:
		to.Set(change.Name, value)
	}
}

// A source is what a mapping's values are taken from: a request or a response.
type source struct {
	request  *httpRequest
	response *answer
}

// expression is $request.header.name or ${request.header.name}, and their like.
var expression = regexp.MustCompile(`\$(?:\{((?:request|response|context|stageVariables)[^{}]*)\}|((?:request|response|context|stageVariables)(?:\.[A-Za-z0-9_-]+)+))`)

func (h *httpAPI) expand(value string, c *call, from source) string {
	return expression.ReplaceAllStringFunc(value, func(match string) string {
		parts := expression.FindStringSubmatch(match)
		return h.variable(parts[1]+parts[2], c, from)
	})
}

func (h *httpAPI) variable(path string, c *call, from source) string {
	root, rest, _ := strings.Cut(path, ".")
	switch root {
	case "context":
		return h.contextValue(c, rest)
	case "stageVariables":
		return h.api.Variables[rest]
	}
	kind, name, _ := strings.Cut(rest, ".")
	switch {
	case root == "request" && from.request != nil:
		switch kind {
		case "header":
			return strings.Join(from.request.header.Values(name), ",")
		case "querystring":
			return strings.Join(from.request.query[name], ",")
		case "path":
			if name == "" {
				return from.request.path
			}
			return c.params[name]
		case "body":
			return inBody(c.body, name)
		}
	case root == "response" && from.response != nil:
		switch kind {
		case "header":
			return strings.Join(from.response.header.Values(name), ",")
		case "body":
			return inBody(from.response.body, name)
		}
	}
	return ""
}

// inBody is the body, or the member of its JSON at a path of names.
func inBody(body []byte, path string) string {
	if path == "" {
		return string(body)
	}
	var at any
	if json.Unmarshal(body, &at) != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		members, _ := at.(map[string]any)
		at = members[name]
	}
	switch at := at.(type) {
	case nil:
		return ""
	case map[string]any, []any:
		text, _ := json.Marshal(at)
		return string(text)
	default:
		return fmt.Sprint(at)
	}
}
