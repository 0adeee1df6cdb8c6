package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers/legacy/pathpattern"
	jsonv2 "github.com/go-json-experiment/json"
)

// An api is a definition, understood whole.
type api struct {
	routes    *pathpattern.Node // each Value is a *resource
	responses gatewayResponses
	binary    []string // media types that travel as base64
}

// A loader collects everything that is wrong with a definition.
type loader struct {
	*Gateway
	doc         *openapi3.T
	authorizers map[string]*authorizer
	validators  map[string]validator
	errs        []error
}

// Methods of API Gateway; it has no TRACE.
var methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

func (g *Gateway) load() (*api, error) {
	doc, err := openapi3.NewLoader().LoadFromData(g.Definition)
	if err == nil {
		err = doc.Validate(context.Background(), openapi3.DisableExamplesValidation())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDefinition, oneLine(err))
	}
	l := &loader{Gateway: g, doc: doc, authorizers: map[string]*authorizer{}, validators: map[string]validator{}}
	a := l.api()
	return a, errors.Join(l.errs...)
}

func (l *loader) api() *api {
	l.known("the document", l.doc.Extensions,
		"x-amazon-apigateway-gateway-responses",
		"x-amazon-apigateway-request-validators",
		"x-amazon-apigateway-request-validator",
		"x-amazon-apigateway-binary-media-types")
	if !l.doc.IsOpenAPI30() {
		l.fail(ErrDefinition, "openapi: want 3.0")
	}
	if len(l.doc.Security) > 0 {
		// The import ignores it, so every operation would stand open.
		l.fail(ErrDefinition, "security at the root protects nothing: put it on each operation")
	}
	a := &api{routes: &pathpattern.Node{}}
	if e, ok := l.doc.Extensions["x-amazon-apigateway-gateway-responses"]; ok {
		a.responses = l.gatewayResponses(e)
	}
	if e, ok := l.doc.Extensions["x-amazon-apigateway-binary-media-types"]; ok {
		l.decode("x-amazon-apigateway-binary-media-types", e, &a.binary)
	}
	l.loadValidators()
	for _, path := range slices.Sorted(maps.Keys(l.doc.Paths.Map())) {
		item := l.doc.Paths.Value(path)
		l.known(path, item.Extensions)
		r := &resource{template: path, id: resourceID(path), operations: map[string]*operation{}}
		for method, op := range item.Operations() {
			where := method + " " + path
			if !slices.Contains(methods, method) {
				l.fail(ErrDefinition, "%s: no method of API Gateway", where)
			}
			r.operations[method] = l.operation(where, item, op)
		}
		l.addResource(a.routes, r)
	}
	return a
}

func (l *loader) operation(where string, item *openapi3.PathItem, op *openapi3.Operation) *operation {
	l.known(where, op.Extensions, "x-amazon-apigateway-integration", "x-amazon-apigateway-request-validator")
	return &operation{
		name:        op.OperationID,
		authorizer:  l.operationAuthorizer(where, op),
		validator:   l.operationValidator(where, item, op),
		integration: l.integration(where, op),
	}
}

// known refuses each extension of API Gateway that is not handled. Other
// vendors' extensions are documentation.
func (l *loader) known(where string, extensions map[string]any, handled ...string) {
	for _, name := range slices.Sorted(maps.Keys(extensions)) {
		if strings.HasPrefix(name, "x-amazon-apigateway-") && !slices.Contains(handled, name) {
			l.fail(ErrUnsupported, "%s: %s", where, name)
		}
	}
}

// decode resolves the intrinsic functions in an extension and reads it. A
// member that the target lacks would change what the service does, so it is
// refused.
func (l *loader) decode(where string, extension, into any) {
	resolved, err := l.resolve(extension)
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("%w (%s)", err, where))
		return
	}
	raw, err := json.Marshal(resolved)
	if err == nil {
		err = jsonv2.Unmarshal(raw, into, jsonv2.RejectUnknownMembers(true))
	}
	if err != nil {
		l.fail(ErrUnsupported, "%s: %s", where, oneLine(err))
	}
}

func (l *loader) fail(family error, format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf("%w: %s", family, fmt.Sprintf(format, args...)))
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
