package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// sections are the members of components, by what the library calls one of theirs.
var sections = map[string]string{
	"schema": "schemas", "parameter": "parameters", "response": "responses", "header": "headers", "security scheme": "securitySchemes",
}

// complain reports what the library says, at the place that it names.
func (r *reader) complain(err error) {
	p, says := place{}, text.OneLine(err)
	ofOperation := func(endpoint string, cause error) {
		method, path, _ := strings.Cut(endpoint, " ")
		_, p = r.operation(method, cmp.Or(r.original[path], path))
		says = strings.Replace(text.OneLine(cause), endpoint, p.name, 1)
	}
	var cause error
	if section, ok := errors.AsType[*openapi3.SectionValidationError](err); ok {
		cause = section.Cause
	}
	switch e := cause.(type) {
	case *openapi3.PathValidationError:
		if in, ok := e.Cause.(*openapi3.OperationValidationError); ok {
			ofOperation(in.Method+" "+e.Path, in.Cause)
			break
		}
		path := cmp.Or(r.original[e.Path], e.Path)
		p, says = place{path, []string{"paths", path}}, text.OneLine(e.Cause)
	case *openapi3.PathParametersError:
		ofOperation(e.Method+" "+e.Path, e)
	case *openapi3.DuplicateOperationIDError:
		ofOperation(e.Endpoint1, e)
	case *openapi3.ComponentValidationError:
		if member, ok := sections[e.Section]; ok {
			p, says = place{e.Section + " " + e.Name, []string{"components", member, e.Name}}, text.OneLine(e.Cause)
		}
	}
	r.fail(p, api.ErrDefinition, "%s", says)
}

// foreign refuses references to other documents, which API Gateway does not read.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func (r *reader) foreign(v any, path []string) {
	switch v := v.(type) {
	case []any:
		for i, element := range v {
			r.foreign(element, append(slices.Clip(path), fmt.Sprint(i)))
		}
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok && !strings.HasPrefix(ref, "#") {
			r.fail(place{"", path}, api.ErrDefinition, "$ref to another document, which API Gateway does not read: %s", ref)
			return
		}
		for name, value := range v {
			if name != "example" && name != "examples" {
				r.foreign(value, append(slices.Clip(path), name))
			}
		}
	}
}

// misfit says what does not fit the member that an extension was read into.
func misfit(err error) string {
	var semantic *jsonv2.SemanticError
	if errors.As(err, &semantic) {
		where := strings.Join(slices.Collect(semantic.JSONPointer.Tokens()), ": ")
		if errors.Is(semantic.Err, jsonv2.ErrUnknownName) {
			return where + ": no such member"
		}
		return strings.TrimPrefix(where+": want no "+kindName(semantic.JSONKind), ": ")
	}
	return text.OneLine(err)
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '"':
		return "text"
	case '0':
		return "number"
	case '{':
		return "object"
	case '[':
		return "list"
	case 'n':
		return "null"
	}
	return "true or false"
}
