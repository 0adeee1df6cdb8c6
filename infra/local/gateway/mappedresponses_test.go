package gateway_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
)

// A gateway response of somebody's maps the request and what is known about it, in
// its headers and its body.
func TestGatewayResponsesMapTheRequest(t *testing.T) {
	t.Parallel()
	const responses = `x-amazon-apigateway-gateway-responses:
  DEFAULT_4XX:
    responseParameters:
      gatewayresponse.header.Access-Control-Allow-Origin: method.request.header.Origin
      gatewayresponse.header.X-Page: method.request.querystring.page
      gatewayresponse.header.X-Issuer: method.request.path.issuer
      gatewayresponse.header.X-Stage: context.stage
      gatewayresponse.header.X-Resource: context.resourcePath
      gatewayresponse.header.X-Mode: stageVariables.mode
      gatewayresponse.header.X-Fixed: "'fixed'"
    responseTemplates:
      application/json: '{"m":$context.error.messageString,"s":"$context.stage","from":"$context.identity.userAgent","mode":"$stageVariables.mode"}'
x-amazon-apigateway-request-validator: both
`
	model, findings := openapi.Read(definition("/a/{issuer}", proxyTo+demanding, responses+bothValidators), openapi.Options{
		Variables: map[string]string{"mode": "dark"}, Partition: "aws", Region: "us-east-1", Account: "123456789012", AsImported: true,
	})
	for _, f := range findings {
		t.Fatal(f)
	}
	s := serve(t, gateway.Config{API: model, Stage: "dev", Functions: map[string]gateway.Function{"F": returns(hello)}})
	for _, tt := range []struct {
		rule, path string
		headers    []string
		want       map[string]string
		body       string
	}{
		{"all of it", "/a/i?page=2", []string{"Origin: https://a.example.com"}, map[string]string{
			"Access-Control-Allow-Origin": "https://a.example.com", "X-Page": "2", "X-Issuer": "i", "X-Stage": "dev", "X-Resource": "/a/{issuer}", "X-Mode": "dark", "X-Fixed": "fixed",
		}, `{"m":"Missing required request parameters: [X-Header, qs1]","s":"dev","from":"test","mode":"dark"}`},
		{"what is not there", "/a/i", nil, map[string]string{"Access-Control-Allow-Origin": "", "X-Page": "", "X-Fixed": "fixed"}, ""},
		{"no route", "/b", []string{"Origin: https://a.example.com"}, map[string]string{"Access-Control-Allow-Origin": "https://a.example.com", "X-Stage": "dev", "X-Resource": "", "X-Issuer": ""},
			`{"m":"Missing Authentication Token","s":"dev","from":"","mode":"dark"}`},
	} {
		got := s.do(t, "GET", tt.path, "", tt.headers...)
		for name, want := range tt.want {
			if got := got.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.rule, name, got, want)
			}
		}
		if tt.body != "" && got.body != tt.body {
			t.Errorf("%s: got\n%s, want\n%s", tt.rule, got.body, tt.body)
		}
	}
}

// A template of a gateway response may name what the gateway knows of the request,
// and no other error.
func TestVariablesOfGatewayResponses(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"$context.stage": true, "$stageVariables.mode": true, "$context.error.message": true,
		"$context.error.other": false, "$input.body": false,
	} {
		_, findings := openapi.Read(definition("/a", proxyTo, "x-amazon-apigateway-gateway-responses: {DEFAULT_4XX: {responseTemplates: {application/json: '"+name+"'}}}\n"), openapi.Options{AsImported: true, Partition: "aws", Region: "us-east-1", Account: "123456789012"})
		if got := len(findings) == 0; got != want || !got && !strings.Contains(findings[0].What, strconv.Quote(name)) {
			t.Errorf("%s: got %v, want it taken: %t", name, findings, want)
		}
	}
}
