package openapi

import (
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// jwtRules are an HTTP API's jwtConfiguration, with one issuer, or a REST API's,
// with several.
type jwtRules struct {
	Issuer   string   `json:"issuer"`
	Audience []string `json:"audience"`

	Algorithms []string    `json:"defaultAlgorithms"`
	Issuers    []jwtIssuer `json:"issuers"`
}

type jwtIssuer struct {
	Issuer    string         `json:"issuer"`
	Audiences []string       `json:"audiences"`
	Claims    jsontext.Value `json:"additionalClaims"`
}

// RSA is what an HTTP API takes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
var rsa = []string{"RS256", "RS384", "RS512"}

func (r *reader) httpJWT(p place, a *api.Authorizer, _ *openapi3.SecurityScheme, in authorizerObject) {
	a.Type, a.Algorithms = api.JWT, rsa
	a.Sources = r.sources(p.in("identitySource"), in.Source)
	if len(a.Sources) != 1 {
		r.fail(p, api.ErrUnsupported, "a JWT authorizer wants exactly one identity source")
	}
	p = p.in("jwtConfiguration")
	if in.JWT.Issuer == "" || len(in.JWT.Audience) == 0 {
		r.fail(p, api.ErrDefinition, "jwtConfiguration: want an issuer and an audience")
		return
	}
	if len(in.JWT.Issuers)+len(in.JWT.Algorithms) > 0 {
		r.fail(p, api.ErrUnsupported, "jwtConfiguration: issuers and defaultAlgorithms are a REST API's")
	}
	a.Issuers = []api.Issuer{{URL: in.JWT.Issuer, Audiences: in.JWT.Audience, ClientID: true}}
}

// restJWT reads the authorizer that REST APIs have had since 2026. How its
// definition spells the members is inference from the names in CloudFormation [I].
// That client_id stands in for a missing aud is not documented [?], so it does
// not here: what passes here passes there.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer.html
func (r *reader) restJWT(p place, a *api.Authorizer, scheme *openapi3.SecurityScheme, in authorizerObject) {
	a.Type = api.JWT
	r.header(p, a, scheme, in)
	p = p.in("jwtConfiguration")
	if len(in.JWT.Issuers) == 0 || len(in.JWT.Algorithms) == 0 {
		r.fail(p, api.ErrDefinition, "jwtConfiguration: want issuers and defaultAlgorithms")
		return
	}
	if in.JWT.Issuer != "" || len(in.JWT.Audience) > 0 {
		r.fail(p, api.ErrUnsupported, "jwtConfiguration: issuer and audience are an HTTP API's")
	}
	a.Algorithms = in.JWT.Algorithms
	for _, issuer := range in.JWT.Issuers {
		if issuer.Issuer == "" || len(issuer.Audiences) == 0 {
			r.fail(p, api.ErrDefinition, "jwtConfiguration: want an issuer and audiences in each of issuers")
		}
		if len(issuer.Claims) > 0 {
			// Nothing that could be read says what they look like in a definition.
			r.fail(p, api.ErrUnsupported, "additionalClaims")
		}
		a.Issuers = append(a.Issuers, api.Issuer{URL: issuer.Issuer, Audiences: issuer.Audiences})
	}
}

var userPool = regexp.MustCompile(`^arn:[^:]+:cognito-idp:([^:]+):[0-9]+:userpool/([A-Za-z0-9_-]+)$`)

func (r *reader) userPools(p place, a *api.Authorizer, scheme *openapi3.SecurityScheme, in authorizerObject) {
	a.Type = api.UserPools
	a.Algorithms = []string{"RS256"}
	r.header(p, a, scheme, in)
	a.Expression, a.Pattern = r.expression(p, in.Expression), in.Expression
	r.ttl(p, in.TTL) // of a token that is looked at each time here
	p = p.in("providerARNs")
	if len(in.Pools) == 0 {
		r.fail(p, api.ErrDefinition, "providerARNs: want a user pool")
	}
	for _, arn := range in.Pools {
		m := userPool.FindStringSubmatch(arn)
		if m == nil {
			r.fail(p, api.ErrDefinition, "providerARNs: %q is not the ARN of a user pool", arn)
			continue
		}
		a.Issuers = append(a.Issuers, api.Issuer{URL: "https://cognito-idp." + m[1] + ".amazonaws.com/" + m[2]})
	}
}
