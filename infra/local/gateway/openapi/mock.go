package openapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

func (r *reader) mock(p place, in integrationObject, op *openapi3.Operation) *api.Mock {
	switch in.Passthrough {
	case "", "when_no_match", "when_no_templates", "never":
	default:
		r.fail(p.in("passthroughBehavior"), api.ErrDefinition, "passthroughBehavior %q", in.Passthrough)
	}
	m := &api.Mock{Passthrough: in.Passthrough, Templates: in.Templates, Responses: map[string]api.MockResponse{}}
	for mediaType, template := range in.Templates {
		r.plain(p.in("requestTemplates", mediaType), template)
	}
	for pattern, response := range in.Responses {
		p := p.in("responses", pattern)
		if _, err := strconv.Atoi(pattern); err != nil && pattern != "default" {
			r.unbuilt(p, "selection pattern %q", pattern)
		}
		m.Responses[pattern] = r.mockResponse(p, response, op)
	}
	return m
}

// mockResponse checks what the import checks: that the status and each header
// are declared as the method's.
func (r *reader) mockResponse(p place, in integrationResponse, op *openapi3.Operation) api.MockResponse {
	code := fmt.Sprint(in.StatusCode)
	status, err := strconv.Atoi(code)
	declared := op.Responses.Value(code)
	if err != nil || declared == nil {
		r.fail(p, api.ErrDefinition, "response %s is not declared", code)
		return api.MockResponse{}
	}
	out := api.MockResponse{
		Status: status,
		Header: r.headers(p.in("responseParameters"), "method.response.header.", in.Parameters, nil),
		Body:   r.template(p.in("responseTemplates"), in.Templates),
	}
	for _, m := range out.Header {
		if declared.Value.Headers[m.Name] == nil {
			r.fail(p, api.ErrDefinition, "header %s is not declared in response %s", m.Name, code)
		}
	}
	r.plain(p.in("responseTemplates"), out.Body)
	return out
}

func (r *reader) plain(p place, template string) {
	if strings.ContainsAny(template, "$#") {
		r.fail(p, api.ErrUnsupported, "VTL mapping templates")
	}
}

// headers reads response parameters: headers by their names after the prefix, with
// literal values or from one of the known sources.
func (r *reader) headers(p place, prefix string, parameters, known map[string]string) (headers []api.Mapping) {
	for _, parameter := range slices.Sorted(maps.Keys(parameters)) {
		p, value := p.in(parameter), parameters[parameter]
		name, ok := strings.CutPrefix(parameter, prefix)
		if !ok {
			r.unbuilt(p, "parameter %q", parameter)
			continue
		}
		m := api.Mapping{In: "header", Name: name}
		if m.From, ok = parseSource(value, known); !ok {
			m.Text, ok = r.literal(p, value)
		}
		if ok {
			headers = append(headers, m)
		}
	}
	return headers
}

// template is the one for JSON; others are refused.
func (r *reader) template(p place, templates map[string]string) string {
	for mediaType := range templates {
		if mediaType != "application/json" {
			r.unbuilt(p.in(mediaType), "template for %q", mediaType)
		}
	}
	return templates["application/json"]
}

// literal is a fixed value: one in quotes. The import takes a number without them.
func (r *reader) literal(p place, value string) (string, bool) {
	if _, err := strconv.Atoi(value); err == nil && r.AsImported {
		return value, true
	}
	text, ok := quoted(value)
	if !ok {
		r.unbuilt(p, "mapping from %q, only 'literals' are", value)
	}
	return text, ok
}
