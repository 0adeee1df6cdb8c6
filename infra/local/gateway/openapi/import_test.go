package openapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
)

const definition = `openapi: 3.0.1
info: {title: t, version: "1"}
paths:
  /a/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      security: [{guard: []}]
      responses: {default: {description: d}}
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:F/invocations
components:
  securitySchemes:
    guard:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer:
        type: token
        authorizerUri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:G/invocations
`

// The import takes documents that are not quite OpenAPI; ours must be.
func TestAsImported(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, from, to, note string }{
		{"a variable that is not required", "required: true, ", "", ""},
		{"a variable without a type", ", schema: {type: string}", "", ""},
		{"a variable with a type as of Swagger", "schema: {type: string}", "type: string", ""},
		{"schemes at both places", "paths:", "securityDefinitions: {other: {type: apiKey, name: A, in: header}}\npaths:", ""},
		{"a variable that nobody declares", "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n", "", ""},
		{"a header of the variable's name", "{name: id, in: path, required: true, ", "{name: id, in: header, ", ""},
		{"no description of a response", "{description: d}", "{}", ""},
		{"no title", `{title: t, version: "1"}`, "{}", ""},
		{"a title of CloudFormation's", "title: t", "title: {Ref: AWS::StackName}", ""},
		{"an operation of an export", "      security:", "      isDefaultRoute: true\n      security:", ""},
		{"schemes as of Swagger", "components:\n  securitySchemes:", "securityDefinitions:", ""},
		{"members of Swagger", "paths:", "basePath: /a\nhost: a\npaths:", ""},
		{"no method", "    get:", "    default: {responses: {}}\n    get:", "default: no method"},
		{"numbers as texts", "httpMethod: POST", `httpMethod: POST` + "\n        timeoutInMillis: \"3000\"", ""},
		{"words in capitals", "type: aws_proxy", "type: AWS_PROXY\n        passthroughBehavior: WHEN_NO_MATCH", ""},
		{"a response that streams", "function:F/invocations", "function:F/response-streaming-invocations", "response streaming"},
		{"a stage variable without a value", "function:F/", "function:${stageVariables.F}/", "stageVariables.F"},
		{"a parameter that is no text", "type: aws_proxy", "type: aws_proxy\n        requestParameters: {integration.request.header.A: true}", "integration.request.header.A"},
		{"API keys from the header", "paths:", "x-amazon-apigateway-api-key-source: HEADER\npaths:", ""},
		{"CORS as of an HTTP API", "paths:", "x-amazon-apigateway-cors: {allowOrigins: ['*']}\npaths:", "only HTTP APIs have it"},
		{"an authorizer's payload as of an HTTP API", "type: token", "type: token\n        authorizerPayloadFormatVersion: 1.0\n        enableSimpleResponses: false", "only HTTP APIs have it"},
		{"an authorizer for requests with a scheme in the query", "in: header\n      x-amazon-apigateway-authtype: custom\n      x-amazon-apigateway-authorizer:\n        type: token", "in: query\n      x-amazon-apigateway-authorizer:\n        type: request\n        identitySource: method.request.querystring.auth", ""},
		{"a function by its name", "functions/arn:aws:lambda:us-east-1:123456789012:function:F/", "functions/F/", ""},
		{"a member that integrations lack", "type: aws_proxy", "type: aws_proxy\n        own: 1", "own: integrations have no such member"},
		{"a member that responses lack", "type: aws_proxy", "type: aws_proxy\n        responses: {default: {statusCode: 200, application/json: a}}", "responses: default: application/json"},
		{"a method that is called any", "    get:", "    any: {responses: {}}\n    get:", "any: no method"},
		{"a public connection", "type: aws_proxy", "type: aws_proxy\n        connectionType: INTERNET", ""},
		{"a private integration", "type: aws_proxy", "type: http\n        connectionType: VPC_LINK\n        connectionId: v", "integration by VPC_LINK"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(definition, tt.from, tt.to, 1)
			if text == definition {
				t.Fatalf("%q is not in the definition", tt.from)
			}
			model, notes := read(t, text)
			if len(model.Routes) != 1 || model.Routes[0].Key() != "GET /a/{id}" || model.Routes[0].Authorizer == nil {
				t.Errorf("got %+v, want the guarded route", model.Routes)
			}
			if tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
				t.Errorf("noted %q, want %q", notes, tt.note)
			}
		})
	}
	if _, notes := read(t, definition); notes != "" {
		t.Errorf("of the plain one: %q", notes)
	}
}

// Security at the root is that of operations without their own, as recorded of an
// import (LocalStack, test_apigateway_import: global_api_key_authorizer and
// cognito_auth_identity_source, 2025-07-02). An empty list is an operation's own.
func TestRootSecurity(t *testing.T) {
	t.Parallel()
	const own, root = "      security: [{guard: []}]\n", "\nsecurity: [{guard: []}]\npaths:"
	for _, tt := range []struct{ rule, operation, root, want string }{
		{"the operation's", own, "\npaths:", "guard"},
		{"the root's", "", root, "guard"},
		{"both", own, root, "guard"},
		{"the operation's none", "      security: []\n", root, ""},
		{"none", "", "\npaths:", ""},
	} {
		text := strings.Replace(strings.Replace(definition, own, tt.operation, 1), "\npaths:", tt.root, 1)
		model, notes := read(t, text)
		got := ""
		if a := model.Routes[0].Authorizer; a != nil {
			got = a.Name
		}
		if got != tt.want || strings.Contains(notes, "security at the root") != (tt.root == root) {
			t.Errorf("%s: got %q, want %q; noted %q", tt.rule, got, tt.want, notes)
		}
	}
}

// An import takes an HTTP API's $default route with a slash and without.
func TestDefaultRoute(t *testing.T) {
	t.Parallel()
	of := func(path string) string {
		return "openapi: 3.0.1\ninfo: {}\npaths:\n  " + path + ":\n    x-amazon-apigateway-any-method:\n      isDefaultRoute: true\n" +
			"      x-amazon-apigateway-integration: {type: aws_proxy, payloadFormatVersion: '2.0', uri: 'arn:aws:lambda:us-east-1:123456789012:function:F'}\n"
	}
	for _, path := range []string{"$default", "/$default"} {
		source, err := document.Parse([]byte(of(path)))
		if err != nil {
			t.Fatal(err)
		}
		model, findings := openapi.ReadDocument(source, openapi.Options{Kind: api.HTTP, Partition: "aws", Region: "us-east-1", Account: "123456789012", AsImported: true})
		if len(findings) > 0 {
			t.Fatalf("%s: %v", path, findings)
		}
		if r := model.Routes[0]; r.Key() != api.Default || r.At.Line != 5 {
			t.Errorf("%s: got %s at line %d", path, r.Key(), r.At.Line)
		}
	}
}

// Operations may share an integration.
func TestSharedIntegration(t *testing.T) {
	t.Parallel()
	before, after, _ := strings.Cut(definition, "        type: aws_proxy")
	integration, after, _ := strings.Cut(after, "components:\n")
	shared := before + "        $ref: '#/components/x-amazon-apigateway-integrations/one'\ncomponents:\n" +
		"  x-amazon-apigateway-integrations:\n      one:\n        type: aws_proxy" + integration + after
	plain, _ := read(t, definition)
	model, notes := read(t, shared)
	want, got := plain.Routes[0].Integration.(*api.Proxy), model.Routes[0].Integration.(*api.Proxy)
	if got.Function != want.Function || got.Function.Name != "F" || notes != "" {
		t.Errorf("got %+v, want %+v; noted %q", got.Function, want.Function, notes)
	}
	if got := refusals(t, strings.Replace(shared, "integrations/one", "integrations/two", 1)); len(got) != 1 || !strings.Contains(got[0], `integration type ""`) {
		t.Errorf("of one that is not there: %q", got)
	}
}

// read reads a REST API, and returns what it notes.
func read(t *testing.T, text string) (*api.API, string) {
	t.Helper()
	model, findings := imported(t, text)
	var notes []string
	for _, f := range findings {
		if f.Fatal() {
			t.Fatalf("refused: %v", f)
		}
		notes = append(notes, fmt.Sprint(f))
	}
	return model, strings.Join(notes, "; ")
}

func imported(t *testing.T, text string) (*api.API, []api.Finding) {
	t.Helper()
	source, err := document.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return openapi.ReadDocument(source, openapi.Options{Partition: "aws", Region: "us-east-1", Account: "123456789012", AsImported: true})
}
