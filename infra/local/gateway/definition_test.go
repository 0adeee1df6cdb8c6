package gateway_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// Each definition is the deployed one with a single thing changed.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	if _, err := gateway.New(real(allowing(), returns(hello))); err != nil {
		t.Fatalf("the deployed definition: %v", err)
	}
	tests := []struct {
		rule, from, to string
		want           error
		says           string
	}{
		{"no OpenAPI", "openapi: 3.0.3", "openapi: {}", api.ErrDefinition, "openapi"},
		{"newer OpenAPI", "openapi: 3.0.3", "openapi: 3.1.0", api.ErrDefinition, "want 3.0"},
		{"no title", "title:", "x-title:", api.ErrDefinition, "title"},
		{"method that API Gateway lacks", "    post:\n", "    trace:\n", api.ErrDefinition, "TRACE /notes: no method"},
		{"security at the root", "\npaths:", "\nsecurity: [{Gate: []}]\npaths:", api.ErrDefinition, "security at the root"},
		{"two schemes on an operation", "security: [{Gate: []}]", "security: [{Gate: []}, {Gate: []}]", api.ErrUnsupported, "one security scheme"},
		{"a requirement without a scheme", "security: [{Gate: []}]", "security: [{}]", api.ErrUnsupported, "one security scheme"},
		{"scopes of a scheme", "security: [{Gate: []}]", "security: [{Gate: [notes/read]}]", api.ErrUnsupported, "scopes"},
		{"scheme that is not there", "security: [{Gate: []}]", "security: [{Gates: []}]", api.ErrDefinition, "undefined security scheme"},
		{"scheme of another type", "type: apiKey # the only type that the REST import knows\n      name: Authorization\n      in: header\n", "type: http\n      scheme: bearer\n", api.ErrUnsupported, "apiKey in a header"},
		{"open or guarded", "security: [{Gate: []}]", "security: [{Gate: []}, {}]", api.ErrUnsupported, "one security scheme"},
		{"scheme without an authorizer", "x-amazon-apigateway-authorizer:", "x-authorizer:", api.ErrUnsupported, "no authorizer"},
		{"scheme in a query", "in: header\n      description: An access", "in: query\n      description: An access", api.ErrUnsupported, "apiKey in a header"},
		{"Cognito authorizer with a function", "        type: token", "        type: cognito_user_pools", api.ErrUnsupported, "authorizerUri on an authorizer of type cognito_user_pools"},
		{"authorizer of no type", "        type: token", "        type: password", api.ErrUnsupported, `"password"`},
		{"setting of HTTP APIs", "        type: token", "        type: token\n        enableSimpleResponses: true", api.ErrUnsupported, "Gate"},
		{"TTL above the maximum", "authorizerResultTtlInSeconds: 300", "authorizerResultTtlInSeconds: 3601", api.ErrDefinition, "0 to 3600"},
		{"TTL below zero", "authorizerResultTtlInSeconds: 300", "authorizerResultTtlInSeconds: -1", api.ErrDefinition, "0 to 3600"},
		{"expression that does not compile", "identityValidationExpression: '^", "identityValidationExpression: '(?=a)^", api.ErrUnsupported, "identityValidationExpression"},
		{"identity in another header", "        type: token", "        type: token\n        identitySource: method.request.header.X-Other", api.ErrDefinition, "identitySource is not"},
		{"cached request authorizer without identity", "        type: token", "        type: request", api.ErrDefinition, "identitySource"},
		{"identity in the path", "        type: token", "        type: request\n        identitySource: method.request.path.noteid", api.ErrUnsupported, `"method.request.path.noteid"`},
		{"identity in the whole context", "        type: token", "        type: request\n        identitySource: context.", api.ErrUnsupported, `"context."`},
		{"header without method.request", "        type: token", "        type: request\n        identitySource: header.X-User", api.ErrUnsupported, `"header.X-User"`},
		{"unknown authorizer function", "${AuthorizerFunction.Arn}", "${OtherFunction.Arn}", api.ErrNoFunction, "OtherFunction"},
		{"unknown function", "${NotesFunction.Arn}", "${OtherFunction.Arn}", api.ErrNoFunction, "OtherFunction"},
		{"unknown function by ARN", "${NotesFunction.Arn}", "arn:aws:lambda:us-east-1:123456789012:function:Other", api.ErrNoFunction, "Other"},
		{"uri of no function", "lambda:path/2015-03-31/functions/${NotesFunction.Arn}/invocations", "sqs:path/queue", api.ErrUnsupported, "uri"},
		{"unknown parameter", "${AllowedOrigin}", "${Origin}", api.ErrDefinition, `"Origin"`},
		{"unknown function in a header", "'${AllowedOrigin}'", "'${OtherFunction.Arn}'", api.ErrNoFunction, "OtherFunction"},
		{"other intrinsic function", "{Fn::Sub: \"'${AllowedOrigin}'\"}", "{Fn::Cidr: [A, B]}", api.ErrUnsupported, "Fn::Cidr"},
		{"attribute of nothing", "{Fn::Sub: \"'${AllowedOrigin}'\"}", "{Fn::GetAtt: [A, B]}", api.ErrDefinition, `"A.B"`},
		{"intrinsic function beside another member", "{Fn::Sub: \"'${AllowedOrigin}'\"}", "{Ref: AllowedOrigin, X: '1'}", api.ErrUnsupported, "Ref"},
		{"unknown variable beside a map of them", "{Fn::Sub: \"'${AllowedOrigin}'\"}", "{Fn::Sub: [\"'${B}'\", {A: a}]}", api.ErrDefinition, `"B"`},
		{"unknown parameter in a list", "\npaths:", "\nx-amazon-apigateway-binary-media-types: [{Ref: Nobody}]\npaths:", api.ErrDefinition, `"Nobody"`},
		{"no integration", "x-amazon-apigateway-integration:", "x-integration:", api.ErrDefinition, "no x-amazon-apigateway-integration"},
		{"other integration type", "type: aws_proxy", "type: aws", api.ErrUnsupported, `"aws"`},
		{"unknown integration setting", "type: aws_proxy", "type: aws_proxy\n        tlsConfig: {}", api.ErrUnsupported, "tlsConfig"},
		{"template of a proxy", "type: aws_proxy", "type: aws_proxy\n        requestTemplates: {application/json: '{}'}", api.ErrUnsupported, "requestTemplates"},
		{"unknown extension of an operation", "operationId: createNote", "operationId: createNote\n      x-amazon-apigateway-auth: {type: NONE}", api.ErrUnsupported, "x-amazon-apigateway-auth"},
		{"unknown extension of a path", "  /notes:\n", "  /notes:\n    x-amazon-apigateway-auth: {}\n", api.ErrUnsupported, "x-amazon-apigateway-auth"},
		{"method for all others without an integration", "  /notes:\n", "  /notes:\n    x-amazon-apigateway-any-method: {}\n", api.ErrDefinition, "ANY /notes: no x-amazon-apigateway-integration"},
		{"unknown extension of the document", "\npaths:", "\nx-amazon-apigateway-policy: {}\npaths:", api.ErrUnsupported, "x-amazon-apigateway-policy"},
		{"unknown validator", "x-amazon-apigateway-request-validator: everything", "x-amazon-apigateway-request-validator: nothing", api.ErrDefinition, `"nothing"`},
		{"keyword that models lack", "minLength: 1\n          maxLength: 256", "default: x\n          maxLength: 256", api.ErrUnsupported, "default in a model"},
		{"VTL in a mock", `{"statusCode": 204}`, `{"statusCode": $x}`, api.ErrUnsupported, "VTL"},
		{"passthrough of another kind", "passthroughBehavior: when_no_match", "passthroughBehavior: sometimes", api.ErrDefinition, `"sometimes"`},
		{"mock's body, not JSON", `statusCode: "204"`, `statusCode: "204"
            responseTemplates: {text/html: x}`, api.ErrUnsupported, `template for "text/html"`},
		{"mock's parameter, no header", "method.response.header.Access-Control-Max-Age", "method.response.body.x", api.ErrUnsupported, `"method.response.body.x"`},
		{"mock's response not declared", `statusCode: "204"`, `statusCode: "200"`, api.ErrDefinition, "200 is not declared"},
		{"mock's header not declared", "method.response.header.Access-Control-Max-Age", "method.response.header.X-Other", api.ErrDefinition, "X-Other"},
		{"header that is no literal", `"'600'"`, `"integration.response.header.X"`, api.ErrUnsupported, "integration.response.header.X"},
		{"header without quotes", `"'600'"`, `"600"`, api.ErrUnsupported, `"600"`},
		{"header without a first quote", `"'600'"`, `"600'"`, api.ErrUnsupported, `"600'"`},
		{"header without a last quote", `"'600'"`, `"'600"`, api.ErrUnsupported, `"'600"`},
		{"header of one quote", `"'600'"`, `"'"`, api.ErrUnsupported, `"'"`},
		{"header of nothing", `"'600'"`, `""`, api.ErrUnsupported, `""`},
		{"selection by pattern", "          default:\n            statusCode", "          2..:\n            statusCode", api.ErrUnsupported, `"2.."`},
		{"variable of a gateway response", "$context.error.validationErrorString", "$context.identity.sourceIp", api.ErrUnsupported, "$context.identity.sourceIp"},
		{"status of a gateway response", "  DEFAULT_4XX:\n", "  DEFAULT_4XX:\n    statusCode: none\n", api.ErrDefinition, "DEFAULT_4XX"},
		{"status of a gateway response too small", "  DEFAULT_4XX:\n", "  DEFAULT_4XX:\n    statusCode: 199\n", api.ErrDefinition, "DEFAULT_4XX"},
		{"status of a gateway response too great", "  DEFAULT_4XX:\n", "  DEFAULT_4XX:\n    statusCode: 600\n", api.ErrDefinition, "DEFAULT_4XX"},
		{"parameter of a gateway response, no header", "gatewayresponse.header.WWW-Authenticate", "gatewayresponse.path.x", api.ErrUnsupported, `"gatewayresponse.path.x"`},
		{"body of a gateway response, not JSON", "      application/json: >-", "      text/html: >-", api.ErrUnsupported, `template for "text/html"`},
		{"two spellings of one path", "  /notes:\n", "  /notes/{id}:\n    x-a: 1\n  /notes:\n", api.ErrDefinition, "/notes/{"},
		{"half a segment variable", "  /notes/{noteid}:", "  /notes/n-{noteid}:", api.ErrDefinition, "n-{noteid}"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			config := real(allowing(), returns(hello))
			config.Definition = []byte(replace(t, string(infra.OpenAPI), tt.from, tt.to))
			g, err := gateway.New(config)
			if g != nil || !errors.Is(err, tt.want) {
				t.Fatalf("New: %v, want %v", err, tt.want)
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("New: %v, want it to say %s", err, tt.says)
			}
		})
	}
}

// Each definition is the deployed one with a single thing changed, too.
func TestNewAccepts(t *testing.T) {
	t.Parallel()
	for rule, change := range map[string][2]string{
		"another vendor's extension":         {"\npaths:", "\nx-vendor-policy: {}\npaths:"},
		"identity in the scheme's header":    {"        type: token", "        type: token\n        identitySource: method.request.header.Authorization"},
		"longest TTL":                        {"authorizerResultTtlInSeconds: 300", "authorizerResultTtlInSeconds: 3600"},
		"header of no text":                  {`"'600'"`, `"''"`},
		"least status of a gateway response": {"  DEFAULT_4XX:\n", "  DEFAULT_4XX:\n    statusCode: 200\n"},
		"last status of a gateway response":  {"  DEFAULT_4XX:\n", "  DEFAULT_4XX:\n    statusCode: 599\n"},
		"body without a model":               {"          application/json:\n", "          text/plain: {}\n          application/json:\n"},
	} {
		config := real(allowing(), returns(hello))
		config.Definition = []byte(replace(t, string(infra.OpenAPI), change[0], change[1]))
		if _, err := gateway.New(config); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
}

// A status that is declared as the default is no status to answer with.
func TestMockStatusIsANumber(t *testing.T) {
	t.Parallel()
	const mock = "      x-amazon-apigateway-integration: {type: mock, responses: {default: {statusCode: default}}}\n"
	document := replace(t, string(definition("/a", mock, "")), "'200': {description: d}", "default: {description: d}")
	if _, err := gateway.New(gateway.Config{Definition: []byte(document)}); !errors.Is(err, api.ErrDefinition) || !strings.Contains(err.Error(), "response default is not declared") {
		t.Errorf("New: %v, want %v", err, api.ErrDefinition)
	}
}

// A missing authorizer lets nobody in: there is no gateway at all.
func TestMissingAuthorizerFunction(t *testing.T) {
	t.Parallel()
	config := real(nil, returns(hello))
	delete(config.Functions, "AuthorizerFunction")
	if g, err := gateway.New(config); g != nil || !errors.Is(err, api.ErrNoFunction) {
		t.Errorf("New: %v, want %v", err, api.ErrNoFunction)
	}
}

func TestSubstitution(t *testing.T) {
	t.Parallel()
	const responses = `x-amazon-apigateway-gateway-responses:
  DEFAULT_4XX:
    statusCode: "404"
    responseParameters:
      gatewayresponse.header.X-Sub: {"Fn::Sub": "'${A}-${!A}-${AWS::Partition}-${AWS::Region}-${AWS::AccountId}-${F.Arn}'"}
      gatewayresponse.header.X-Ref: {Ref: Quoted}
    responseTemplates:
      application/json: '{"m":$context.error.messageString,"t":"$context.error.responseType","s":"$context.error.message.","id":"$context.requestId"}'
`
	config := one("/a", returns(hello))
	config.Definition = definition("/a", proxyTo, responses)
	config.Parameters = map[string]string{"A": "a", "Quoted": "'q'", "AWS::Partition": "aws-cn"}
	config.Region = "cn-north-1"
	got := serve(t, config).do(t, "GET", "/b", "")
	want := `{"m":"Missing Authentication Token","t":"MISSING_AUTHENTICATION_TOKEN","s":"Missing Authentication Token.","id":"` + got.header.Get("X-Amzn-RequestId") + `"}`
	if got.status != 404 || got.body != want {
		t.Errorf("got  %d %s\nwant 404 %s", got.status, got.body, want)
	}
	if got, want := got.header.Get("X-Sub"), "a-${A}-aws-cn-cn-north-1-123456789012-arn:aws-cn:lambda:cn-north-1:123456789012:function:F"; got != want {
		t.Errorf("Fn::Sub gave %s, want %s", got, want)
	}
	if got := got.header.Get("X-Ref"); got != "q" {
		t.Errorf("Ref gave %s, want q", got)
	}
}

// A response of the very type wins over the default of its class.
func TestGatewayResponseFallback(t *testing.T) {
	t.Parallel()
	const responses = `x-amazon-apigateway-gateway-responses:
  DEFAULT_4XX: {responseParameters: {gatewayresponse.header.X-From: "'default'"}}
  BAD_REQUEST_PARAMETERS: {responseParameters: {gatewayresponse.header.X-From: "'own'"}}
  MISSING_AUTHENTICATION_TOKEN: {responseParameters: {gatewayresponse.header.X-From: "'no token'"}}
x-amazon-apigateway-request-validator: both
`
	config := one("/a", returns(hello))
	config.Definition = definition("/a/{issuer}", proxyTo+demanding, responses+bothValidators)
	s := serve(t, config)
	for rule, tt := range map[string]struct {
		got  reply
		want string
	}{
		"a type of its own":        {s.do(t, "GET", "/a/i", ""), "own"},
		"no route and no token":    {s.do(t, "GET", "/nowhere", ""), "no token"},
		"no route, but some token": {s.do(t, "GET", "/nowhere", "", "Authorization: "+token), "default"},
	} {
		if got := tt.got.header.Get("X-From"); got != tt.want {
			t.Errorf("%s: %q, want %q", rule, got, tt.want)
		}
	}
}

func TestMock(t *testing.T) {
	t.Parallel()
	const mock = `
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default: {statusCode: 200, responseTemplates: {application/json: '{"ok":true}'}}
`
	tests := []struct {
		rule, from, to string
		headers        []string
		status         int
		body           string
	}{
		{"as declared", "", "", nil, 200, `{"ok":true}`},
		{"by status code", "default:", `"200":`, nil, 200, `{"ok":true}`},
		{"no status code", `{"statusCode": 200}`, `{}`, nil, 500, `{"message":"Internal server error"}`},
		{"status code of words", `{"statusCode": 200}`, `{"statusCode": "x"}`, nil, 500, `{"message":"Internal server error"}`},
		{"no response for the code", "default:", `"500":`, nil, 500, `{"message":"Internal server error"}`},
		{"other media type, passed through", "", "", []string{"Content-Type: text/plain"}, 500, `{"message":"Internal server error"}`},
		{"other media type, never", "type: mock", "type: mock\n        passthroughBehavior: never", []string{"Content-Type: text/plain"}, 415, `{"message":"Unsupported Media Type"}`},
		{"no templates, when no templates", "requestTemplates: {application/json: '{\"statusCode\": 200}'}", "passthroughBehavior: when_no_templates", []string{"Content-Type: text/plain"}, 500, `{"message":"Internal server error"}`},
		{"other media type, when no templates", "type: mock", "type: mock\n        passthroughBehavior: when_no_templates", []string{"Content-Type: text/plain"}, 415, `{"message":"Unsupported Media Type"}`},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			s := serve(t, gateway.Config{Definition: definition("/a", replace(t, mock, tt.from, tt.to), "")})
			got := s.do(t, "GET", "/a", "", tt.headers...)
			if got.status != tt.status || got.body != tt.body {
				t.Errorf("got %d %s, want %d %s", got.status, got.body, tt.status, tt.body)
			}
			if kind := got.header.Get("Content-Type"); kind != "application/json" {
				t.Errorf("Content-Type %q, want application/json", kind)
			}
		})
	}
}
