package openapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
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
