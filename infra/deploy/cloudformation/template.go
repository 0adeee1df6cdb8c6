// Package cloudformation reads a CloudFormation template the way CloudFormation
// deploys it: for tests, which check the stack that a choice of parameters gives,
// and for the local stack, which takes the user pool's settings from it. Files
// are included, parameters and rules checked, conditions decided, functions
// resolved. Values that only a deployment has are written as names: the Ref of a
// resource as ${Name}, its attributes as ${Name.Attribute}.
package cloudformation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// A Template is a template with everything it includes.
type Template struct {
	sections map[string]any
}

// A Stack is the result of a template with given parameters.
type Stack struct {
	Resources map[string]Resource
	Outputs   map[string]any
}

// A Resource is one that gets deployed. Globals of SAM are in its properties.
type Resource struct {
	Type       string
	Attributes map[string]any // DeletionPolicy and the like; functions in Metadata are resolved
	Properties map[string]any
}

// Parse reads a template in YAML, short forms of functions included, and what
// AWS::Include asks for, through include.
func Parse(text []byte, include func(location string) ([]byte, error)) (*Template, error) {
	sections, err := decode(text)
	if err != nil {
		return nil, err
	}
	expanded, err := expand(sections, include)
	if err != nil {
		return nil, err
	}
	return &Template{expanded.(map[string]any)}, nil
}

// Sections returns the whole template in the long form of functions, as JSON
// has it. Callers must not modify it.
func (t *Template) Sections() map[string]any { return t.sections }

// ErrRefused wraps the messages of CloudFormation.
var ErrRefused = errors.New("cloudformation: refused")

// Deploy returns the stack with those parameters, the others being at their
// defaults. The error wraps [ErrRefused] if a parameter or a rule forbids them.
// References to a resource that this stack lacks and circular dependencies are
// errors too.
func (t *Template) Deploy(parameters map[string]string) (*Stack, error) {
	values, err := t.parameters(parameters)
	if err != nil {
		return nil, err
	}
	e := t.evaluator(values)
	if err := t.checkRules(e); err != nil {
		return nil, err
	}
	e.note("Conditions", e.Decide(t.section("Conditions")))
	resources := t.section("Resources")
	for name, resource := range resources {
		e.deployed[name] = e.exists(resource.(map[string]any))
	}
	stack := &Stack{Resources: map[string]Resource{}, Outputs: map[string]any{}}
	for name, resource := range resources {
		if e.deployed[name] {
			stack.Resources[name] = t.resource(e, name, resource.(map[string]any))
		}
	}
	for name, output := range t.section("Outputs") {
		if output := output.(map[string]any); e.exists(output) {
			stack.Outputs[name] = e.resolve("Outputs."+name, output["Value"])
		}
	}
	if err := errors.Join(e.errs...); err != nil {
		return nil, err
	}
	return stack, stack.checkCircles()
}

// OfType returns the names of the resources of a type, in order.
func (s *Stack) OfType(resourceType string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.Resources)) {
		if s.Resources[name].Type == resourceType {
			names = append(names, name)
		}
	}
	return names
}

func (t *Template) section(name string) map[string]any {
	section, _ := t.sections[name].(map[string]any)
	return section
}

func (t *Template) resource(e *evaluator, name string, raw map[string]any) Resource {
	resourceType := raw["Type"].(string)
	properties, _ := raw["Properties"].(map[string]any)
	if kind, ok := strings.CutPrefix(resourceType, "AWS::Serverless::"); ok {
		globals, _ := t.section("Globals")[kind].(map[string]any)
		properties = intrinsic.Merge(globals, properties)
	}
	attributes := maps.Clone(raw)
	if metadata, ok := raw["Metadata"]; ok {
		attributes["Metadata"] = e.resolve(name+".Metadata", metadata)
	}
	for _, other := range dependsOn(raw) {
		if !e.deployed[other] {
			e.fail(name, "waits for %s, which this stack does not have", other)
		}
	}
	resolved, _ := e.resolve(name, properties).(map[string]any)
	return Resource{Type: resourceType, Attributes: attributes, Properties: resolved}
}

// parameters returns the value of each parameter and pseudo parameter.
func (t *Template) parameters(overrides map[string]string) (map[string]any, error) {
	values := map[string]any{
		"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "AWS::URLSuffix": "amazonaws.com",
		"AWS::StackName": "notegate", "AWS::StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/notegate/aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
	}
	declared := t.section("Parameters")
	for name := range overrides {
		if declared[name] == nil {
			return nil, fmt.Errorf("cloudformation: no parameter %s", name)
		}
	}
	for name, declaration := range declared {
		value, ok := overrides[name]
		p := declaration.(map[string]any)
		if !ok {
			fallback, ok := p["Default"]
			if !ok {
				return nil, fmt.Errorf("%w: parameter %s needs a value", ErrRefused, name)
			}
			value = fmt.Sprint(fallback)
		}
		if err := checkParameter(name, value, p); err != nil {
			return nil, err
		}
		values[name] = value
		if p["Type"] == "CommaDelimitedList" {
			var list []any
			for element := range strings.SplitSeq(value, ",") {
				list = append(list, element)
			}
			values[name] = list
		}
	}
	return values, nil
}

// decode reads YAML with CloudFormation's tags, or JSON, into the long form.
func decode(text []byte) (map[string]any, error) {
	d, err := document.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("cloudformation: %w", err)
	}
	if d.Alias > 0 {
		return nil, fmt.Errorf("cloudformation: line %d: CloudFormation does not support aliases", d.Alias)
	}
	sections, ok := d.Value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("cloudformation: not a map")
	}
	return sections, nil
}

// expand replaces each AWS::Include by the file's content.
func expand(v any, include func(location string) ([]byte, error)) (any, error) {
	switch v := v.(type) {
	case []any:
		for i := range v {
			var err error
			if v[i], err = expand(v[i], include); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		if transform, ok := v["Fn::Transform"].(map[string]any); ok {
			location, _ := transform["Parameters"].(map[string]any)["Location"].(string)
			if transform["Name"] != "AWS::Include" || len(v) != 1 || location == "" {
				return nil, fmt.Errorf("cloudformation: transforms other than AWS::Include are not supported")
			}
			text, err := include(location)
			if err != nil {
				return nil, fmt.Errorf("cloudformation: include %s: %w", location, err)
			}
			return decode(text)
		}
		for name := range v {
			var err error
			if v[name], err = expand(v[name], include); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}
