package openapi

import (
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// identitySources are where an identity source may stand, by the expression without
// the name.
var identitySources = map[api.Kind]map[string]string{
	api.REST: {
		"method.request.header.": "header", "method.request.querystring.": "query", "context.": "context", "stageVariables.": "stageVariables",
	},
	api.HTTP: {
		"$request.header.": "header", "$request.querystring.": "query", "$context.": "context", "$stageVariables.": "stageVariables",
	},
}

// sources reads a comma list.
func (r *reader) sources(p place, list string) []api.Source {
	var sources []api.Source
	for expression := range strings.SplitSeq(list, ",") {
		expression = strings.TrimSpace(expression)
		source, ok := parseSource(expression, identitySources[r.Kind])
		if !ok {
			r.fail(p, api.ErrUnsupported, "identity source %q", expression)
			continue
		}
		sources = append(sources, source)
	}
	return sources
}

func parseSource(expression string, known map[string]string) (api.Source, bool) {
	for prefix, in := range known {
		if name, ok := strings.CutPrefix(expression, prefix); ok && name != "" {
			return api.Source{In: in, Name: name}, true
		}
	}
	return api.Source{}, false
}
