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
	header map[string]string
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
	a := &answer{status: r.status, header: http.Header{}, body: []byte(r.body), layer: LayerGateway}
	for name, value := range r.header {
		a.header.Set(name, value)
	}
	defaultType(a.header)
	return a, nil
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
	out := mockResponse{status: status, header: l.headers(where, "method.response.header.", in.Parameters), body: l.template(where, in.Templates)}
	for name := range out.header {
		if declared.Value.Headers[name] == nil {
			l.fail(ErrDefinition, "%s: header %s is not declared in response %s", where, name, code)
		}
	}
	l.plain(where, out.body)
	return out
}

func (l *loader) plain(where, template string) {
	if strings.ContainsAny(template, "$#") {
		l.fail(ErrUnsupported, "%s: VTL in a template", where)
	}
}
