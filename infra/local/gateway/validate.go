package gateway

import (
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// validate checks the request by its route's validator.
func validate(c *call) *fault {
	v := c.route.Validator
	if v.Parameters {
		if missing := missing(c, v.Required); len(missing) > 0 {
			return &fault{reason: badParameters, layer: LayerValidator,
				message: "Missing required request parameters: [" + strings.Join(missing, ", ") + "]"}
		}
	}
	if !v.Body {
		return nil
	}
	// Without a model for the media type nothing is validated, as in the service: a
	// definition that means to cover every type has a model for $default.
	model, ok := v.Models[c.mediaType()]
	if !ok {
		model, ok = v.Models["$default"]
	}
	if !ok {
		return nil
	}
	if why := model.Check(c.body); why != "" {
		return badBody(why)
	}
	return nil
}

func badBody(why string) *fault {
	return &fault{reason: misfitBody, layer: LayerValidator, validation: why}
}

// missing names the required parameters that are absent or blank. That is all
// that the service checks of a parameter: its schema is documentation.
func missing(c *call, required []api.Source) []string {
	var names []string
	for _, p := range required {
		if strings.TrimSpace(c.part(p)) == "" {
			names = append(names, p.Name)
		}
	}
	return names
}
