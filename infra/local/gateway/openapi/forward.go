package openapi

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// forward reads the integration types http and http_proxy.
func (r *reader) forward(p place, in integrationObject) *api.Forward {
	f := &api.Forward{
		Method: strings.ToUpper(cmp.Or(in.Method, api.Any)), URL: r.stageVariables(p.in("uri"), in.URI),
		Timeout: time.Duration(in.Timeout) * time.Millisecond, Whole: in.Type == "http_proxy",
	}
	if u, err := url.Parse(braces.Replace(f.URL)); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		r.fail(p.in("uri"), api.ErrDefinition, "uri is not the URL of an HTTP backend")
	}
	if r.Kind == api.HTTP {
		f.Request, f.Response = r.requestChanges(p, in), r.responseChanges(p, in)
		return f
	}
	f.Mappings = r.requestMappings(p.in("requestParameters"), in.RequestParameters)
	if !f.Whole {
		for mediaType, template := range in.Templates {
			r.plain(p.in("requestTemplates", mediaType), template+"$") // none is passed on as it is
		}
		f.Responses = r.forwardResponses(p.in("responses"), in.Responses)
	}
	return f
}

var braces = strings.NewReplacer("{", "x", "}", "x")

// ofRequest are the expressions for a part of the client's request, and for what the
// gateway knows about it; toRequest those for a part of the backend's.
var (
	ofRequest = map[string]string{
		"method.request.header.": "header", "method.request.querystring.": "query", "method.request.path.": "path",
		"context.": "context", "stageVariables.": "stageVariables",
	}
	toRequest = map[string]string{
		"integration.request.header.": "header", "integration.request.querystring.": "query", "integration.request.path.": "path",
	}
)

// requestMappings are in order of what they set.
func (r *reader) requestMappings(p place, parameters map[string]string) []api.Mapping {
	var mappings []api.Mapping
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		to, ok := parseSource(key, toRequest)
		m, mapped := parseMapping(parameters[key], ofRequest)
		if !ok || !mapped {
			r.unbuilt(p.in(key), "parameter mapping of %s", key)
			continue
		}
		m.In, m.Name = to.In, to.Name
		mappings = append(mappings, m)
	}
	return mappings
}

// parseMapping reads where a value comes from: a part of something, or a text in
// quotes.
func parseMapping(value string, known map[string]string) (api.Mapping, bool) {
	if text, ok := quoted(value); ok {
		return api.Mapping{Text: text}, true
	}
	source, ok := parseSource(value, known)
	return api.Mapping{From: source}, ok
}

// quoted is what stands between the single quotes that mark a fixed value.
func quoted(value string) (string, bool) {
	text, begins := strings.CutPrefix(value, "'")
	text, ends := strings.CutSuffix(text, "'")
	return text, begins && ends
}

// forwardResponses are those with a pattern first, in order, and the default last.
func (r *reader) forwardResponses(p place, responses map[string]integrationResponse) []api.ForwardResponse {
	var all, standard []api.ForwardResponse
	for _, pattern := range slices.Sorted(maps.Keys(responses)) {
		p, in := p.in(pattern), responses[pattern]
		status, _ := strconv.Atoi(fmt.Sprint(in.StatusCode)) // 0 if it is not a number
		if status < 100 || status > 599 {
			r.fail(p, api.ErrDefinition, "statusCode is not a status")
		}
		out := api.ForwardResponse{Status: status}
		for mediaType, template := range in.Templates {
			r.plain(p.in("responseTemplates", mediaType), template+"$")
		}
		for _, key := range slices.Sorted(maps.Keys(in.Parameters)) {
			name, ok := strings.CutPrefix(key, "method.response.header.")
			m, mapped := parseMapping(in.Parameters[key], map[string]string{"integration.response.header.": "header", "context.": "context", "stageVariables.": "stageVariables"})
			if m.In, m.Name = "header", name; !ok || !mapped {
				r.unbuilt(p.in("responseParameters", key), "parameter mapping of %s", key)
				continue
			}
			out.Header = append(out.Header, m)
		}
		if pattern == "default" || pattern == "" {
			standard = append(standard, out)
			continue
		}
		var err error
		if out.Pattern, err = regexp.Compile(`\A(?:` + pattern + `)\z`); err != nil {
			r.fail(p, api.ErrUnsupported, "selection pattern: %s", text.OneLine(err))
			continue
		}
		all = append(all, out)
	}
	return append(all, standard...)
}

// unbuilt notes what is not built here, and decides nothing about who gets in.
func (r *reader) unbuilt(p place, format string, args ...any) {
	r.fail(p, api.ErrUnsupported, format, args...).Ignored = r.AsImported
}

var stageVariable = regexp.MustCompile(`\$\{stageVariables\.([A-Za-z0-9_]+)\}`)

// stageVariables puts the stage's variables into a uri. One without a value stands
// for itself.
func (r *reader) stageVariables(p place, uri string) string {
	return stageVariable.ReplaceAllStringFunc(uri, func(match string) string {
		name := stageVariable.FindStringSubmatch(match)[1]
		if value, ok := r.Variables[name]; ok {
			return value
		}
		r.unbuilt(p, "stage variable %s has no value: give --param stageVariables.%s=...", name, name)
		return name
	})
}

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
