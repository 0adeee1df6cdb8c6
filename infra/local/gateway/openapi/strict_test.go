package openapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
)

// Each definition is one that is taken with a single thing changed. What the import
// of a REST API passes over, ours must not have, and what only one of the two
// services has, the other's must not.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	has := func(name string) bool { return name == "F" || name == "G" }
	strict, imported := openapi.Options{HasFunction: has}, openapi.Options{AsImported: true, HasFunction: has}
	http := openapi.Options{Kind: api.HTTP, AsImported: true}
	sources := strings.NewReplacer("type: token", "type: request\n        identitySource: method.request.header.Authorization")
	requests := sources.Replace(definition)
	jwt := replaced(t, replaced(t, replaced(t, definition, "type: token\n", "type: jwt\n        identitySource: $request.header.Authorization\n        jwtConfiguration: {issuer: a, audience: [b]}\n"),
		"        authorizerUri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:G/invocations\n", ""),
		"type: aws_proxy", "type: aws_proxy\n        payloadFormatVersion: '2.0'")
	for _, tt := range []struct {
		rule       string
		options    openapi.Options
		definition string
		from, to   string
		want       string
	}{
		{"CORS as of an HTTP API", strict, definition, "paths:", "x-amazon-apigateway-cors: {}\npaths:", "line 3: the document: x-amazon-apigateway-cors"},
		{"a requests' scheme in the query", strict, requests, "Authorization\n      in: header", "Authorization\n      in: query", "line 21: security scheme guard: want type apiKey in a header"},
		{"a private connection", strict, definition, "type: aws_proxy", "type: aws_proxy\n        connectionType: VPC_LINK", "line 11: GET /a/{id}: integration by VPC_LINK: calls of this route fail"},
		{"a function that is not there", imported, definition, "function:F/", "function:H/", "line 12: GET /a/{id}: H"},
		{"a member of another type of authorizer", http, jwt, "type: jwt", "type: jwt\n        authorizerUri: a", "line 24: security scheme guard: authorizerUri on an authorizer of type jwt"},
		{"a key in place of an authorizer", http, jwt, "[{guard: []}]", "[{guard: []}, {key: []}]", "line 7: GET /a/{id}: want exactly one security scheme"},
		{"a mapping to a backend", http, jwt, "type: aws_proxy", "type: http", `line 10: GET /a/{id}: integration type "http"`},
		{"Swagger", http, jwt, "openapi: 3.0.1", `swagger: "2.0"`, "line 1: swagger: an HTTP API takes OpenAPI 3.0, not Swagger 2.0"},
		{"another Swagger", imported, definition, "openapi: 3.0.1", `swagger: "1.2"`, "line 0: swagger: bad definition: swagger must be 2.0"},
	} {
		good := replaced(t, tt.definition, "components:\n  securitySchemes:\n", "components:\n  securitySchemes:\n    key: {type: apiKey, name: X-API-Key, in: header}\n")
		if _, findings := openapi.Read([]byte(good), tt.options); len(findings) > 0 {
			t.Errorf("%s: the good one: %v", tt.rule, findings)
		}
		_, findings := openapi.Read([]byte(replaced(t, good, tt.from, tt.to)), tt.options)
		if diff := cmp.Diff([]string{tt.want}, fatal(findings)); diff != "" {
			t.Errorf("%s: want(-) got(+):\n%s", tt.rule, diff)
		}
	}
}

// A scheme is an API key's if it names that header and no authorizer.
func TestAPIKeyScheme(t *testing.T) {
	t.Parallel()
	const key = "{type: apiKey, name: x-Api-key, in: header}"
	definition := replaced(t, replaced(t, definition, "[{guard: []}]", "[{key: []}]"), "securitySchemes:\n", "securitySchemes:\n    key: "+key+"\n")
	if model, notes := read(t, definition); !model.Routes[0].KeyRequired || model.Routes[0].Authorizer != nil || notes != "" {
		t.Errorf("got %+v, noted %q; want an API key's route", model.Routes[0], notes)
	}
	for rule, scheme := range map[string]string{
		"another header": "{type: apiKey, name: X-Own, in: header}",
		"in the query":   "{type: apiKey, name: X-Api-Key, in: query}",
		"of custom type": "{type: apiKey, name: X-Api-Key, in: header, x-amazon-apigateway-authtype: custom}",
	} {
		want := []string{"line 15: security scheme key: no authorizer: want x-amazon-apigateway-authorizer"}
		if diff := cmp.Diff(want, refusals(t, replaced(t, definition, key, scheme))); diff != "" {
			t.Errorf("%s: want(-) got(+):\n%s", rule, diff)
		}
	}
	pool := "{type: apiKey, name: X-Api-Key, in: header, x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: ['arn:aws:cognito-idp:us-east-1:123456789012:userpool/p']}}"
	if model, _ := read(t, replaced(t, definition, key, pool)); model.Routes[0].KeyRequired || model.Routes[0].Authorizer == nil {
		t.Errorf("with an authorizer: got %+v, want the authorizer's route", model.Routes[0])
	}
}

// An operation's own word about who gets in may repeat its scheme's, and not
// contradict it.
func TestMethodAuthBesideAScheme(t *testing.T) {
	t.Parallel()
	const scheme = "      x-amazon-apigateway-authtype: custom\n      x-amazon-apigateway-authorizer:\n        type: token\n        authorizerUri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:G/invocations\n"
	signed := replaced(t, definition, scheme, "      x-amazon-apigateway-authtype: awsSigv4\n")
	for _, tt := range []struct{ rule, definition, sort, want string }{
		{"the same", signed, "AWS_IAM", ""},
		{"open", signed, "NONE", "line 7: GET /a/{id}: type NONE beside the security scheme guard"},
		{"another", definition, "AWS_IAM", "line 7: GET /a/{id}: type AWS_IAM beside the security scheme guard"},
	} {
		got := refusals(t, replaced(t, tt.definition, "      security:", "      x-amazon-apigateway-auth: {type: "+tt.sort+"}\n      security:"))
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.rule, got, tt.want)
		}
	}
}

// An operation may refer to the parameters and responses of the components.
func TestSharedParts(t *testing.T) {
	t.Parallel()
	shared := replaced(t, replaced(t, replaced(t, definition, "{name: id, in: path, required: true, schema: {type: string}}", "{$ref: '#/components/parameters/id'}"),
		"{description: d}", "{$ref: '#/components/responses/done'}"),
		"components:\n", "components:\n  parameters: {id: {name: id, in: path}}\n  responses: {done: {}}\n")
	if model, notes := read(t, shared); len(model.Routes) != 1 || notes != "" {
		t.Errorf("got %+v, noted %q", model.Routes, notes)
	}
}

func replaced(t *testing.T, text, from, to string) string {
	t.Helper()
	out := strings.Replace(text, from, to, 1)
	if out == text {
		t.Fatalf("%q is not in the definition", from)
	}
	return out
}
