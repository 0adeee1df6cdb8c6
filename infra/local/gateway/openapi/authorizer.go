package openapi

import (
	"regexp"
	"slices"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

const (
	authtypeExtension   = "x-amazon-apigateway-authtype"
	authorizerExtension = "x-amazon-apigateway-authorizer"
	authExtension       = "x-amazon-apigateway-auth"
)

const maxTTL = 3600 // seconds

// defaultTTL is in seconds, when nothing is said.
var defaultTTL = map[api.Kind]int{api.REST: 300, api.HTTP: 0}

// An authorizerObject is a security scheme's x-amazon-apigateway-authorizer.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
type authorizerObject struct {
	Type       string   `json:"type"`
	URI        string   `json:"authorizerUri"`
	Role       string   `json:"authorizerCredentials"` // permission to invoke is given here
	Expression string   `json:"identityValidationExpression"`
	Source     string   `json:"identitySource"`
	TTL        *int     `json:"authorizerResultTtlInSeconds"`
	Pools      []string `json:"providerARNs"`
	Payload    string   `json:"authorizerPayloadFormatVersion"`
	Simple     bool     `json:"enableSimpleResponses"`
	JWT        jwtRules `json:"jwtConfiguration"`
}

// An authorizerKind reads what one type of authorizer has, and names the members
// that it takes beside type.
type authorizerKind struct {
	read    func(*reader, place, *api.Authorizer, *openapi3.SecurityScheme, authorizerObject)
	members []string
}

var authorizerKinds = map[api.Kind]map[string]authorizerKind{
	api.REST: {
		"token":              {(*reader).token, []string{"authorizerUri", "authorizerCredentials", "identityValidationExpression", "identitySource", "authorizerResultTtlInSeconds"}},
		"request":            {(*reader).request, []string{"authorizerUri", "authorizerCredentials", "identitySource", "authorizerResultTtlInSeconds"}},
		"cognito_user_pools": {(*reader).userPools, []string{"providerARNs", "identityValidationExpression", "identitySource", "authorizerResultTtlInSeconds"}},
		"jwt":                {(*reader).restJWT, []string{"jwtConfiguration", "identitySource"}},
	},
	api.HTTP: {
		"request": {(*reader).request, []string{"authorizerUri", "authorizerCredentials", "identitySource", "authorizerResultTtlInSeconds", "authorizerPayloadFormatVersion", "enableSimpleResponses"}},
		"jwt":     {(*reader).httpJWT, []string{"jwtConfiguration", "identitySource"}},
	},
}

// authorizer never returns nil: what could not be read raises no further
// complaints. The library has seen that the scheme is declared.
func (r *reader) authorizer(name string) *api.Authorizer {
	a := &api.Authorizer{Name: name}
	p := place{"security scheme " + name, []string{"components", "securitySchemes", name}}
	a.At = r.at(p)
	scheme := r.doc.Components.SecuritySchemes[name].Value
	r.known(p, scheme.Extensions, authtypeExtension, authorizerExtension)
	extension, ok := scheme.Extensions[authorizerExtension]
	switch {
	case !ok && scheme.Extensions[authtypeExtension] == "awsSigv4":
		a.Type = api.IAM
		return a
	case !ok:
		r.fail(p, api.ErrUnsupported, "no authorizer: want "+authorizerExtension)
		return a
	case r.Kind == api.REST && scheme.Type != "apiKey":
		r.fail(p, api.ErrUnsupported, "want type apiKey in a header")
		return a
	}
	p = p.in(authorizerExtension)
	var in authorizerObject
	if !r.decode(p, extension, &in) {
		return a
	}
	kind, ok := authorizerKinds[r.Kind][in.Type]
	if !ok {
		r.fail(p.in("type"), api.ErrUnsupported, "authorizer type %q", in.Type)
		return a
	}
	for member := range document.Members(extension) {
		switch {
		case member == "type", slices.Contains(kind.members, member):
		case r.AsImported && r.Kind == api.REST && slices.Contains(authorizerKinds[api.HTTP]["request"].members, member):
			r.ignore(p.in(member), "%s: only HTTP APIs have it", member)
		default:
			r.fail(p.in(member), api.ErrUnsupported, "%s on an authorizer of type %s", member, in.Type)
		}
	}
	if r.Kind == api.REST && scheme.In != "header" && (in.Type != "request" || !r.AsImported) {
		r.fail(p, api.ErrUnsupported, "want type apiKey in a header")
	}
	kind.read(r, p, a, scheme, in)
	return a
}

func (r *reader) token(p place, a *api.Authorizer, scheme *openapi3.SecurityScheme, in authorizerObject) {
	a.Type = api.Token
	a.Function = r.function(p.in("authorizerUri"), in.URI)
	a.TTL = r.ttl(p, in.TTL)
	r.header(p, a, scheme, in)
	a.Expression, a.Pattern = r.expression(p, in.Expression), in.Expression
}

// header takes the scheme's header as the identity source, which an identitySource
// may repeat.
func (r *reader) header(p place, a *api.Authorizer, scheme *openapi3.SecurityScheme, in authorizerObject) {
	a.Sources = []api.Source{{In: "header", Name: scheme.Name}}
	if in.Source != "" && in.Source != "method.request.header."+scheme.Name {
		r.fail(p.in("identitySource"), api.ErrDefinition, "identitySource is not the scheme's header")
	}
}

// expression is one that the whole value must match [E], whatever its anchors.
func (r *reader) expression(p place, pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	expression, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		r.fail(p.in("identityValidationExpression"), api.ErrUnsupported, "identityValidationExpression: %s", text.OneLine(err))
	}
	return expression
}

func (r *reader) request(p place, a *api.Authorizer, _ *openapi3.SecurityScheme, in authorizerObject) {
	a.Type = api.Request
	a.Function = r.function(p.in("authorizerUri"), in.URI)
	a.TTL = r.ttl(p, in.TTL)
	if in.Source != "" {
		a.Sources = r.sources(p.in("identitySource"), in.Source)
	}
	if a.TTL > 0 && len(a.Sources) == 0 {
		r.fail(p, api.ErrDefinition, "a cached request authorizer needs an identitySource")
	}
	if r.Kind == api.REST {
		return
	}
	a.Payload, a.Simple = in.Payload, in.Simple
	switch {
	case in.Payload != "1.0" && in.Payload != "2.0":
		r.fail(p.in("authorizerPayloadFormatVersion"), api.ErrDefinition, "authorizerPayloadFormatVersion: want 1.0 or 2.0")
	case in.Payload == "1.0" && in.Simple:
		r.fail(p.in("enableSimpleResponses"), api.ErrDefinition, "enableSimpleResponses needs authorizerPayloadFormatVersion 2.0")
	}
}

func (r *reader) ttl(p place, seconds *int) time.Duration {
	n := defaultTTL[r.Kind]
	if seconds != nil {
		if n = *seconds; n < 0 || n > maxTTL {
			r.fail(p.in("authorizerResultTtlInSeconds"), api.ErrDefinition, "authorizerResultTtlInSeconds: want 0 to %d", maxTTL)
		}
	}
	return time.Duration(n) * time.Second
}
