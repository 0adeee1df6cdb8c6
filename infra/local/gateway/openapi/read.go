// Package openapi reads an OpenAPI 3.0 document with API Gateway's extensions,
// in YAML or JSON, into the model of an API. CloudFormation's intrinsic functions
// in it are resolved first.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
package openapi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/swagger"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// Options are what a definition is read with.
type Options struct {
	Kind       api.Kind
	Parameters map[string]string // values for Fn::Sub and Ref
	Conditions map[string]bool   // for Fn::If
	Variables  map[string]string // of the stage
	Partition  string
	Region     string
	Account    string

	// AsImported takes what API Gateway's import takes although it does nothing, such
	// as members that integrations lack, or although OpenAPI forbids it, such as
	// operations without responses; security at the root of a REST API; and Swagger 2.0
	// and OpenAPI 3.1.
	AsImported bool

	// HasFunction tells whether there is a function of that name. Nil: there is
	// every one.
	HasFunction func(name string) bool
}

// A reader collects everything that is wrong with a definition.
type reader struct {
	Options
	source      *document.Document
	doc         *openapi3.T
	original    map[string]string // see prepare
	authorizers map[string]*api.Authorizer
	validators  map[string]api.Validator
	findings    []api.Finding
}

// Read returns the API, and what there is to say against serving it. If a finding
// is not one that may be ignored, the API must not be served.
func Read(definition []byte, o Options) (*api.API, []api.Finding) {
	source, err := document.Parse(definition)
	if err != nil {
		return nil, []api.Finding{{Family: api.ErrDefinition, What: text.OneLine(err)}}
	}
	return ReadDocument(source, o)
}

// ReadDocument is [Read] of a document that has been parsed, or made of another.
func ReadDocument(source *document.Document, o Options) (*api.API, []api.Finding) {
	r := &reader{Options: o, source: source, authorizers: map[string]*api.Authorizer{}, validators: map[string]api.Validator{}}
	value := document.Members(r.resolve(r.source.Value))
	if len(r.findings) > 0 {
		return nil, r.findings
	}
	if value == nil {
		return nil, []api.Finding{{Family: api.ErrDefinition, What: "the document is not an object"}}
	}
	if r.AsImported && swagger.Is(value) {
		if value = r.convert(value); value == nil {
			return nil, r.findings
		}
	}
	if err := r.load(value); err != nil {
		r.complain(err)
	}
	if r.doc == nil {
		return nil, r.findings
	}
	return r.api(), r.findings
}

// convert makes OpenAPI 3.0 of a Swagger document; nil if that fails.
func (r *reader) convert(value map[string]any) map[string]any {
	if r.Kind == api.HTTP {
		r.fail(atRoot("swagger"), api.ErrDefinition, "an HTTP API takes OpenAPI 3.0, not Swagger 2.0")
		return nil
	}
	resolved := document.FromValue(value)
	resolved.Graft(nil, r.source)
	converted, err := swagger.Convert(resolved)
	if err != nil {
		r.fail(place{}, api.ErrDefinition, "%s", text.OneLine(err))
		return nil
	}
	r.source = converted
	return document.Members(converted.Value)
}

// load lets the library read the document. Without one there is no r.doc.
func (r *reader) load(value map[string]any) error {
	r.foreign(value, nil)
	if len(r.findings) > 0 {
		return nil
	}
	if r.AsImported {
		r.dropStrangers(value)
		r.rooted(value)
		complete(value)
	}
	r.original = prepare(value)
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err == nil {
		err = doc.Validate(context.Background(), openapi3.DisableExamplesValidation())
	}
	if err == nil {
		r.doc = doc
	}
	return err
}

// rooted writes the path of an HTTP API's $default route as exports do, and the
// library demands. An import takes it without the slash too, as templates have it.
func (r *reader) rooted(value map[string]any) {
	const bare, rooted = api.Default, "/" + api.Default
	paths := document.Members(value, "paths")
	if paths[bare] == nil || paths[rooted] != nil {
		return
	}
	source := *r.source
	r.source.Graft([]string{"paths", rooted}, &source, "paths", bare)
	paths[rooted] = paths[bare]
	delete(paths, bare)
}

func (r *reader) api() *api.API {
	top := place{"the document", nil}
	known := []string{corsExtension}
	if r.Kind == api.REST {
		known = []string{gatewayResponses, validatorExtension, validatorExtension + "s", binaryTypes, keySource}
	}
	r.known(top, r.doc.Extensions, known...)
	switch p := atRoot("openapi"); {
	case r.doc.IsOpenAPI30():
	case r.AsImported:
		r.ignore(p, "OpenAPI %s: API Gateway imports 3.0", r.doc.OpenAPI)
	default:
		r.fail(p, api.ErrDefinition, "want 3.0")
	}
	if len(r.doc.Security) > 0 && r.Kind == api.REST {
		// The documentation says that REST APIs' import ignores it. LocalStack recorded
		// that it holds for operations without their own (test_apigateway_import, 2025-07-02).
		r.fail(atRoot("security"), api.ErrDefinition, "security at the root, which API Gateway says it ignores and has been seen to apply: put it on each operation").Advice = r.AsImported
	}
	a := &api.API{Kind: r.Kind, Variables: r.Variables}
	r.readRoot(a)
	items := r.doc.Paths.Map()
	for _, path := range slices.Sorted(maps.Keys(items)) {
		a.Routes = append(a.Routes, r.routes(cmp.Or(r.original[path], path), items[path])...)
	}
	return a
}

// A place is where something stands: its name for people, and the path to it in
// the document.
type place struct {
	name string
	path []string
}

func (p place) in(members ...string) place {
	return place{p.name, slices.Concat(p.path, members)}
}

// at is the place for people.
func (r *reader) at(p place) api.Place {
	file, line := r.source.Place(p.path...)
	return api.Place{File: file, Line: line}
}

// known refuses each extension of API Gateway that is not handled. Other
// vendors' extensions are documentation.
func (r *reader) known(p place, extensions map[string]any, handled ...string) {
	for _, name := range slices.Sorted(maps.Keys(extensions)) {
		switch {
		case !strings.HasPrefix(name, "x-amazon-apigateway-"), slices.Contains(handled, name):
		case slices.Contains(effectless, name):
			r.ignore(p.in(name), "%s", name)
		case name == corsExtension && r.AsImported:
			r.ignore(p.in(name), "%s: only HTTP APIs have it", name)
		case name == "x-amazon-apigateway-policy":
			r.fail(p.in(name), api.ErrUnsupported, "resource policies (%s)", name)
		default:
			r.fail(p.in(name), api.ErrUnsupported, "%s", name)
		}
	}
}

// effectless extensions change nothing about who gets in.
var effectless = []string{
	"x-amazon-apigateway-documentation", "x-amazon-apigateway-endpoint-configuration", "x-amazon-apigateway-importexport-version",
	"x-amazon-apigateway-minimum-compression-size", "x-amazon-apigateway-tag-value",
}

// decode reads an extension. A member that the target lacks would change what
// the service does, so it is refused. It reports whether all is well.
func (r *reader) decode(p place, extension, into any) bool {
	if r.AsImported {
		extension = coerce(extension, "")
	}
	raw, err := json.Marshal(extension)
	if err == nil {
		err = strictly(raw, into)
	}
	if err != nil {
		r.fail(p, api.ErrUnsupported, "%s", misfit(err))
	}
	return err == nil
}

// fail notes what keeps the definition from being served, unless the caller says
// otherwise of the finding.
func (r *reader) fail(p place, family error, format string, args ...any) *api.Finding {
	at := r.at(p)
	r.findings = append(r.findings, api.Finding{
		Family: family, File: at.File, Line: at.Line, Where: p.name, What: fmt.Sprintf(format, args...),
	})
	return &r.findings[len(r.findings)-1]
}

// ignore notes what is not built here and lets nobody in.
func (r *reader) ignore(p place, format string, args ...any) {
	r.fail(p, api.ErrUnsupported, format, args...).Ignored = true
}
