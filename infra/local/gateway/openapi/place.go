package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// What the library says of a path, of an operation and of a component.
var (
	ofPath      = regexp.MustCompile(`^invalid paths: invalid path (\S+): (?:invalid operation ([A-Z]+): )?`)
	ofOperation = regexp.MustCompile(`^invalid paths: operations? "?([A-Z]+) ([^\s"]+)`)
	ofComponent = regexp.MustCompile(`^invalid components: (schema|parameter|response|header) "([^"]+)": `)
	ofScheme    = regexp.MustCompile(`^invalid components: security scheme "([^"]+)": `)
)

// complain reports what the library says, at the place that it names.
func (r *reader) complain(err error) {
	says := text.OneLine(err)
	at := func(method, path string) place {
		path = cmp.Or(r.original[path], path)
		if method == "" {
			return place{path, []string{"paths", path}}
		}
		_, p := r.operation(method, path)
		return p
	}
	p := place{}
	if m := ofPath.FindStringSubmatch(says); m != nil {
		p, says = at(m[2], m[1]), strings.TrimPrefix(says, m[0])
	} else if m := ofOperation.FindStringSubmatch(says); m != nil {
		p, says = at(m[1], m[2]), strings.TrimPrefix(says, "invalid paths: ")
		says = strings.Replace(says, m[1]+" "+m[2], p.name, 1)
	} else if m := ofComponent.FindStringSubmatch(says); m != nil {
		p, says = place{m[1] + " " + m[2], []string{"components", m[1] + "s", m[2]}}, strings.TrimPrefix(says, m[0])
	} else if m := ofScheme.FindStringSubmatch(says); m != nil {
		p, says = place{"security scheme " + m[1], []string{"components", "securitySchemes", m[1]}}, strings.TrimPrefix(says, m[0])
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
