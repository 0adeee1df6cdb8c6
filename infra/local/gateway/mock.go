package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A mock answers from the definition alone, such as a preflight. Its templates
// are plain text here: VTL is refused.
type mock struct {
	passthrough string
	templates   map[string]string
	responses   map[string]mockResponse // by selection pattern: a status code or "default"
}

type mockResponse struct {
	status int
	header http.Header
	body   string
}

var errMock = errors.New("gateway: mock integration")

func (m *mock) answer(_ *Gateway, c *call) (*answer, *fault) {
	template, ok := m.templates[c.mediaType()]
	switch {
	case ok:
	case m.passthrough == "never", m.passthrough == "when_no_templates" && len(m.templates) > 0:
		return nil, &unsupportedMediaType
	default:
		template = string(c.body)
	}
	var out struct {
		StatusCode *int `json:"statusCode"`
	}
	if err := json.Unmarshal([]byte(template), &out); err != nil || out.StatusCode == nil {
		return nil, misconfigured(fmt.Errorf("%w: no integer statusCode", errMock))
	}
	r, ok := m.responses[strconv.Itoa(*out.StatusCode)]
	if !ok {
		r, ok = m.responses["default"]
	}
	if !ok {
		return nil, misconfigured(fmt.Errorf("%w: no response for status code %d", errMock, *out.StatusCode))
	}
	header := r.header.Clone()
	defaultType(header)
	return &answer{status: r.status, header: header, body: []byte(r.body), layer: LayerGateway}, nil
}

func (l *loader) mock(where string, in integrationExtension, op *openapi3.Operation) *mock {
	switch in.Passthrough {
	case "", "when_no_match", "when_no_templates", "never":
	default:
		l.fail(ErrDefinition, "%s: passthroughBehavior %q", where, in.Passthrough)
	}
	m := &mock{passthrough: in.Passthrough, templates: in.Templates, responses: map[string]mockResponse{}}
	for _, template := range in.Templates {
		l.plain(where, template)
	}
	for pattern, response := range in.Responses {
		if _, err := strconv.Atoi(pattern); err != nil && pattern != "default" {
			l.fail(ErrUnsupported, "%s: selection pattern %q", where, pattern)
		}
		m.responses[pattern] = l.mockResponse(where, response, op)
	}
	return m
}

// mockResponse checks what the import checks: that the status and each header
// are declared as the method's.
func (l *loader) mockResponse(where string, in integrationResponse, op *openapi3.Operation) mockResponse {
	code := fmt.Sprint(in.StatusCode)
	status, err := strconv.Atoi(code)
	declared := op.Responses.Value(code)
	if err != nil || declared == nil {
		l.fail(ErrDefinition, "%s: response %s is not declared", where, code)
		return mockResponse{}
	}
	out := mockResponse{status: status, header: http.Header{}}
	for parameter, value := range in.Parameters {
		name, ok := strings.CutPrefix(parameter, "method.response.header.")
		if !ok {
			l.fail(ErrUnsupported, "%s: parameter %q", where, parameter)
			continue
		}
		if declared.Value.Headers[name] == nil {
			l.fail(ErrDefinition, "%s: header %s is not declared in response %s", where, name, code)
		}
		out.header.Set(name, l.literal(where, value))
	}
	for mediaType, template := range in.Templates {
		if mediaType != "application/json" {
			l.fail(ErrUnsupported, "%s: template for %q", where, mediaType)
		}
		l.plain(where, template)
		out.body = template
	}
	return out
}

func (l *loader) plain(where, template string) {
	if strings.ContainsAny(template, "$#") {
		l.fail(ErrUnsupported, "%s: VTL in a template", where)
	}
}
