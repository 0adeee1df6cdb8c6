package schema

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	jsonv2 "github.com/go-json-experiment/json"

	"github.com/notegate/notegate/infra/local/gateway/text"
)

const (
	// maxText bounds what a 400 says, and maxQuoted each value in it:
	// they are the client's. That the service has such bounds is not known [?].
	maxText   = 1024
	maxQuoted = 64
)

// describe is $context.error.validationErrorString. The service's
// validator is the Java library of draft 4, whose texts for missing and for
// unknown properties were recorded of it, in escaped quotes; the library's other
// texts are taken to be the service's too [I]. They do not name the field. The
// order of several is ours [?].
//
// https://github.com/java-json-tools/json-schema-validator
func describe(err error) string {
	var lines []string
	for _, e := range flatten(err) {
		lines = append(lines, complaint(e))
	}
	slices.Sort(lines)
	all := strings.Join(slices.Compact(lines), ", ") // one complaint for all members of an object
	return "[" + text.Cut(all, maxText) + "]"
}

// complaint is one error in the library's words, or the checking library's own
// if these are not known.
func complaint(e *openapi3.SchemaError) string {
	object, _ := e.Value.(map[string]any)
	value, _ := e.Value.(string)
	switch e.SchemaField {
	case "required":
		missing := slices.DeleteFunc(slices.Clone(e.Schema.Required), func(name string) bool { _, ok := object[name]; return ok })
		return fmt.Sprintf("object has missing required properties (%s)", sorted(missing))
	case "properties":
		unknown := slices.DeleteFunc(slices.Collect(maps.Keys(object)), func(name string) bool { return e.Schema.Properties[name] != nil })
		return fmt.Sprintf("object instance has properties which are not allowed by the schema: %s", sorted(unknown))
	case "type", "nullable":
		return fmt.Sprintf("instance type (%s) does not match any allowed primitive type (allowed: %s)", primitive(e.Value), sorted(e.Schema.Type.Slice()))
	case "minLength":
		return fmt.Sprintf(`string "%s" is too short (length: %d, required minimum: %d)`, text.Cut(value, maxQuoted), utf8.RuneCountInString(value), e.Schema.MinLength)
	case "maxLength":
		return fmt.Sprintf(`string "%s" is too long (length: %d, maximum allowed: %d)`, text.Cut(value, maxQuoted), utf8.RuneCountInString(value), *e.Schema.MaxLength)
	}
	return e.Reason
}

// primitive is draft 4's name for the type of a decoded JSON value.
func primitive(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		if v == math.Trunc(v) {
			return "integer"
		}
		return "number"
	}
	return "object"
}

// sorted is a list as the library prints it: JSON, in order, without blanks.
func sorted(names []string) string {
	slices.Sort(names)
	b, _ := jsonv2.Marshal(names) // of JSON, so their UTF-8 is good
	return string(b)
}

func flatten(err error) []*openapi3.SchemaError {
	if many := (openapi3.MultiError)(nil); errors.As(err, &many) {
		var all []*openapi3.SchemaError
		for _, e := range many {
			all = append(all, flatten(e)...)
		}
		return all
	}
	if one := (*openapi3.SchemaError)(nil); errors.As(err, &one) {
		return []*openapi3.SchemaError{one}
	}
	return nil
}
