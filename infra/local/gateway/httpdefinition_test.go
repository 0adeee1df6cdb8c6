package gateway_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// Each definition is a good one of an HTTP API with a single thing changed.
func TestNewRefusesHTTP(t *testing.T) {
	t.Parallel()
	lambda := string(guarded(simple+byHeader+cached, "GET /a")) + "x-amazon-apigateway-cors: {allowOrigins: ['*']}\n"
	tokens := string(jwtAPI())
	functions := map[string]gateway.Function{"A": returns(`{}`), "F": returns(`{}`)}
	for _, definition := range []string{lambda, tokens} {
		if _, err := gateway.New(gateway.Config{Kind: api.HTTP, Definition: []byte(definition), Functions: functions}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		rule, definition, from, to string
		want                       error
		says                       string
	}{
		{"payload of the authorizer", lambda, "authorizerPayloadFormatVersion: '2.0'", "authorizerPayloadFormatVersion: '3.0'", api.ErrDefinition, "authorizerPayloadFormatVersion"},
		{"no payload of the authorizer", lambda, "        authorizerPayloadFormatVersion: '2.0'\n", "", api.ErrDefinition, "authorizerPayloadFormatVersion"},
		{"simple answers of payload 1.0", lambda, "authorizerPayloadFormatVersion: '2.0'", "authorizerPayloadFormatVersion: '1.0'", api.ErrDefinition, "enableSimpleResponses"},
		{"cached without a source", lambda, byHeader, "", api.ErrDefinition, "identitySource"},
		{"source of a REST API", lambda, "$request.header.X-Token", "method.request.header.X-Token", api.ErrUnsupported, "method.request.header.X-Token"},
		{"source in the path", lambda, "$request.header.X-Token", "$request.path.id", api.ErrUnsupported, "$request.path.id"},
		{"type of a REST API", lambda, "type: request", "type: token", api.ErrUnsupported, `"token"`},
		{"expression of a REST API", lambda, "        type: request\n", "        type: request\n        identityValidationExpression: a\n", api.ErrUnsupported, "identityValidationExpression"},
		{"scopes on a function", lambda, "security: [{A: []}]", "security: [{A: [x]}]", api.ErrUnsupported, "scopes"},
		{"no authorizer", lambda, "x-amazon-apigateway-authorizer:", "x-authorizer:", api.ErrUnsupported, "no authorizer"},
		{"unknown function", lambda, "${A.Arn}", "${B.Arn}", api.ErrNoFunction, "B"},
		{"payload of an integration", lambda, `payloadFormatVersion: "2.0"`, `payloadFormatVersion: "3.0"`, api.ErrDefinition, "payloadFormatVersion"},
		{"subtype of an integration", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        integrationSubtype: SQS-SendMessage\n", api.ErrUnsupported, "integrationSubtype"},
		{"mock", lambda, "type: aws_proxy", "type: mock", api.ErrUnsupported, `"mock"`},
		{"private connection", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        connectionType: VPC_LINK\n", api.ErrUnsupported, "VPC_LINK"},
		{"validator of a REST API", lambda, "    get:\n", "    get:\n      x-amazon-apigateway-request-validator: a\n", api.ErrUnsupported, "x-amazon-apigateway-request-validator"},
		{"gateway responses", lambda, "x-amazon-apigateway-cors:", "x-amazon-apigateway-gateway-responses: {}\nx-amazon-apigateway-cors:", api.ErrUnsupported, "x-amazon-apigateway-gateway-responses"},
		{"cookies to every origin", lambda, "allowOrigins: ['*']", "allowOrigins: ['*'], allowCredentials: true", api.ErrDefinition, "allowCredentials"},
		{"unknown CORS setting", lambda, "allowOrigins: ['*']", "allowOrigin: ['*']", api.ErrUnsupported, "x-amazon-apigateway-cors"},
		{"mapping to the body", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        requestParameters: {append:body.x: y}\n", api.ErrUnsupported, "append:body.x"},
		{"mapping of no action", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        requestParameters: {replace:header.x: y}\n", api.ErrUnsupported, "replace:header.x"},
		{"mapping of a reserved header", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        requestParameters: {overwrite:header.Authorization: y}\n", api.ErrDefinition, "reserved"},
		{"mapping of the service's headers", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        requestParameters: {overwrite:header.x-amzn-a: y}\n", api.ErrDefinition, "reserved"},
		{"append to the path", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        requestParameters: {append:path: y}\n", api.ErrUnsupported, "append:path"},
		{"mapping of no status", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        responseParameters: {x: {remove:header.a: ''}}\n", api.ErrDefinition, `"x"`},
		{"query in a response", lambda, "        type: aws_proxy\n", "        type: aws_proxy\n        responseParameters: {'200': {remove:querystring.a: ''}}\n", api.ErrUnsupported, "remove:querystring.a"},
		{"no issuer", tokens, `issuer: "` + awsPool + `", `, "", api.ErrDefinition, "issuer"},
		{"no audience", tokens, `, audience: ["1h57kf5cpq17m0eml12example", other]`, "", api.ErrDefinition, "audience"},
		{"two sources of a token", tokens, "identitySource: $request.header.Authorization", "identitySource: $request.header.Authorization, $request.querystring.t", api.ErrUnsupported, "one identity source"},
		{"issuers of a REST API", tokens, "jwtConfiguration: {", "jwtConfiguration: {issuers: [{issuer: a, audiences: [b]}], ", api.ErrUnsupported, "REST API"},
		{"cache of a JWT authorizer", tokens, "        type: jwt\n", "        type: jwt\n        authorizerResultTtlInSeconds: 1\n", api.ErrUnsupported, "authorizerResultTtlInSeconds"},
	} {
		g, err := gateway.New(gateway.Config{Kind: api.HTTP, Definition: []byte(replace(t, tt.definition, tt.from, tt.to)), Functions: functions})
		if g != nil || !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %v with %s", tt.rule, err, tt.want, tt.says)
		}
	}
}

// An HTTP API takes the document's security for routes that have none of their
// own, and its import a function's ARN as the uri.
func TestHTTPRootSecurity(t *testing.T) {
	t.Parallel()
	definition := strings.ReplaceAll(string(guarded(simple+byHeader, "GET /a", "GET /open")), "      security: [{A: []}]\n", "")
	definition = replace(t, definition, "  /open:\n    get:\n", "  /open:\n    get:\n      security: []\n") + "security: [{A: []}]\n"
	s := serveHTTP(t, []byte(definition), map[string]gateway.Function{"A": returns(`{"isAuthorized":true}`), "F": returns(`"ok"`)})
	for target, status := range map[string]int{"/a": 401, "/open": 200} {
		if got := s.do(t, "GET", target, ""); got.status != status {
			t.Errorf("%s: %d, want %d", target, got.status, status)
		}
	}
}

// A finding names its line.
func TestFindingsNameTheLine(t *testing.T) {
	t.Parallel()
	definition := replace(t, string(definition("/a", proxyTo, "")), "type: aws_proxy", "type: aws")
	_, err := gateway.New(gateway.Config{Definition: []byte(definition), Functions: map[string]gateway.Function{"F": returns(hello)}})
	var finding api.Finding
	if !errors.As(err, &finding) {
		t.Fatal(err)
	}
	want := api.Finding{Family: api.ErrUnsupported, Where: "GET /a", What: `integration type "aws", with VTL mapping templates`, Line: strings.Count(definition[:strings.Index(definition, "type: aws")], "\n") + 1}
	if finding != want {
		t.Errorf("got %+v, want %+v", finding, want)
	}
}

// What lets nobody in may be passed over, what decides who gets in never.
func TestIgnore(t *testing.T) {
	t.Parallel()
	config := one("/a", returns(hello))
	config.Definition = []byte(replace(t, string(config.Definition), "        type: aws_proxy\n", "        type: aws_proxy\n        cacheNamespace: x\n"))
	if _, err := gateway.New(config); !errors.Is(err, api.ErrUnsupported) {
		t.Errorf("strictly: %v, want %v", err, api.ErrUnsupported)
	}
	var ignored []api.Finding
	config.Ignore = func(f api.Finding) { ignored = append(ignored, f) }
	if _, err := gateway.New(config); err != nil || len(ignored) != 1 || ignored[0].What != "cacheNamespace" {
		t.Errorf("%v, ignored %v", err, ignored)
	}
	other := config
	other.Definition = []byte(replace(t, string(config.Definition), "cacheNamespace: x", "tlsConfig: {}"))
	if _, err := gateway.New(other); !errors.Is(err, api.ErrUnsupported) {
		t.Errorf("what has an effect: %v, want %v", err, api.ErrUnsupported)
	}
	other = config
	other.Kind = api.HTTP
	if _, err := gateway.New(other); !errors.Is(err, api.ErrUnsupported) || !strings.Contains(err.Error(), "cacheNamespace on") {
		t.Errorf("on an HTTP API: %v, want %v", err, api.ErrUnsupported)
	}
	config.Definition = []byte(replace(t, string(config.Definition), "    get:\n", "    get:\n      x-amazon-apigateway-auth: {type: AWS_IAM}\n"))
	if _, err := gateway.New(config); !errors.Is(err, api.ErrUnsupported) {
		t.Errorf("what decides who gets in: %v, want %v", err, api.ErrUnsupported)
	}
}
