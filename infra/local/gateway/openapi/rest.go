package openapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/schema"
)

const (
	gatewayResponses   = "x-amazon-apigateway-gateway-responses"
	validatorExtension = "x-amazon-apigateway-request-validator"
	binaryTypes        = "x-amazon-apigateway-binary-media-types"
	keySource          = "x-amazon-apigateway-api-key-source"
)

// readRoot reads what only a REST API has at the document's root.
func (r *reader) readRoot(a *api.API) {
	if e, ok := r.doc.Extensions[gatewayResponses]; ok {
		a.Responses = r.responses(e)
	}
	if e, ok := r.doc.Extensions[binaryTypes]; ok {
		r.decode(place{binaryTypes, []string{binaryTypes}}, e, &a.Binary)
	}
	if e, ok := r.doc.Extensions[keySource]; ok && !strings.EqualFold(fmt.Sprint(e), "HEADER") {
		r.fail(place{keySource, []string{keySource}}, api.ErrUnsupported, "API keys from %v, not from the header", e)
	}
	e, ok := r.doc.Extensions[validatorExtension+"s"]
	if !ok {
		return
	}
	var in map[string]struct {
		Body       bool `json:"validateRequestBody"`
		Parameters bool `json:"validateRequestParameters"`
	}
	r.decode(place{validatorExtension + "s", []string{validatorExtension + "s"}}, e, &in)
	for name, v := range in {
		r.validators[name] = api.Validator{Body: v.Body, Parameters: v.Parameters}
	}
}

// validator binds the operation's validator, or else the document's, to what the
// operation declares. Neither means that nothing is validated.
func (r *reader) validator(p place, item *openapi3.PathItem, op *openapi3.Operation) api.Validator {
	extension, ok := op.Extensions[validatorExtension]
	if !ok {
		extension, ok = r.doc.Extensions[validatorExtension]
	}
	if !ok {
		return api.Validator{}
	}
	var name string
	r.decode(p.in(validatorExtension), extension, &name)
	v, ok := r.validators[name]
	if !ok {
		r.fail(p.in(validatorExtension), api.ErrDefinition, "no request validator %q", name)
		return api.Validator{}
	}
	v.Required = requiredParameters(item, op)
	if op.RequestBody != nil {
		v.Models = map[string]schema.Model{}
		for mediaType, content := range op.RequestBody.Value.Content {
			if content.Schema != nil {
				v.Models[mediaType] = r.model(p.in("requestBody", "content", mediaType), content.Schema)
			}
		}
	}
	return v
}

func (r *reader) model(p place, ref *openapi3.SchemaRef) schema.Model {
	model, unknown, err := schema.New(ref)
	if err != nil {
		r.fail(p, api.ErrDefinition, "model: %v", err)
	}
	for _, keyword := range unknown {
		r.ignore(p, "%s in a model", keyword)
	}
	return model
}

// requiredParameters are in the order in which the service names them.
func requiredParameters(item *openapi3.PathItem, op *openapi3.Operation) []api.Source {
	var required []api.Source
	for _, in := range []string{"header", "path", "query"} {
		for _, p := range append(slices.Clone(item.Parameters), op.Parameters...) {
			if p.Value.In == in && p.Value.Required {
				required = append(required, api.Source{In: in, Name: p.Value.Name})
			}
		}
	}
	return required
}

func (r *reader) responses(extension any) map[string]api.Response {
	var raw map[string]struct {
		StatusCode         any               `json:"statusCode"`
		ResponseParameters map[string]string `json:"responseParameters"`
		ResponseTemplates  map[string]string `json:"responseTemplates"`
	}
	top := place{gatewayResponses, []string{gatewayResponses}}
	r.decode(top, extension, &raw)
	all := map[string]api.Response{}
	for kind, in := range raw {
		p := place{gatewayResponses + ": " + kind, []string{gatewayResponses, kind}}
		const prefix = "gatewayresponse.header."
		out := api.Response{Mapped: r.mappedHeaders(prefix, in.ResponseParameters)}
		out.Header = r.headers(p.in("responseParameters"), prefix, in.ResponseParameters)
		out.Template = r.template(p.in("responseTemplates"), in.ResponseTemplates)
		if in.StatusCode != nil {
			n, err := strconv.Atoi(fmt.Sprint(in.StatusCode))
			if err != nil || n < 200 || n > 599 {
				r.fail(p.in("statusCode"), api.ErrDefinition, "statusCode is not a status")
			}
			out.Status = n
		}
		for _, name := range api.TemplateVariable.FindAllString(out.Template, -1) {
			if !slices.Contains(api.TemplateVariables, strings.TrimRight(name, ".")) && !(r.AsImported && api.OfRequest.MatchString(name) && !strings.HasPrefix(name, "$context.error.")) {
				r.unbuilt(p.in("responseTemplates"), "variable %q", name)
			}
		}
		all[kind] = out
	}
	return all
}

// mappedHeaders takes the headers that a gateway response maps from the request out
// of the parameters. Our own definition has fixed ones.
func (r *reader) mappedHeaders(prefix string, parameters map[string]string) (mappings []api.Mapping) {
	for _, parameter := range slices.Sorted(maps.Keys(parameters)) {
		name, ok := strings.CutPrefix(parameter, prefix)
		m, mapped := parseMapping(parameters[parameter], ofRequest)
		if !ok || !mapped || m.From.In == "" || !r.AsImported {
			continue
		}
		m.In, m.Name = "header", name
		mappings = append(mappings, m)
		delete(parameters, parameter)
	}
	return mappings
}
