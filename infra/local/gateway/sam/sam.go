// Package sam reads an AWS SAM template into the OpenAPI documents that SAM's
// transform would make of it, and the functions that it defines.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
package sam

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// Options are what a template is read with.
type Options struct {
	Parameters map[string]string // in place of the template's defaults
	Region     string
	Account    string
	Partition  string

	// The ids used for each user pool and app client that the template creates.
	PoolID   string
	ClientID string

	// ReadFile reads a file that the template names, relative to it. Nil: os.ReadFile.
	ReadFile func(name string) ([]byte, error)
}

// A Template is what was read: the APIs and functions in order of their names.
type Template struct {
	APIs      []*API
	Functions []*Function
}

// An API is one API of a template.
type API struct {
	Name      string // logical id
	Kind      api.Kind
	Document  *document.Document // OpenAPI 3.0, without intrinsic functions
	Stage     string
	Variables map[string]string // of the stage
}

// A Function is one function of a template. What it does not say is the zero
// value.
type Function struct {
	ID          string // logical id, by which the API's document names it
	Name        string // FunctionName, or the logical id
	Code        string // folder, relative to the template; empty if the code is none on this machine
	Inline      string // the code itself
	Handler     string
	Runtime     string
	Memory      int
	Timeout     time.Duration
	Environment map[string]string
	Layers      []Layer
	File        string
	Line        int
}

// A reader collects everything that is wrong with a template.
type reader struct {
	Options
	source     *document.Document
	resources  map[string]object
	globals    object
	parameters map[string]any
	resolver   intrinsic.Resolver
	standIns   map[string]bool // resources that are mentioned in a finding
	naming     map[string]bool // resources whose names are being made
	findings   []api.Finding
}

type object = map[string]any

// Is tells whether a document is a template of CloudFormation's.
func Is(value any) bool {
	return document.Members(value, "Resources") != nil
}

// Read reads a template. If a finding is not one that may be ignored, its APIs
// must not be served.
func Read(source *document.Document, o Options) (*Template, []api.Finding) {
	r := &reader{Options: o, source: source, resources: map[string]object{}, standIns: map[string]bool{}, naming: map[string]bool{}}
	if r.ReadFile == nil {
		r.ReadFile = os.ReadFile
	}
	for name, resource := range document.Members(source.Value, "Resources") {
		r.resources[name] = document.Members(resource)
	}
	r.globals = document.Members(source.Value, "Globals")
	r.readParameters(document.Members(source.Value, "Parameters"))
	r.resolver = intrinsic.Resolver{
		Ref: r.ref, Attribute: r.attribute, Mappings: document.Members(source.Value, "Mappings"), Skip: []string{"example", "examples"},
	}
	r.report([]string{"Conditions"}, r.resolver.Decide(document.Members(source.Value, "Conditions")))
	for name := range r.resources {
		if condition, ok := r.resources[name]["Condition"].(string); ok && !r.resolver.Conditions[condition] {
			delete(r.resources, name)
		}
	}
	r.addRoles()
	t := &Template{}
	r.refuse()
	for _, name := range slices.Sorted(maps.Keys(r.resources)) {
		if f := r.function(name); f != nil {
			t.Functions = append(t.Functions, f)
		}
	}
	t.APIs = r.apis()
	return t, r.findings
}

// of lists the resources of a type, in order.
func (r *reader) of(types ...string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.resources)) {
		if t, ok := r.resources[name]["Type"].(string); ok && slices.Contains(types, t) {
			names = append(names, name)
		}
	}
	return names
}

// propertiesOf are the resource's own.
func (r *reader) propertiesOf(name string) object {
	return document.Members(r.resources[name], "Properties")
}

// fail notes what keeps the template from being served, unless the caller says
// otherwise of the finding.
func (r *reader) fail(path []string, family error, format string, args ...any) *api.Finding {
	file, line := r.source.Place(path...)
	where := ""
	if len(path) > 1 && path[0] == "Resources" {
		where = path[1]
	}
	r.findings = append(r.findings, api.Finding{Family: family, File: file, Line: line, Where: where, What: fmt.Sprintf(format, args...)})
	return &r.findings[len(r.findings)-1]
}

// ignore notes what has no effect here and lets nobody in.
func (r *reader) ignore(path []string, format string, args ...any) {
	r.fail(path, api.ErrUnsupported, format, args...).Ignored = true
}

func below(path []string, names ...string) []string { return slices.Concat(path, names) }
