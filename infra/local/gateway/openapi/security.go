package openapi

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// security finds the one scheme of an operation, and whether it asks for an API
// key as well, for which it does not matter in which requirement that stands. No
// security means open, as it does for the service.
func (r *reader) security(p place, op *openapi3.Operation) (a *api.Authorizer, scopes []string, key bool) {
	requirements := op.Security
	if requirements == nil && (r.Kind == api.HTTP || r.AsImported) {
		requirements = &r.doc.Security
	}
	if requirements == nil {
		return nil, nil, false
	}
	p = p.in("security")
	for _, requirement := range *requirements {
		for name, asked := range requirement {
			switch {
			case r.isAPIKey(name):
				key = true
				continue
			case a != nil:
				r.fail(p, api.ErrUnsupported, "want exactly one security scheme")
				return nil, nil, false
			}
			if r.authorizers[name] == nil {
				r.authorizers[name] = r.authorizer(name)
			}
			a, scopes = r.authorizers[name], asked
			if len(scopes) > 0 && a.Type != api.UserPools && a.Type != api.JWT {
				r.fail(p, api.ErrUnsupported, "scopes on an authorizer that has none")
			}
		}
		if len(requirement) == 0 {
			r.fail(p, api.ErrUnsupported, "want exactly one security scheme")
		}
	}
	return a, scopes, key
}

// isAPIKey tells whether a scheme is what a REST API takes for apiKeyRequired.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-api-key-source.html
func (r *reader) isAPIKey(name string) bool {
	if r.Kind != api.REST {
		return false
	}
	scheme := r.doc.Components.SecuritySchemes[name].Value
	_, authorizer := scheme.Extensions[authorizerExtension]
	_, kind := scheme.Extensions[authtypeExtension]
	return scheme.In == "header" && strings.EqualFold(scheme.Name, "x-api-key") && !authorizer && !kind
}

// methodAuth reads an operation's own authorization settings.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
func (r *reader) methodAuth(p place, op *openapi3.Operation, route *api.Route) {
	var in struct {
		Type string `json:"type"`
	}
	if !r.decode(p, op.Extensions[authExtension], &in) {
		return
	}
	switch {
	case route.Authorizer != nil && !(in.Type == "aws_iam" && route.Authorizer.Type == api.IAM):
		r.fail(p, api.ErrUnsupported, "type %s beside the security scheme %s", strings.ToUpper(in.Type), route.Authorizer.Name)
	case in.Type == "none":
	case in.Type == "aws_iam":
		if r.authorizers[authExtension] == nil {
			r.authorizers[authExtension] = &api.Authorizer{Name: "AWS_IAM", Type: api.IAM, At: r.at(p)}
		}
		route.Authorizer = r.authorizers[authExtension]
	default:
		r.fail(p, api.ErrUnsupported, "%s of type %q", authExtension, in.Type)
	}
}
