// Package schema checks bodies against the models of a REST API, which are JSON
// Schema draft 4 with exceptions.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Model is a schema that bodies can be checked against. Make it with [New].
type Model struct{ schema *openapi3.Schema }

// New makes a model, and returns the keywords in it that API Gateway's models do
// not know or ignore, in order: they are taken out of the schema, so that Check
// does not look at them either. An error is a schema that cannot be walked.
func New(ref *openapi3.SchemaRef) (Model, []string, error) {
	unknown := map[string]bool{}
	err := ref.WalkSubtree(func(_ string, ref *openapi3.SchemaRef) error {
		s := ref.Value
		for keyword, used := range map[string]bool{
			"discriminator":    s.Discriminator != nil,
			"exclusiveMinimum": s.ExclusiveMin.IsSet(),
			"exclusiveMaximum": s.ExclusiveMax.IsSet(),
			"nullable":         s.Nullable,
			"readOnly":         s.ReadOnly,
			"writeOnly":        s.WriteOnly,
			"default":          s.Default != nil,
			"format":           s.Format != "",
			"minItems":         s.MinItems > 0,
			"maxItems":         s.MaxItems != nil,
		} {
			if used {
				unknown[keyword] = true
			}
		}
		s.Discriminator, s.Nullable, s.ReadOnly, s.WriteOnly, s.Default, s.Format = nil, false, false, false, nil, ""
		s.ExclusiveMin, s.ExclusiveMax, s.MinItems, s.MaxItems = openapi3.ExclusiveBound{}, openapi3.ExclusiveBound{}, 0, nil
		return nil
	})
	if err != nil {
		return Model{}, nil, fmt.Errorf("schema: %w", err)
	}
	return Model{ref.Value}, slices.Sorted(maps.Keys(unknown)), nil
}

// Check returns why the body does not fit the model, as the service's
// $context.error.validationErrorString has it, or an empty string. An empty body
// is checked as {}.
func (m Model) Check(body []byte) string {
	if len(body) == 0 {
		body = []byte("{}")
	}
	// JSON is UTF-8 (RFC 8259), and what is not would reach the function altered
	// [I]. Duplicate names pass: strictness is the function's [I].
	var value any
	if err := json.Unmarshal(body, &value); err != nil || !utf8.Valid(body) {
		return "[the body is not JSON]"
	}
	if err := m.schema.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		return describe(err)
	}
	return ""
}
