package sam

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
	"github.com/notegate/notegate/infra/local/gateway/swagger"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// body finds the API's own document, or begins one for its events. It reports
// whether there is one.
func (b *builder) body() bool {
	body, uri := b.properties["DefinitionBody"], b.properties["DefinitionUri"]
	switch {
	case body != nil:
		at := b.at("DefinitionBody")
		b.doc = document.FromValue(nil)
		b.doc.Graft(nil, b.source, at...)
		b.doc.Value = b.resolve(at, b.include(body, nil))
	case uri != nil:
		if !b.load(uri) {
			return false
		}
	default:
		b.managed = true
		b.doc = document.FromValue(object{"openapi": "3.0.1", "info": object{"title": b.name, "version": "1.0"}, "paths": object{}})
		b.doc.Graft(nil, b.source, "Resources", b.name)
	}
	if swagger.Is(b.doc.Value) {
		if b.Kind == api.HTTP {
			b.fail(b.at("DefinitionBody"), api.ErrDefinition, "an HTTP API takes OpenAPI 3.0, not Swagger 2.0")
			return false
		}
		converted, err := swagger.Convert(b.doc)
		if err != nil {
			b.fail(b.at("DefinitionBody"), api.ErrDefinition, "%s", text.OneLine(err))
			return false
		}
		b.doc = converted
	}
	var ok bool
	if b.root, ok = b.doc.Value.(object); !ok {
		b.fail(b.at("DefinitionBody"), api.ErrDefinition, "the definition is not an object")
		return false
	}
	document.Make(b.root, "paths")
	return true
}

// load reads the file that DefinitionUri names.
func (b *builder) load(uri any) bool {
	at := b.at("DefinitionUri")
	name, ok := local(b.resolve(at, uri))
	if !ok {
		b.fail(at, api.ErrUnsupported, "DefinitionUri in S3: want a file on this machine")
		return false
	}
	if b.doc = b.parse(at, name); b.doc == nil {
		return false
	}
	if b.properties["Auth"] != nil || b.properties["Cors"] != nil || b.properties["CorsConfiguration"] != nil {
		b.fail(at, api.ErrDefinition, "SAM takes Auth and Cors with DefinitionBody only")
	}
	if names := functionsIn(b.doc.Value); len(names) > 0 {
		b.ignore(at, "CloudFormation resolves no %s in a DefinitionUri: include the file by AWS::Include", strings.Join(names, ", "))
	}
	before := len(b.findings)
	b.doc.Value = b.resolve(nil, b.doc.Value)
	for i := range b.findings[before:] {
		b.findings[before+i].File, b.findings[before+i].Line = b.doc.File, 0
	}
	return true
}

// functionsIn lists the intrinsic functions in a value, each once.
func functionsIn(v any) (names []string) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			names = append(names, functionsIn(element)...)
		}
	case object:
		if intrinsic.IsCall(v) {
			names = slices.Collect(maps.Keys(v))
		}
		for _, value := range v {
			names = append(names, functionsIn(value)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// parse reads a file that the template names at a place; nil if that fails.
func (b *builder) parse(at []string, name string) *document.Document {
	name = b.file(name)
	raw, err := b.ReadFile(name)
	if err != nil {
		b.fail(at, api.ErrDefinition, "%s", text.OneLine(err))
		return nil
	}
	d, err := document.Parse(raw)
	if err != nil {
		b.fail(at, api.ErrDefinition, "%s: %s", name, text.OneLine(err))
		return nil
	}
	d.File = name
	return d
}

// include puts the files that AWS::Include names in place, wherever they stand.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
func (b *builder) include(v any, path []string) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = b.include(element, below(path, fmt.Sprint(i)))
		}
		return list
	case object:
		out := object{}
		for name, value := range v {
			if name != "Fn::Transform" {
				out[name] = b.include(value, below(path, name))
				continue
			}
			included := b.included(document.Members(value), path)
			for name, value := range included {
				if _, own := v[name]; !own {
					out[name] = value
				}
			}
		}
		return out
	}
	return v
}

func (b *builder) included(transform object, path []string) object {
	at := below(b.at("DefinitionBody"), path...)
	name, ok := local(b.resolve(at, document.Members(transform, "Parameters")["Location"]))
	if transform["Name"] != "AWS::Include" || !ok {
		b.fail(at, api.ErrUnsupported, "Fn::Transform: want AWS::Include of a file on this machine")
		return nil
	}
	d := b.parse(at, name)
	if d == nil {
		return nil
	}
	value := document.Members(d.Value)
	for member := range value {
		b.doc.Graft(below(path, member), d, member)
	}
	return value
}
