package openapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
)

// Each refusal names the line and the thing.
func TestRefusalsNameThePlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, from, to, want string }{
		{"a scheme that nobody declares", "[{guard: []}]", "[{other: []}]", `line 5: GET /a/{id}: security requirement /paths/~1a~1{id}/get/security/0/other refers to undefined security scheme "other"`},
		{"a variable that the path lacks", "      parameters: [", "      parameters: [{name: b, in: path, required: true, schema: {type: string}}, ", "line 5: GET /a/{id}: operation GET /a/{id} must define exactly all path parameters (missing: [b])"},
		{"a greedy path's", "/a/{id}:\n    get:\n      parameters: [", "/a/{id+}:\n    get:\n      parameters: [{name: b, in: path, required: true, schema: {type: string}}, ", "line 5: GET /a/{id+}:"},
		{"any method's", "    get:\n      parameters: [", "    x-amazon-apigateway-any-method:\n      parameters: [{name: b, in: path, required: true, schema: {type: string}}, ", "line 5: ANY /a/{id}:"},
		{"a schema of no kind", "components:\n", "components:\n  schemas: {One: {type: Object}}\n", `line 14: schema One: unsupported 'type' value "Object"`},
		{"components of no kind", "components:\n", "components: none\nx-former:\n", "line 0: failed to unmarshal data: "},
		{"a reference to another document", "{description: d}", "{$ref: 'other.yaml#/Answer'}", "line 8: $ref to another document, which API Gateway does not read: other.yaml#/Answer"},
		{"a member that authorizers lack", "        type: token", "        type: token\n        own: 1", "line 20: security scheme guard: own: no such member"},
		{"a member of another kind", "type: aws_proxy", "type: aws_proxy\n        requestTemplates: 1", "line 9: GET /a/{id}: requestTemplates: want no number"},
		{"API keys from the authorizer", "paths:", "x-amazon-apigateway-api-key-source: AUTHORIZER\npaths:", "line 3: x-amazon-apigateway-api-key-source: API keys from AUTHORIZER, not from the header"},
		{"a token in the query", "in: header\n      x-amazon-apigateway-authtype", "in: query\n      x-amazon-apigateway-authtype", "line 20: security scheme guard: want type apiKey in a header"},
		{"a user pool of a function's authorizer", "        type: token", "        type: token\n        providerARNs: [a]", "line 22: security scheme guard: providerARNs on an authorizer of type token"},
		{"a request's authorizer with a scheme of tokens", "type: apiKey\n      name: Authorization\n      in: header\n      x-amazon-apigateway-authtype: custom\n      x-amazon-apigateway-authorizer:\n        type: token", "type: http\n      scheme: bearer\n      x-amazon-apigateway-authorizer:\n        type: request", "line 15: security scheme guard: want type apiKey in a header"},
		{"a resource policy", "paths:", "x-amazon-apigateway-policy: {}\npaths:", "line 3: the document: resource policies (x-amazon-apigateway-policy)"},
		{"an extension that nobody knows", "paths:", "x-amazon-apigateway-own: {}\npaths:", "line 3: the document: x-amazon-apigateway-own"},
		{"a method that API Gateway lacks", "    get:", "    trace:", "line 5: TRACE /a/{id}: no method of API Gateway"},
		{"a number that JSON lacks", "paths:", "x-size: .nan\npaths:", "line 0: json: unsupported value: NaN"},
		{"a path that is no object", "paths:", "paths:\n  /b/{c+}: 1", "line 0: failed to unmarshal data"},
		{"a parameter that is no object", "parameters: [", "parameters: [1, ", "line 0: failed to unmarshal data"},
		{"a response that is no object", "{default: {description: d}}", "{default: 1}", "line 0: failed to unmarshal data"},
		{"two words about who gets in", "      security:", "      x-amazon-apigateway-auth: {type: NONE}\n      security:", "line 7: GET /a/{id}: type NONE beside the security scheme guard"},
		{"a word about who gets in that nobody knows", "      security: [{guard: []}]", "      x-amazon-apigateway-auth: {type: ALL}", `line 7: GET /a/{id}: x-amazon-apigateway-auth of type "all"`},
	} {
		text := strings.Replace(definition, tt.from, tt.to, 1)
		if text == definition {
			t.Fatalf("%s: %q is not in the definition", tt.rule, tt.from)
		}
		if got := refusals(t, text); len(got) != 1 || !strings.HasPrefix(got[0], tt.want) {
			t.Errorf("%s: got %q, want %q", tt.rule, got, tt.want)
		}
	}
	if got := refusals(t, definition); got != nil {
		t.Errorf("the plain one: %q", got)
	}
}

// An operation of a REST API may say itself who gets in.
func TestMethodAuth(t *testing.T) {
	t.Parallel()
	for sort, want := range map[string]string{"NONE": "", "none": "", "AWS_IAM": "AWS_IAM"} {
		model, notes := read(t, strings.Replace(definition, "security: [{guard: []}]", "x-amazon-apigateway-auth: {type: "+sort+"}", 1))
		got := ""
		if a := model.Routes[0].Authorizer; a != nil {
			got = string(a.Type)
		}
		if got != want || notes != "" {
			t.Errorf("%s: got %q, and %q", sort, got, notes)
		}
	}
}

// A file does not say which of the two services it is for.
func TestKindOf(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]api.Kind{
		"a: b":                                 api.REST,
		"x-amazon-apigateway-cors: {}":         api.HTTP,
		"x: {payloadFormatVersion: 1.0}":       api.HTTP,
		"x: {enableSimpleResponses: true}":     api.HTTP,
		"paths: {$default: {}}":                api.HTTP,
		"x: {identitySource: $request.a}":      api.HTTP,
		"x: {identitySource: [$request.a]}":    api.HTTP,
		"x: {example: {isDefaultRoute: true}}": api.REST,
		"x: {payloadFormatVersion: 1.0, identitySource: method.request.header.A}":                    api.REST,
		"x: {payloadFormatVersion: 1.0, x-amazon-apigateway-integration: {type: HTTP}}":              api.REST,
		"x: {examples: {isDefaultRoute: true}}":                                                      api.REST,
		"schemas: {isDefaultRoute: {}}":                                                              api.REST,
		"x: {payloadFormatVersion: 1.0, type: token}":                                                api.HTTP,
		"x: {payloadFormatVersion: 1.0, type: http}":                                                 api.HTTP,
		"x: {payloadFormatVersion: 1.0, x-amazon-apigateway-integration: {type: http_proxy}}":        api.HTTP,
		"x: {payloadFormatVersion: 1.0, x-amazon-apigateway-authorizer: {type: cognito_user_pools}}": api.REST,
		"x: {payloadFormatVersion: 1.0, x-amazon-apigateway-authorizer: {type: jwt}}":                api.HTTP,
		"x-amazon-apigateway-cors: {}\nx-amazon-apigateway-gateway-responses: {}":                    api.REST,
		"x-amazon-apigateway-cors: {}\nx-amazon-apigateway-request-validators: {}":                   api.REST,
		"x-amazon-apigateway-cors: {}\nx: {x-amazon-apigateway-request-validator: a}":                api.REST,
		"x-amazon-apigateway-cors: {}\nx-amazon-apigateway-api-key-source: HEADER":                   api.REST,
	} {
		d, err := document.Parse([]byte(member + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := openapi.KindOf(d.Value); got != want {
			t.Errorf("%s: got %v, want %v", member, got, want)
		}
	}
}

// refusals are what keeps a REST API from being served.
func refusals(t *testing.T, text string) []string {
	t.Helper()
	_, findings := imported(t, text)
	return fatal(findings)
}

// fatal are the findings that are reasons not to serve.
func fatal(findings []api.Finding) []string {
	var all []string
	for _, f := range findings {
		if f.Fatal() {
			all = append(all, strings.Replace(fmt.Sprintf("line %d: %s: %s", f.Line, f.Where, f.What), ": : ", ": ", 1))
		}
	}
	return all
}
