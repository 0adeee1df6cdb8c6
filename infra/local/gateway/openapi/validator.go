package openapi

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/schema"
)

// validator binds the operation's validator, or else the document's, to what the
// operation declares. Neither means that nothing is validated.
func (r *reader) validator(p place, item *openapi3.PathItem, op *openapi3.Operation) api.Validator {
	extension, ok := op.Extensions[validatorExtension]
	if !ok {
		extension, ok = r.doc.Extensions[validatorExtension]
	}
	if !ok {
		return api.Validator{}
	}
	var name string
	r.decode(p.in(validatorExtension), extension, &name)
	v, ok := r.validators[name]
	if !ok {
		r.fail(p.in(validatorExtension), api.ErrDefinition, "no request validator %q", name)
		return api.Validator{}
	}
	v.Required = requiredParameters(item, op)
	if op.RequestBody != nil {
		v.Models = map[string]schema.Model{}
		for mediaType, content := range op.RequestBody.Value.Content {
			if content.Schema != nil {
				v.Models[mediaType] = r.model(p.in("requestBody", "content", mediaType), content.Schema)
			}
		}
	}
	return v
}

func (r *reader) model(p place, ref *openapi3.SchemaRef) schema.Model {
	model, unknown, err := schema.New(ref)
	if err != nil {
		r.fail(p, api.ErrDefinition, "model: %v", err)
	}
	for _, keyword := range unknown {
		r.ignore(p, "%s in a model", keyword)
	}
	return model
}

// requiredParameters are in the order in which the service names them.
func requiredParameters(item *openapi3.PathItem, op *openapi3.Operation) []api.Source {
	var required []api.Source
	for _, in := range []string{"header", "path", "query"} {
		for _, p := range append(slices.Clone(item.Parameters), op.Parameters...) {
			if p.Value.In == in && p.Value.Required {
				required = append(required, api.Source{In: in, Name: p.Value.Name})
			}
		}
	}
	return required
}
