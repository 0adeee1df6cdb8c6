package gateway_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/local/gateway"
)

// Each refusal has its x-amzn-ErrorType and its gateway response type, which
// the definition tells apart here by a header of its own each.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const (
		failed = `{"message":"Internal server error"}`
		media  = `{"message":"Unsupported Media Type"}`
		never  = "      x-amazon-apigateway-integration: {type: mock, passthroughBehavior: never, requestTemplates: {text/csv: '{}'}}\n"
		unsure = "      x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{\"statusCode\": 200}'}}\n"
	)
	stuck := &fake{answer: func(ctx context.Context, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	tests := []struct {
		rule, operation      string
		function, authorizer *fake // no authorizer: the route is open
		target, body         string
		headers              []string
		status               int
		want                 string
		kind, response       string
	}{
		{"none", proxyTo, returns(hello), nil, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 200, "hello", "", ""},
		{"no route", proxyTo, returns(hello), nil, "/nowhere", "", nil, 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException", "MISSING_AUTHENTICATION_TOKEN"},
		{"no route with a token", proxyTo, returns(hello), nil, "/nowhere", "", []string{"Authorization: Bearer a"}, 403, noPair("EixONx05NJDleJxBivPThU7QfyuLCH+KxLQY26Ac8Zc="), "IncompleteSignatureException", "DEFAULT_4XX"},
		{"no token", proxyTo, returns(hello), allowing(), "/things/i", "", nil, 401, `{"message":"Unauthorized"}`, "UnauthorizedException", "UNAUTHORIZED"},
		{"Unauthorized", proxyTo, returns(hello), fails(errors.New("Unauthorized")), "/things/i", "", []string{"Authorization: " + token}, 401, `{"message":"Unauthorized"}`, "UnauthorizedException", "UNAUTHORIZED"},
		{"authorizer fails", proxyTo, returns(hello), fails(errors.New("boom")), "/things/i", "", []string{"Authorization: " + token}, 500, `{"message":null}`, "AuthorizerConfigurationException", "AUTHORIZER_CONFIGURATION_ERROR"},
		{"explicit deny", proxyTo, returns(hello), returns(policy("Deny", "*")), "/things/i", "", []string{"Authorization: " + token}, 403, `{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}`, "AccessDeniedException", "ACCESS_DENIED"},
		{"implicit deny", proxyTo, returns(hello), returns(policy("Allow", stage+"/POST/*")), "/things/i", "", []string{"Authorization: " + token}, 403, `{"Message":"User is not authorized to access this resource"}`, "AccessDeniedException", "ACCESS_DENIED"},
		{"parameter missing", proxyTo, returns(hello), nil, "/things/i", `{"a":1}`, []string{"X-Header: h"}, 400, `{"message":"Missing required request parameters: [qs1]"}`, "BadRequestException", "BAD_REQUEST_PARAMETERS"},
		{"body", proxyTo, returns(hello), nil, "/things/i?qs1=1", `{}`, []string{"X-Header: h"}, 400, `{"message":"Invalid request body"}`, "BadRequestException", "BAD_REQUEST_BODY"},
		{"media type [E]", never, returns(hello), nil, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 415, media, "BadRequestException", "UNSUPPORTED_MEDIA_TYPE"},
		{"function fails", proxyTo, fails(errors.New("boom")), nil, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 502, failed, "InternalServerErrorException", "DEFAULT_5XX"},
		{"function's response", proxyTo, returns(`null`), nil, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 502, failed, "InternalServerErrorException", "DEFAULT_5XX"},
		{"integration's method", strings.Replace(proxyTo, "POST", "GET", 1), returns(hello), nil, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 500, failed, "InternalServerErrorException", "API_CONFIGURATION_ERROR"},
		{"no response for the code", unsure, returns(hello), nil, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 500, failed, "InternalServerErrorException", "API_CONFIGURATION_ERROR"},
		{"function's timeout [E]", proxyTo, stuck, nil, "/things/i?qs1=1", `{"a":1}`, []string{"X-Header: h"}, 504, `{"message":"Endpoint request timed out"}`, "InternalServerErrorException", "INTEGRATION_TIMEOUT"},
		{"path too long [?]", proxyTo, returns(hello), allowing(), "/things/" + strings.Repeat("a", 1600), "", []string{"Authorization: " + token}, 414, `{"message":"Request URI too long"}`, "RequestUriTooLongException", ""},
		{"headers too large [?]", proxyTo, returns(hello), nil, "/things/i", "", []string{"X-Long: " + strings.Repeat("a", 10240)}, 431, `{"message":"Request Header Fields Too Large"}`, "RequestHeaderFieldsTooLargeException", ""},
		{"body too large", proxyTo, returns(hello), nil, "/things/i", strings.Repeat("a", 10<<20+1), nil, 413, "HTTP content length exceeded 10485760 bytes.", "", ""},
		{"event too large", proxyTo, returns(hello), nil, "/things/i?qs1=1", `{"a":1}` + strings.Repeat(" ", 6<<20), []string{"X-Header: h"}, 413, `{"message":"Request Too Long"}`, "BadRequestException", "DEFAULT_4XX"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			config := gateway.Config{
				Definition:         definition("/things/{issuer}", tt.operation+demanding+"      x-amazon-apigateway-request-validator: both\n", bothValidators+named()),
				Functions:          map[string]gateway.Function{"F": tt.function},
				IntegrationTimeout: time.Minute,
			}
			if tt.function == stuck {
				config.IntegrationTimeout = time.Nanosecond
			}
			if tt.authorizer != nil {
				config.Definition = []byte(replace(t, string(config.Definition), "    get:\n", "    get:\n      security: [{guard: []}]\n") + guard)
				config.Functions["A"] = tt.authorizer
			}
			g, err := gateway.New(config)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", tt.target, strings.NewReader(tt.body))
			for _, h := range tt.headers {
				name, value, _ := strings.Cut(h, ": ")
				r.Header.Set(name, value)
			}
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			if w.Code != tt.status || w.Body.String() != tt.want {
				t.Errorf("got %d %s\nwant %d %s", w.Code, w.Body, tt.status, tt.want)
			}
			if kind := w.Header().Get("X-Amzn-ErrorType"); kind != tt.kind {
				t.Errorf("X-Amzn-ErrorType %q, want %q", kind, tt.kind)
			}
			if got := w.Header().Get("X-Response"); got != tt.response {
				t.Errorf("gateway response %q, want %q", got, tt.response)
			}
		})
	}
}

// What an Authorization header lacks to be an AWS signature depends on its
// equal signs.
func TestNoRouteWithoutSignature(t *testing.T) {
	t.Parallel()
	const incomplete = `{"message":"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. ` +
		`Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ` +
		`(Hashed with SHA-256 and encoded with Base64) Authorization=`
	s := serve(t, one("/a", returns(hello)))
	for _, tt := range []struct{ rule, value, want string }{
		{"no equal sign", "Bearer a", noPair("EixONx05NJDleJxBivPThU7QfyuLCH+KxLQY26Ac8Zc=")},
		{"equal signs", "Basic YW5uOnNlY3JldA==", incomplete + `WMVhLI+GxYmRGil/PWPiGSLV5aLpvDcATO8wzGt1DT4="}`},
		{"one word without", "Basic a=b, c", noPair("bRpoQby5yJizkaq7lbzdc9gbgBzcjV5G5lj1tJ1PzrQ=")},
		{"one word without, after a comma alone", "Basic a=b,c", noPair("Qe7nGFC4W/NDK/Tl5vzZWWRLwBNwJFgi/dqZc+mUCbo=")},
		{"scheme alone", "aaa.bbb.ccc", incomplete + `zoh6juzga6MpwYi5z4cr2KcKDDVCdf48Q1RQAkeEyd4="}`},
	} {
		if got := s.do(t, "GET", "/nowhere", "", "Authorization: "+tt.value); got.status != 403 || got.body != tt.want {
			t.Errorf("%s: got %d %s\nwant 403 %s", tt.rule, got.status, got.body, tt.want)
		}
	}
}

func noPair(hash string) string {
	return `{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '` + hash + `'."}`
}

// named are gateway responses that say which one they are.
func named() string {
	all := "x-amazon-apigateway-gateway-responses:\n"
	for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN", "UNAUTHORIZED", "ACCESS_DENIED", "AUTHORIZER_CONFIGURATION_ERROR",
		"BAD_REQUEST_PARAMETERS", "BAD_REQUEST_BODY", "UNSUPPORTED_MEDIA_TYPE", "API_CONFIGURATION_ERROR", "INTEGRATION_TIMEOUT"} {
		all += "  " + kind + `: {responseParameters: {gatewayresponse.header.X-Response: "'` + kind + `'"}}` + "\n"
	}
	return all
}

// guard ends a document: the authorizer A.
const guard = `components:
  securitySchemes:
    guard:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer:
        type: token
        authorizerUri: {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${A.Arn}/invocations"}
`
