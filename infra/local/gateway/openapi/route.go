package openapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/schema"
)

// methods of API Gateway; it has no TRACE.
var methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", api.Any}

// dropStrangers leaves out what is neither a method nor anything else of a path.
func (r *reader) dropStrangers(value map[string]any) {
	for path, item := range document.Members(value, "paths") {
		for member := range operations(item) {
			if member != "trace" && member != anyMethod && (member == "any" || !slices.Contains(methods, strings.ToUpper(member))) {
				r.ignore(place{path, []string{"paths", path, member}}, "%s: no method", member)
				delete(document.Members(item), member)
			}
		}
	}
}

func (r *reader) routes(path string, item *openapi3.PathItem) []*api.Route {
	r.known(place{path, []string{"paths", path}}, item.Extensions)
	var all []*api.Route
	operations := item.Operations()
	for _, method := range slices.Sorted(maps.Keys(operations)) {
		op := operations[method]
		method, p := r.operation(method, path)
		if !slices.Contains(methods, method) {
			r.fail(p, api.ErrDefinition, "no method of API Gateway")
		}
		all = append(all, r.route(p, method, path, item, op))
	}
	return all
}

// operation is the definition's own method for the library's, and its place.
func (r *reader) operation(method, path string) (string, place) {
	member := strings.ToLower(method)
	if any, ok := r.original[method+" "+path]; ok {
		method, member = any, anyMethod
	}
	return method, place{method + " " + path, []string{"paths", path, member}}
}

func (r *reader) route(p place, method, path string, item *openapi3.PathItem, op *openapi3.Operation) *api.Route {
	known := []string{integrationExtension}
	if r.Kind == api.REST {
		known = append(known, validatorExtension)
	}
	if r.Kind == api.REST && r.AsImported {
		known = append(known, authExtension)
	}
	r.known(p, op.Extensions, known...)
	route := &api.Route{Method: method, Path: path, Name: op.OperationID, At: r.at(p)}
	if r.Kind == api.HTTP && path == "/"+api.Default && method == api.Any {
		route.Path = api.Default
	}
	route.Authorizer, route.Scopes, route.KeyRequired = r.security(p, op)
	if _, ok := op.Extensions[authExtension]; ok && slices.Contains(known, authExtension) {
		r.methodAuth(p.in(authExtension), op, route)
	}
	if r.Kind == api.REST {
		route.Validator = r.validator(p, item, op)
	}
	route.Integration = r.integration(p, op)
	return route
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
