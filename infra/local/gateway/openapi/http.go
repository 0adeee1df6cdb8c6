package openapi

import (
	"slices"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

const corsExtension = "x-amazon-apigateway-cors"

func (r *reader) httpRequest(p place, a *api.Authorizer, _ *openapi3.SecurityScheme, in authorizerObject) {
	a.Type, a.Payload, a.Simple = api.Request, in.Payload, in.Simple
	a.Function = r.function(p.in("authorizerUri"), in.URI)
	a.TTL = r.ttl(p, in.TTL, 0)
	if in.Source != "" {
		a.Sources = r.sources(p.in("identitySource"), in.Source, httpSources)
	}
	r.cachedNeedsSource(p, a)
	switch {
	case in.Payload != "1.0" && in.Payload != "2.0":
		r.fail(p.in("authorizerPayloadFormatVersion"), api.ErrDefinition, "authorizerPayloadFormatVersion: want 1.0 or 2.0")
	case in.Payload == "1.0" && in.Simple:
		r.fail(p.in("enableSimpleResponses"), api.ErrDefinition, "enableSimpleResponses needs authorizerPayloadFormatVersion 2.0")
	}
}

// cors reads x-amazon-apigateway-cors.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-cors-configuration.html
func (r *reader) cors() *api.CORS {
	e, ok := r.doc.Extensions[corsExtension]
	if !ok {
		return nil
	}
	var in struct {
		Origins     []string `json:"allowOrigins"`
		Methods     []string `json:"allowMethods"`
		Headers     []string `json:"allowHeaders"`
		Expose      []string `json:"exposeHeaders"`
		MaxAge      int      `json:"maxAge"`
		Credentials bool     `json:"allowCredentials"`
	}
	p := place{corsExtension, []string{corsExtension}}
	r.decode(p, e, &in)
	if in.Credentials && slices.Contains(in.Origins, "*") {
		// Recorded of CreateApi.
		r.fail(p, api.ErrDefinition, "allowCredentials with the origin *")
	}
	return &api.CORS{
		Origins: in.Origins, Methods: in.Methods, Headers: in.Headers, Expose: in.Expose,
		MaxAge: time.Duration(in.MaxAge) * time.Second, Credentials: in.Credentials,
	}
}
