package sam

import (
	"fmt"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// finishHTTP adds what the API says beside its document.
func (b *builder) finishHTTP() {
	b.httpCORS()
	b.authorize()
}

// httpScheme declares one of Auth's Authorizers.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html
func (b *builder) httpScheme(at []string, in object) object {
	if rules := document.Members(in, "JwtConfiguration"); rules != nil {
		lower := object{}
		for name, value := range rules {
			lower[strings.ToLower(name)] = value
		}
		if text, ok := lower["audience"].(string); ok {
			lower["audience"] = []any{text}
		}
		if in["IdentitySource"] == nil {
			b.fail(at, api.ErrDefinition, "a JWT authorizer needs an IdentitySource")
		}
		return object{"type": "oauth2", "flows": object{}, "x-amazon-apigateway-authorizer": object{
			"type": "jwt", "jwtConfiguration": lower, "identitySource": in["IdentitySource"],
		}}
	}
	identity := document.Members(in, "Identity")
	authorizer := given(object{
		"type": "request", "authorizerUri": b.invocation(fmt.Sprint(in["FunctionArn"])),
		"authorizerPayloadFormatVersion": in["AuthorizerPayloadFormatVersion"],
		"identitySource":                 sources(identity, httpSources), "authorizerResultTtlInSeconds": identity["ReauthorizeEvery"],
	})
	if in["EnableSimpleResponses"] == true {
		authorizer["enableSimpleResponses"] = true
	}
	if in["FunctionArn"] == nil || in["AuthorizerPayloadFormatVersion"] == nil {
		b.fail(at, api.ErrDefinition, "an authorizer needs JwtConfiguration, or FunctionArn and AuthorizerPayloadFormatVersion")
	}
	return object{"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authorizer": authorizer}
}

// httpCORS takes true for every origin.
func (b *builder) httpCORS() {
	const extension = "x-amazon-apigateway-cors"
	cors := b.properties["CorsConfiguration"]
	if cors == nil || cors == false {
		return
	}
	settings, ok := cors.(object)
	if !ok {
		settings = object{"AllowOrigins": []any{"*"}}
	}
	out := object{}
	for name, value := range settings {
		out[strings.ToLower(name[:1])+name[1:]] = value
	}
	b.root[extension] = intrinsic.Merge(document.Members(b.root, extension), out)
	b.doc.Graft([]string{extension}, b.source, b.at("CorsConfiguration")...)
}
