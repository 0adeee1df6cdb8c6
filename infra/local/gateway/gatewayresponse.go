package gateway

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

var templateVariable = regexp.MustCompile(`\$[A-Za-z_.{(\[]+`)

// gatewayResponses is the definition's
// x-amazon-apigateway-gateway-responses, by response type.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
type gatewayResponses map[string]gatewayResponse

type gatewayResponse struct {
	status   int // 0: the fault's own
	header   map[string]string
	template string // empty: the fault's own body
}

// answer applies the response of the fault's type, or else the default of its
// class. What a specific response leaves out is not taken from the default.
func (rs gatewayResponses) answer(f *fault, c *call) *answer {
	a := &answer{status: f.status, header: http.Header{}, body: []byte(f.body()), layer: f.layer, kind: f.kind}
	if f.response != "" {
		r, ok := rs[f.response]
		if !ok {
			r = rs[fmt.Sprintf("DEFAULT_%dXX", f.status/100)]
		}
		a.status = cmp.Or(r.status, f.status)
		for name, value := range r.header {
			a.header.Set(name, value)
		}
		if r.template != "" {
			a.body = []byte(render(r.template, f, c))
		}
	}
	defaultType(a.header)
	return a
}

// variables are what a template may name: plain substitution, no VTL.
func variables(f *fault, c *call) map[string]string {
	return map[string]string{
		"$context.error.message":       inner(f.message),
		"$context.error.messageString": f.messageString(),
		"$context.error.responseType":  f.response,
		// Escaped, so that the answer stays JSON whatever the client sent [I].
		"$context.error.validationErrorString": inner(f.validation),
		"$context.requestId":                   c.id,
		"$context.extendedRequestId":           c.extendedID,
	}
}

func render(template string, f *fault, c *call) string {
	values := variables(f, c)
	return templateVariable.ReplaceAllStringFunc(template, func(name string) string {
		full := strings.TrimRight(name, ".")
		return values[full] + name[len(full):]
	})
}

// inner is a string as it stands between the quotes of JSON.
func inner(s string) string {
	q := quote(s)
	return q[1 : len(q)-1]
}

func (l *loader) gatewayResponses(extension any) gatewayResponses {
	var raw map[string]struct {
		StatusCode         any               `json:"statusCode"`
		ResponseParameters map[string]string `json:"responseParameters"`
		ResponseTemplates  map[string]string `json:"responseTemplates"`
	}
	const where = "x-amazon-apigateway-gateway-responses"
	l.decode(where, extension, &raw)
	all := gatewayResponses{}
	for kind, in := range raw {
		where := where + ": " + kind
		out := gatewayResponse{header: l.headers(where, "gatewayresponse.header.", in.ResponseParameters), template: l.template(where, in.ResponseTemplates)}
		if in.StatusCode != nil {
			n, err := strconv.Atoi(fmt.Sprint(in.StatusCode))
			if err != nil || n < 200 || n > 599 {
				l.fail(ErrDefinition, "%s: statusCode is not a status", where)
			}
			out.status = n
		}
		known := variables(&fault{}, &call{})
		for _, name := range templateVariable.FindAllString(out.template, -1) {
			if _, ok := known[strings.TrimRight(name, ".")]; !ok {
				l.fail(ErrUnsupported, "%s: variable %q", where, name)
			}
		}
		all[kind] = out
	}
	return all
}

// headers reads response parameters: literal values of headers, by their names
// after the prefix.
func (l *loader) headers(where, prefix string, parameters map[string]string) map[string]string {
	headers := map[string]string{}
	for parameter, value := range parameters {
		name, ok := strings.CutPrefix(parameter, prefix)
		if !ok {
			l.fail(ErrUnsupported, "%s: parameter %q", where, parameter)
		}
		headers[name] = l.literal(where, value)
	}
	return headers
}

// template is the one for JSON; others are refused.
func (l *loader) template(where string, templates map[string]string) string {
	for mediaType := range templates {
		if mediaType != "application/json" {
			l.fail(ErrUnsupported, "%s: template for %q", where, mediaType)
		}
	}
	return templates["application/json"]
}

// literal strips the single quotes that mark a fixed value.
func (l *loader) literal(where, value string) string {
	if len(value) < 2 || value[0] != '\'' || value[len(value)-1] != '\'' {
		l.fail(ErrUnsupported, "%s: mapping from %q, only 'literals' are", where, value)
		return ""
	}
	return value[1 : len(value)-1]
}
