package gateway_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// httpAPI is an HTTP API with F behind each route, such as GET /things/{id}. The
// root's members are not indented.
func httpAPI(root string, routes ...string) []byte {
	paths := map[string]string{}
	var order []string
	for _, route := range routes {
		key, more, _ := strings.Cut(route, "\n")
		method, path, _ := strings.Cut(key, " ")
		if method == "ANY" {
			method = "x-amazon-apigateway-any-method"
		}
		if paths[path] == "" {
			order = append(order, path)
		}
		paths[path] += "    " + strings.ToLower(method) + ":\n" + integration2(more)
	}
	text := "openapi: 3.0.1\ninfo: {title: t, version: '1'}\n" + root + "\npaths:\n"
	for _, path := range order {
		text += "  " + path + ":\n" + paths[path]
	}
	return []byte(text)
}

// integration2 is a proxy to F with payload 2.0. What is more stands in its place
// if it is an integration of its own, and else before it.
func integration2(more string) string {
	if strings.Contains(more, "x-amazon-apigateway-integration") {
		return more
	}
	return more + `      x-amazon-apigateway-integration:
        type: aws_proxy
        payloadFormatVersion: "2.0"
        uri: {"Fn::GetAtt": [F, Arn]}
`
}

func serveHTTP(t *testing.T, definition []byte, functions map[string]gateway.Function) *server {
	t.Helper()
	return serve(t, gateway.Config{Kind: api.HTTP, Definition: definition, Functions: functions, Now: clock.At(start).Now})
}

func TestHTTPRoutes(t *testing.T) {
	t.Parallel()
	f := returns(`"ok"`)
	s := serveHTTP(t, httpAPI("", "GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /any/{proxy+}", "ANY /$default"), map[string]gateway.Function{"F": f})
	for _, tt := range []struct {
		method, target, route string
		params                any
	}{
		{"GET", "/pets/dog/1", "GET /pets/dog/1", nil},
		{"GET", "/pets/dog/2", "GET /pets/dog/{id}", map[string]any{"id": "2"}},
		{"GET", "/pets/dog/a%20b", "GET /pets/dog/{id}", map[string]any{"id": "a b"}},
		{"GET", "/pets/cat/1", "GET /pets/{proxy+}", map[string]any{"proxy": "cat/1"}},
		{"POST", "/any/5", "ANY /any/{proxy+}", map[string]any{"proxy": "5"}},
		{"POST", "/pets/dog/1", "$default", nil},
		{"GET", "/", "$default", nil},
		{"GET", "/pets/dog/1/", "GET /pets/{proxy+}", map[string]any{"proxy": "dog/1/"}},
	} {
		got := s.do(t, tt.method, tt.target, "")
		event := f.last(t)
		if got.status != 200 || event["routeKey"] != tt.route {
			t.Errorf("%s %s: %d by %v, want %s", tt.method, tt.target, got.status, event["routeKey"], tt.route)
		}
		if diff := cmp.Diff(tt.params, event["pathParameters"]); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.method, tt.target, diff)
		}
	}
}

// The recorded paths of an HTTP API: decoded, cut at a question mark, and decoded
// again.
func TestHTTPPaths(t *testing.T) {
	t.Parallel()
	f := returns(`"ok"`)
	s := serveHTTP(t, httpAPI("", "ANY /$default"), map[string]gateway.Function{"F": f})
	for sent, want := range map[string]string{
		"/c/plain": "/c/plain", "/c/space%20value": "/c/space value", "/c/question%3Fvalue": "/c/question", "/c/hash%23value": "/c/hash#value",
		"/c/slash%2Fvalue": "/c/slash/value", "/c/unicode-%CE%BB": "/c/unicode-λ", "/c/literal%252Fvalue": "/c/literal/value",
		"/c/literal%253Fvalue": "/c/literal?value", "/c/literal%2525value": "/c/literal%value",
	} {
		s.do(t, "GET", sent, "")
		event := f.last(t)
		http := event["requestContext"].(map[string]any)["http"].(map[string]any)
		if event["rawPath"] != want || http["path"] != want {
			t.Errorf("%s: rawPath %v, http.path %v, want %s", sent, event["rawPath"], http["path"], want)
		}
	}
	calls := f.calls()
	if got := s.do(t, "GET", "/c/percent%25done", ""); got.status != 400 || f.calls() != calls {
		t.Errorf("a path that cannot be decoded twice: %d, want 400 and no call", got.status)
	}
}

// The whole event of payload 2.0, as recorded: names in lower case, several
// values joined, cookies apart, what is empty left out.
func TestHTTPEvent2(t *testing.T) {
	t.Parallel()
	f := returns(`"ok"`)
	s := serveHTTP(t, httpAPI("", "POST /things"), map[string]gateway.Function{"F": f})
	got := s.do(t, "POST", "/things?repeat=one&repeat=two&plus=a+b&encoded=a%2Bb&empty=", `{"a":"λ"}`, "Host: abc.example.com:8080", "Content-Type: application/json",
		"X-Two: first", "X-Two: second", "Cookie: session=abc; theme=dark", "Te: trailers")
	want := map[string]any{
		"version": "2.0", "routeKey": "POST /things", "rawPath": "/things", "rawQueryString": "repeat=one&repeat=two&plus=a+b&encoded=a%2Bb&empty=",
		"cookies": []any{"session=abc", "theme=dark"},
		"headers": map[string]any{
			"accept-encoding": "identity", "content-length": "10", "content-type": "application/json", "host": "abc.example.com:8080", "user-agent": "test",
			"x-amzn-trace-id": f.last(t)["headers"].(map[string]any)["x-amzn-trace-id"], "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "443", "x-forwarded-proto": "https",
			"x-two": "first,second",
		},
		"queryStringParameters": map[string]any{"repeat": "one,two", "plus": "a b", "encoded": "a+b", "empty": ""},
		"requestContext": map[string]any{
			"accountId": "123456789012", "apiId": "localapi00", "domainName": "abc.example.com", "domainPrefix": "abc",
			"http":      map[string]any{"method": "POST", "path": "/things", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test"},
			"requestId": got.header.Get("Apigw-Requestid"), "routeKey": "POST /things", "stage": "$default", "time": "15/May/2026:06:01:09 +0000", "timeEpoch": 1778824869000.0,
		},
		"body": `{"a":"λ"}`, "isBase64Encoded": false,
	}
	if diff := cmp.Diff(want, f.last(t)); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if id := got.header.Get("Apigw-Requestid"); id == "" || got.header.Get("X-Amzn-RequestId") != "" {
		t.Errorf("headers %v, want apigw-requestid and none of a REST API", got.header)
	}
}

// Text only for the recorded types; all else is base64.
func TestHTTPBodies(t *testing.T) {
	t.Parallel()
	f := returns(`"ok"`)
	s := serveHTTP(t, httpAPI("", "POST /a"), map[string]gateway.Function{"F": f})
	for contentType, isText := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "text/plain": true, "text/anything": true, "application/xml": true, "application/javascript": true,
		"application/x-www-form-urlencoded": false, "application/octet-stream": false, "application/vnd.api+json": false, "image/png": false, "": false,
	} {
		var headers []string
		if contentType != "" {
			headers = []string{"Content-Type: " + contentType}
		}
		s.do(t, "POST", "/a", "hi", headers...)
		want := map[bool]string{true: "hi", false: "aGk="}[isText]
		if event := f.last(t); event["body"] != want || event["isBase64Encoded"] != !isText {
			t.Errorf("%q: %v, base64 %v, want %s", contentType, event["body"], event["isBase64Encoded"], want)
		}
	}
}

// Payload 1.0 has null for what is empty, and decoded paths as well.
func TestHTTPEvent1(t *testing.T) {
	t.Parallel()
	f := returns(`{"statusCode":200}`)
	s := serveHTTP(t, []byte(replace(t, string(httpAPI("", "GET /things/{id}")), `"2.0"`, `"1.0"`)), map[string]gateway.Function{"F": f})
	got := s.do(t, "GET", "/things/a%20b?x=1&x=2", "", "X-Two: 1", "X-Two: 2")
	event := f.last(t)
	context := event["requestContext"].(map[string]any)
	summary := map[string]any{}
	for _, name := range []string{"version", "resource", "path", "httpMethod", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body", "isBase64Encoded"} {
		summary[name] = event[name]
	}
	for _, name := range []string{"authorizer", "httpMethod", "path", "requestId", "resourceId", "resourcePath", "stage"} {
		summary["context "+name] = context[name]
	}
	summary["two"], summary["multi two"] = event["headers"].(map[string]any)["X-Two"], event["multiValueHeaders"].(map[string]any)["X-Two"]
	want := map[string]any{
		"version": "1.0", "resource": "/things/{id}", "path": "/things/a b", "httpMethod": "GET", "queryStringParameters": map[string]any{"x": "2"},
		"multiValueQueryStringParameters": map[string]any{"x": []any{"1", "2"}}, "pathParameters": map[string]any{"id": "a b"}, "stageVariables": nil, "body": nil,
		"isBase64Encoded": false, "context authorizer": nil, "context httpMethod": "GET", "context path": "/things/a b", "context requestId": got.header.Get("Apigw-Requestid"),
		"context resourceId": "GET /things/{id}", "context resourcePath": "/things/{id}", "context stage": "$default", "two": "2", "multi two": []any{"1", "2"},
	}
	if diff := cmp.Diff(want, summary); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// A stage with a name stands before the paths that functions see.
func TestHTTPStage(t *testing.T) {
	t.Parallel()
	f := returns(`"ok"`)
	s := serve(t, gateway.Config{Kind: api.HTTP, Stage: "dev", Definition: httpAPI("", "GET /a"), Functions: map[string]gateway.Function{"F": f}})
	s.do(t, "GET", "/a", "")
	if got := f.last(t)["rawPath"]; got != "/dev/a" {
		t.Errorf("rawPath %v, want /dev/a", got)
	}
}

// What an HTTP API answers by itself.
func TestHTTPErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule     string
		function *fake
		target   string
		headers  []string
		status   int
		body     string
	}{
		{"none", returns(`"ok"`), "/a", nil, 200, `"ok"`},
		{"no route", returns(`"ok"`), "/b", nil, 404, `{"message":"Not Found"}`},
		{"no route, with a token", returns(`"ok"`), "/b", []string{"Authorization: Bearer a"}, 404, `{"message":"Not Found"}`},
		{"trailing slash [I]", returns(`"ok"`), "/a/", nil, 404, `{"message":"Not Found"}`},
		{"function fails", fails(errors.New("boom")), "/a", nil, 500, `{"message":"Internal Server Error"}`},
		{"headers too large [I]", returns(`"ok"`), "/a", []string{"X-Long: " + strings.Repeat("a", 10240)}, 431, `{"message":"Request Header Fields Too Large"}`},
	} {
		s := serveHTTP(t, httpAPI("", "GET /a"), map[string]gateway.Function{"F": tt.function})
		got := s.do(t, "GET", tt.target, "", tt.headers...)
		if got.status != tt.status || got.body != tt.body || got.header.Get("Content-Type") != "application/json" || got.header.Get("Apigw-Requestid") == "" {
			t.Errorf("%s: got %d %s with %v, want %d %s", tt.rule, got.status, got.body, got.header, tt.status, tt.body)
		}
	}
}
