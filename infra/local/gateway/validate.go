package gateway

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// A validator is a request validator bound to one operation.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
type validator struct {
	body       bool
	parameters bool
	required   []source                    // header, path, query, in this order
	models     map[string]*openapi3.Schema // by media type; $default for the rest
}

func (v validator) validate(c *call) *fault {
	if v.parameters {
		if missing := v.missing(c); len(missing) > 0 {
			return badParameters(missing)
		}
	}
	if v.body {
		return v.checkBody(c)
	}
	return nil
}

// missing names the required parameters that are absent or blank. That is all
// that the service checks of a parameter: its schema is documentation.
func (v validator) missing(c *call) []string {
	query := c.query()
	var names []string
	for _, p := range v.required {
		value := c.params[p.name]
		if p.in != "path" {
			value = p.value(c, query)
		}
		if strings.TrimSpace(value) == "" {
			names = append(names, p.name)
		}
	}
	return names
}

// checkBody checks against the model of the body's media type. Without one
// nothing is validated, as in the service: a definition that means to cover
// every type has a model for $default.
func (v validator) checkBody(c *call) *fault {
	model := v.models[c.mediaType()]
	if model == nil {
		model = v.models["$default"]
	}
	if model == nil {
		return nil
	}
	body := c.body
	if len(body) == 0 {
		body = []byte("{}")
	}
	// JSON is UTF-8 (RFC 8259), and what is not would reach the function altered
	// [I]. Duplicate names pass: strictness is the function's [I].
	var value any
	if err := json.Unmarshal(body, &value); err != nil || !utf8.Valid(body) {
		return badBody("[the body is not JSON]")
	}
	if err := model.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		return badBody(validationText(err))
	}
	return nil
}
