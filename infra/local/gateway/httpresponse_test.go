package gateway_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway"
)

func TestHTTPResponses(t *testing.T) {
	t.Parallel()
	const failed = `{"message":"Internal Server Error"}`
	for _, tt := range []struct {
		rule, payload, version string
		status                 int
		body                   string
		header                 http.Header
	}{
		{"whole", `{"statusCode":201,"headers":{"X-A":"1"},"body":"b","isBase64Encoded":false}`, "2.0", 201, "b", http.Header{"X-A": {"1"}, "Content-Type": {"text/plain;charset=UTF-8"}}},
		{"shorthand of an object", `{"a":1}`, "2.0", 200, `{"a":1}`, http.Header{"Content-Type": {"application/json"}}},
		{"shorthand of a text", `"Hello"`, "2.0", 200, `"Hello"`, http.Header{"Content-Type": {"application/json"}}},
		{"shorthand of a list", `[1]`, "2.0", 200, `[1]`, nil},
		{"shorthand of nothing", `null`, "2.0", 200, `null`, nil},
		{"shorthand with a body", `{"body":"b"}`, "2.0", 200, `{"body":"b"}`, nil},
		{"status as text", `{"statusCode":"201"}`, "2.0", 201, "", nil},
		{"cookies", `{"statusCode":200,"cookies":["a=1; Secure","b=2"]}`, "2.0", 200, "", http.Header{"Set-Cookie": {"a=1; Secure", "b=2"}}},
		{"cookies of payload 1.0", `{"statusCode":200,"cookies":["a=1"]}`, "1.0", 200, "", http.Header{"Set-Cookie": nil}},
		{"several values", `{"statusCode":200,"multiValueHeaders":{"X-A":["1","2"]},"headers":{"X-A":"3"}}`, "1.0", 200, "", http.Header{"X-A": {"1", "2", "3"}}},
		{"several values of payload 2.0 [I]", `{"statusCode":200,"multiValueHeaders":{"X-A":["1","2"]}}`, "2.0", 200, "", http.Header{"X-A": nil}},
		{"header number and boolean", `{"statusCode":200,"headers":{"X-A":1,"X-B":true}}`, "2.0", 200, "", http.Header{"X-A": {"1"}, "X-B": {"true"}}},
		{"content type of its own", `{"statusCode":200,"headers":{"content-type":"text/html"}}`, "2.0", 200, "", http.Header{"Content-Type": {"text/html"}}},
		{"a challenge keeps its name", `{"statusCode":401,"headers":{"WWW-Authenticate":"Basic"}}`, "2.0", 401, "", http.Header{"Www-Authenticate": {"Basic"}}},
		{"base64", `{"statusCode":200,"body":"aGk=","isBase64Encoded":true}`, "2.0", 200, "hi", nil},
		{"other member [I]", `{"statusCode":200,"other":1}`, "2.0", 200, "", nil},
		{"length that the function says", `{"statusCode":200,"headers":{"Content-Length":"7"},"body":"b"}`, "2.0", 200, "b", http.Header{"Content-Length": {"1"}}},

		{"bad base64", `{"statusCode":200,"body":"!","isBase64Encoded":true}`, "2.0", 500, failed, nil},
		{"status of words", `{"statusCode":"test"}`, "2.0", 500, failed, nil},
		{"body object", `{"statusCode":200,"body":{"a":1}}`, "2.0", 500, failed, nil},
		{"header list", `{"statusCode":200,"headers":{"X-A":["1"]}}`, "2.0", 500, failed, nil},
		{"not JSON", `{"statusCode":200`, "2.0", 500, failed, nil},
		{"a text without quotes", `Hello`, "2.0", 500, failed, nil},
		{"several values of an object", `{"statusCode":200,"multiValueHeaders":{"X-A":["1",{}]}}`, "1.0", 500, failed, nil},
		{"no status in payload 1.0", `{"body":"b"}`, "1.0", 500, failed, nil},
		{"a text in payload 1.0", `"Hello"`, "1.0", 500, failed, nil},
	} {
		definition := []byte(replace(t, string(httpAPI("", "GET /a")), `"2.0"`, `"`+tt.version+`"`))
		got := serveHTTP(t, definition, map[string]gateway.Function{"F": returns(tt.payload)}).do(t, "GET", "/a", "")
		if got.status != tt.status || got.body != tt.body {
			t.Errorf("%s: got %d %q, want %d %q", tt.rule, got.status, got.body, tt.status, tt.body)
		}
		for name, want := range tt.header {
			if diff := cmp.Diff(want, got.header[name]); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.rule, name, diff)
			}
		}
	}
}

// Parameter mapping of a request and of a response.
func TestHTTPMapping(t *testing.T) {
	t.Parallel()
	const mapped = `GET /things/{id}
      x-amazon-apigateway-integration:
        type: aws_proxy
        payloadFormatVersion: "2.0"
        uri: {"Fn::GetAtt": [F, Arn]}
        requestParameters:
          append:header.x-own: appended
          overwrite:header.x-id: $request.path.id
          overwrite:header.x-route: "${context.routeKey} at $context.stage"
          remove:header.x-secret: "''"
          append:querystring.a: $request.header.x-own
          overwrite:querystring.b: $request.body.c.d
          overwrite:header.x-none: $request.header.missing
          remove:querystring.z: "''"
          overwrite:path: /v2/$request.path.id
        responseParameters:
          "418":
            overwrite:statuscode: "200"
            append:header.x-from: $response.header.x-told
            remove:header.x-told: "''"
            overwrite:header.x-member: $response.body.m
`
	f := returns(`{"statusCode":418,"headers":{"X-Told":"t"},"body":"{\"m\":[1]}"}`)
	s := serveHTTP(t, httpAPI("", mapped), map[string]gateway.Function{"F": f})
	got := s.do(t, "GET", "/things/7?a=1&z=2", `{"c":{"d":"e"}}`, "X-Own: o", "X-Secret: s", "Content-Type: application/json")
	event := f.last(t)
	headers := event["headers"].(map[string]any)
	request := []any{headers["x-own"], headers["x-id"], headers["x-route"], headers["x-secret"], headers["x-none"], event["rawPath"], event["rawQueryString"], event["queryStringParameters"]}
	want := []any{"o,appended", "7", "GET /things/{id} at $default", nil, nil, "/v2/7", "a=1&a=o&b=e", map[string]any{"a": "1,o", "b": "e"}}
	if diff := cmp.Diff(want, request); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	response := []any{got.status, got.header.Get("X-From"), got.header.Get("X-Told"), got.header.Get("X-Member")}
	if diff := cmp.Diff([]any{200, "t", "", "[1]"}, response); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
}

func TestHTTPCORS(t *testing.T) {
	t.Parallel()
	const settings = `x-amazon-apigateway-cors:
  allowOrigins: ["https://app.example.com", "http://*"]
  allowMethods: [GET, PUT]
  allowHeaders: [authorization, x-own]
  exposeHeaders: [etag]
  maxAge: 600
`
	f := returns(`{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"*","X-A":"1"}}`)
	s := serveHTTP(t, httpAPI(settings, "GET /a", "OPTIONS /own"), map[string]gateway.Function{"F": f})
	names := []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age", "Access-Control-Expose-Headers", "X-A"}
	for _, tt := range []struct {
		rule, method, target string
		headers              []string
		status               int
		want                 []string
	}{
		{"preflight", "OPTIONS", "/a", []string{"Origin: " + origin, "Access-Control-Request-Method: PUT"}, 204, []string{origin, "GET,PUT", "authorization,x-own", "600", "etag", ""}},
		{"preflight of no route", "OPTIONS", "/b", []string{"Origin: " + origin, "Access-Control-Request-Method: PUT"}, 204, []string{origin, "GET,PUT", "authorization,x-own", "600", "etag", ""}},
		{"preflight from every origin of a scheme", "OPTIONS", "/a", []string{"Origin: http://b", "Access-Control-Request-Method: PUT"}, 204, []string{"http://b", "GET,PUT", "authorization,x-own", "600", "etag", ""}},
		{"preflight from elsewhere", "OPTIONS", "/a", []string{"Origin: https://b", "Access-Control-Request-Method: PUT"}, 204, []string{"", "", "", "", "", ""}},
		{"no preflight without a method", "OPTIONS", "/a", []string{"Origin: " + origin}, 404, []string{origin, "", "", "", "etag", ""}},
		{"no preflight of another method", "GET", "/b", []string{"Origin: " + origin, "Access-Control-Request-Method: PUT"}, 404, []string{origin, "", "", "", "etag", ""}},
		{"no preflight without an origin", "OPTIONS", "/a", []string{"Access-Control-Request-Method: PUT"}, 404, []string{"", "", "", "", "", ""}},
		{"a route of its own", "OPTIONS", "/own", []string{"Origin: " + origin, "Access-Control-Request-Method: PUT"}, 200, []string{origin, "", "", "", "etag", "1"}},
		{"in place of the function's", "GET", "/a", []string{"Origin: " + origin}, 200, []string{origin, "", "", "", "etag", "1"}},
		{"to nobody's page", "GET", "/a", nil, 200, []string{"", "", "", "", "", "1"}},
		{"on an error", "GET", "/b", []string{"Origin: " + origin}, 404, []string{origin, "", "", "", "etag", ""}},
	} {
		got := s.do(t, tt.method, tt.target, "", tt.headers...)
		var values []string
		for _, name := range names {
			values = append(values, got.header.Get(name))
		}
		if got.status != tt.status {
			t.Errorf("%s: %d, want %d", tt.rule, got.status, tt.status)
		}
		if diff := cmp.Diff(tt.want, values); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.rule, diff)
		}
	}
}

// Without settings a preflight is no route's, and what a function says stays.
func TestHTTPWithoutCORS(t *testing.T) {
	t.Parallel()
	s := serveHTTP(t, httpAPI("", "GET /a"), map[string]gateway.Function{"F": returns(`{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"*"}}`)})
	for method, want := range map[string]reply{"GET": {status: 200, body: "*"}, "OPTIONS": {status: 404}} {
		got := s.do(t, method, "/a", "", "Origin: "+origin, "Access-Control-Request-Method: PUT")
		if allowed := got.header.Get("Access-Control-Allow-Origin"); got.status != want.status || allowed != want.body {
			t.Errorf("%s: got %d for origin %q, want %d for %q", method, got.status, allowed, want.status, want.body)
		}
	}
}

// Every origin is an asterisk, and its pages may send cookies if the settings say so
// of named ones.
func TestHTTPCORSOrigins(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ settings, origin, credentials string }{
		{`{allowOrigins: ["*"]}`, "*", ""},
		{`{allowOrigins: ["` + origin + `"], allowCredentials: true}`, origin, "true"},
		{`{allowMethods: [GET]}`, "", ""},
	} {
		s := serveHTTP(t, httpAPI("x-amazon-apigateway-cors: "+tt.settings, "GET /a"), map[string]gateway.Function{"F": returns(`"ok"`)})
		got := s.do(t, "GET", "/a", "", "Origin: "+origin).header
		if got.Get("Access-Control-Allow-Origin") != tt.origin || got.Get("Access-Control-Allow-Credentials") != tt.credentials {
			t.Errorf("%s: %v", tt.settings, got)
		}
	}
}
