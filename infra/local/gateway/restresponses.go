package gateway

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// refuse applies the gateway response of the fault's type, or else the default of
// its class. What a specific response leaves out is not taken from the default.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
func (s *rest) refuse(f *fault, c *call) *answer {
	e := f.words()
	if f.reason == bodyTooLarge { // answered before the API is known
		return &answer{status: e.status, header: http.Header{"Content-Type": {"text/plain"}}, body: []byte(e.message), layer: f.layer, bare: true}
	}
	a := &answer{status: e.status, header: http.Header{}, body: []byte(e.body()), layer: f.layer, kind: e.kind}
	a.untraced = f.reason == misconfigured // as recorded of a header's mapping; of others it is inference [I]
	if kind := f.responseType(); kind != "" {
		r, ok := s.api.Responses[kind]
		if !ok {
			r = s.api.Responses[fmt.Sprintf("DEFAULT_%dXX", e.status/100)]
		}
		a.status = cmp.Or(r.Status, e.status)
		for name, value := range r.Header {
			a.header.Set(name, value)
		}
		for _, m := range r.Mapped {
			if value := s.known(c, m.From); value != "" {
				a.header.Set(m.Name, value)
			}
		}
		if r.Template != "" {
			a.body = []byte(s.render(r.Template, f, c))
		}
	}
	defaultType(a.header)
	return a
}

// variables are what a template may name: [api.TemplateVariables].
func variables(f *fault, c *call) map[string]string {
	e := f.words()
	return map[string]string{
		"$context.error.message":       text.Inner(e.message),
		"$context.error.messageString": e.messageString(),
		"$context.error.responseType":  f.responseType(),
		// Escaped, so that the answer stays JSON whatever the client sent [I].
		"$context.error.validationErrorString": text.Inner(f.validation),
		"$context.requestId":                   c.id,
		"$context.extendedRequestId":           c.extendedID,
	}
}

func (s *rest) render(template string, f *fault, c *call) string {
	values := variables(f, c)
	return api.TemplateVariable.ReplaceAllStringFunc(template, func(name string) string {
		full := strings.TrimRight(name, ".")
		value, ok := values[full]
		if part := api.OfRequest.FindStringSubmatch(full); !ok && part != nil {
			value = text.Inner(s.known(c, api.Source{In: part[1], Name: part[2]})) // escaped as above [I]
		}
		return value + name[len(full):]
	})
}

// known is a part of the request, or what is known about it. Of a request without a
// route little is.
func (s *rest) known(c *call, from api.Source) string {
	if c.route == nil && from.In == "context" {
		return map[string]string{
			"requestId": c.id, "extendedRequestId": c.extendedID, "httpMethod": c.http.Method, "stage": s.Stage, "accountId": s.Account, "apiId": s.APIID,
		}[from.Name]
	}
	return s.mapped(c, api.Mapping{From: from})
}
