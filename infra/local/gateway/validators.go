package gateway

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

const validatorExtension = "x-amazon-apigateway-request-validator"

func (l *loader) loadValidators() {
	e, ok := l.doc.Extensions[validatorExtension+"s"]
	if !ok {
		return
	}
	var in map[string]struct {
		Body       bool `json:"validateRequestBody"`
		Parameters bool `json:"validateRequestParameters"`
	}
	l.decode(validatorExtension+"s", e, &in)
	for name, v := range in {
		l.validators[name] = validator{body: v.Body, parameters: v.Parameters}
	}
}

// operationValidator binds the operation's validator, or else the document's,
// to what the operation declares. Neither means that nothing is validated.
func (l *loader) operationValidator(where string, item *openapi3.PathItem, op *openapi3.Operation) validator {
	extension, ok := op.Extensions[validatorExtension]
	if !ok {
		extension, ok = l.doc.Extensions[validatorExtension]
	}
	if !ok {
		return validator{}
	}
	var name string
	l.decode(where+": "+validatorExtension, extension, &name)
	v, ok := l.validators[name]
	if !ok {
		l.fail(ErrDefinition, "%s: no request validator %q", where, name)
		return validator{}
	}
	v.required = requiredParameters(item, op)
	if op.RequestBody != nil {
		v.models = map[string]*openapi3.Schema{}
		for mediaType, content := range op.RequestBody.Value.Content {
			if content.Schema == nil {
				continue
			}
			l.checkModel(where, content.Schema)
			v.models[mediaType] = content.Schema.Value
		}
	}
	return v
}

// requiredParameters are in the order in which the service names them.
func requiredParameters(item *openapi3.PathItem, op *openapi3.Operation) []source {
	var required []source
	for _, in := range []string{"header", "path", "query"} {
		for _, p := range append(slices.Clone(item.Parameters), op.Parameters...) {
			if p.Value.In == in && p.Value.Required {
				required = append(required, source{in, p.Value.Name})
			}
		}
	}
	return required
}

// checkModel refuses what API Gateway's models, JSON Schema draft 4, do not
// know or ignore.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func (l *loader) checkModel(where string, model *openapi3.SchemaRef) {
	err := model.WalkSubtree(func(_ string, ref *openapi3.SchemaRef) error {
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
				l.fail(ErrUnsupported, "%s: %s in a model", where, keyword)
			}
		}
		return nil
	})
	if err != nil {
		l.fail(ErrDefinition, "%s: model: %s", where, oneLine(err))
	}
}
