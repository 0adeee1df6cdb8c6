package gateway_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
)

// The whole event, member by member, with what the service sends as null.
func TestProxyEvent(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	config := one("/things", f)
	config.Now = clock.At(start).Now
	s := serve(t, config)
	got := s.do(t, "GET", "/things", "", "Host: abc.example.com:8080")
	event := f.last(t)
	context := event["requestContext"].(map[string]any)
	for _, name := range []string{"deploymentId", "resourceId"} { // ours to choose
		if context[name] == "" {
			t.Errorf("no %s", name)
		}
		delete(context, name)
	}
	want := map[string]any{
		"resource":   "/things",
		"path":       "/things",
		"httpMethod": "GET",
		"headers": map[string]any{
			"accept-encoding": "identity", "Host": "abc.example.com:8080", "User-Agent": "test", "X-Amzn-Trace-Id": got.header.Get("X-Amzn-Trace-Id"),
			"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https",
		},
		"multiValueHeaders": map[string]any{
			"accept-encoding": []any{"identity"}, "Host": []any{"abc.example.com:8080"}, "User-Agent": []any{"test"}, "X-Amzn-Trace-Id": []any{got.header.Get("X-Amzn-Trace-Id")},
			"X-Forwarded-For": []any{"127.0.0.1"}, "X-Forwarded-Port": []any{"443"}, "X-Forwarded-Proto": []any{"https"},
		},
		"queryStringParameters":           nil,
		"multiValueQueryStringParameters": nil,
		"pathParameters":                  nil,
		"stageVariables":                  nil,
		"body":                            nil,
		"isBase64Encoded":                 false,
		"requestContext": map[string]any{
			"accountId": "123456789012", "apiId": "localapi00", "domainName": "abc.example.com", "domainPrefix": "abc",
			"extendedRequestId": got.header.Get("X-Amz-Apigw-Id"), "httpMethod": "GET", "path": "/local/things", "protocol": "HTTP/1.1",
			"requestId": got.header.Get("X-Amzn-RequestId"), "requestTime": "15/May/2026:06:01:09 +0000", "requestTimeEpoch": 1778824869000.0,
			"resourcePath": "/things", "stage": "local",
			"identity": map[string]any{
				"accessKey": nil, "accountId": nil, "caller": nil, "cognitoAuthenticationProvider": nil, "cognitoAuthenticationType": nil,
				"cognitoIdentityId": nil, "cognitoIdentityPoolId": nil, "principalOrgId": nil, "sourceIp": "127.0.0.1", "user": nil,
				"userAgent": "test", "userArn": nil,
			},
		},
	}
	if diff := cmp.Diff(want, event); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// Names are those of an HTTP/2 client, except for the ones that have another in
// every recorded event.
func TestHeaderNames(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	serve(t, one("/things", f)).do(t, "GET", "/things", "", "X-Own: 1", "X-Own: 2", "Content-Type: text/plain", "Authorization: 4", "X-Forwarded-For: 5", "Te: 6")
	event := f.last(t)
	got, many := event["headers"].(map[string]any), event["multiValueHeaders"].(map[string]any)
	for _, name := range []string{"accept-encoding", "Host", "User-Agent", "X-Amzn-Trace-Id", "X-Forwarded-Port", "X-Forwarded-Proto"} { // in every event
		delete(got, name)
		delete(many, name)
	}
	want := map[string]any{"x-own": "2", "content-type": "text/plain", "Authorization": "4", "X-Forwarded-For": "5, 127.0.0.1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	want = map[string]any{"x-own": []any{"1", "2"}, "content-type": []any{"text/plain"}, "Authorization": []any{"4"}, "X-Forwarded-For": []any{"5, 127.0.0.1"}}
	if diff := cmp.Diff(want, many); diff != "" {
		t.Errorf("multiValueHeaders (-want +got):\n%s", diff)
	}
}

// The event as a Go function reads it.
func TestProxyEventTyped(t *testing.T) {
	t.Parallel()
	notes := returns(hello)
	config := real(allowing(), notes)
	config.Stage, config.APIID, config.Account, config.Region = "prod", "abc123", "210987654321", "eu-west-1"
	config.Functions["AuthorizerFunction"] = returns(policy("Allow", "arn:aws:execute-api:eu-west-1:210987654321:abc123/prod/*"))
	config.Now = clock.At(start).Now
	s := serve(t, config)
	const body = `{"note":"<b> & ünï"}`
	got := s.do(t, "PUT", "/notes/a%2Fb%20c+d?x=1&x=2&y=a+b%2Bc&z=", body, "Authorization: "+token, "If-Match: \"3\"", "X-Two: 1", "X-Two: 2")
	if got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var e events.APIGatewayProxyRequest
	if err := json.Unmarshal([]byte(notes.events[0]), &e); err != nil {
		t.Fatal(err)
	}
	type subset struct {
		Resource, Path, Method, Body, IfMatch, Two string
		Multi                                      []string
		Query                                      map[string]string
		MultiQuery                                 map[string][]string
		Params                                     map[string]string
		ContextPath, ResourcePath, Operation       string
		Stage, APIID, Account, Principal           string
		Time                                       time.Time
	}
	want := subset{
		Resource: "/notes/{noteid}", Path: "/notes/a%2Fb%20c+d", Method: "PUT", Body: body, IfMatch: `"3"`, Two: "2", Multi: []string{"1", "2"},
		Query:       map[string]string{"x": "2", "y": "a b+c", "z": ""},
		MultiQuery:  map[string][]string{"x": {"1", "2"}, "y": {"a b+c"}, "z": {""}},
		Params:      map[string]string{"noteid": "a%2Fb%20c+d"}, // percent-encoded, as recorded of the service
		ContextPath: "/prod/notes/a%2Fb%20c+d", ResourcePath: "/notes/{noteid}", Operation: "updateNote",
		Stage: "prod", APIID: "abc123", Account: "210987654321", Principal: "alice",
		Time: start,
	}
	rc := e.RequestContext
	principal, _ := rc.Authorizer["principalId"].(string)
	result := subset{e.Resource, e.Path, e.HTTPMethod, e.Body, e.Headers["if-match"], e.Headers["x-two"], e.MultiValueHeaders["x-two"],
		e.QueryStringParameters, e.MultiValueQueryStringParameters, e.PathParameters, rc.Path, rc.ResourcePath, rc.OperationName,
		rc.Stage, rc.APIID, rc.AccountID, principal, time.UnixMilli(rc.RequestTimeEpoch).UTC()}
	if diff := cmp.Diff(want, result); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// The service splits a query at semicolons too.
func TestQueryIsSplitAtSemicolons(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]map[string]any{
		"/things?a=1&b=2":   {"a": "1", "b": "2"},
		"/things?a=1;b=2":   {"a": "1", "b": "2"},
		"/things?a=x;y&b=2": {"a": "x", "y": "", "b": "2"},
		"/things?a=x%3By":   {"a": "x;y"},
	} {
		f := returns(hello)
		serve(t, one("/things", f)).do(t, "GET", target, "")
		if diff := cmp.Diff(any(want), f.last(t)["queryStringParameters"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

// A GET answers no HEAD: each method is there only if the definition has it.
func TestHeadIsAMethodOfItsOwn(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	config := one("/things", f)
	if got := serve(t, config).do(t, "HEAD", "/things", ""); got.status != http.StatusForbidden || f.calls() != 0 {
		t.Errorf("without a head: %d and %d calls, want 403 and none", got.status, f.calls())
	}
	config.Definition = []byte(replace(t, string(config.Definition), "    get:", "    head:"))
	got := serve(t, config).do(t, "HEAD", "/things", "")
	if got.status != http.StatusOK || got.body != "" {
		t.Fatalf("with a head: %d %q, want 200 without a body", got.status, got.body)
	}
	if method := f.last(t)["httpMethod"]; method != "HEAD" {
		t.Errorf("the function saw %v, want HEAD", method)
	}
}

// Nothing that a client sends becomes the caller's identity.
func TestClientCannotForgeIdentity(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	s := serve(t, one("/things", f))
	s.do(t, "GET", "/things?principalId=mallory", `{"requestContext":{"authorizer":{"principalId":"mallory"}}}`,
		"X-Forwarded-For: 192.0.2.1", "Connection: x-drop", "Te: trailers", "X-Amzn-Trace-Id: forged")
	event := f.last(t)
	context, headers := event["requestContext"].(map[string]any), event["headers"].(map[string]any)
	if a, ok := context["authorizer"]; ok {
		t.Errorf("an open route has the authorizer %v", a)
	}
	if got := context["identity"].(map[string]any)["sourceIp"]; got != "127.0.0.1" {
		t.Errorf("sourceIp %v, want the peer's", got)
	}
	if got := headers["X-Forwarded-For"]; got != "192.0.2.1, 127.0.0.1" {
		t.Errorf("X-Forwarded-For %v, want the peer last", got)
	}
	for _, name := range []string{"Connection", "Te", "Content-Length"} {
		if v, ok := headers[name]; ok {
			t.Errorf("%s: %v reached the function", name, v)
		}
	}
	if headers["X-Amzn-Trace-Id"] == "forged" {
		t.Error("the client's trace id reached the function")
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	type want struct {
		status   int
		resource string
		params   any
	}
	tests := []struct {
		rule, pattern, target string
		want                  want
	}{
		{"literal", "/things", "/things", want{200, "/things", nil}},
		{"root", "/", "/", want{200, "/", nil}},
		{"trailing slash", "/things", "/things/", want{200, "/things", nil}},
		{"two trailing slashes", "/things", "/things//", want{status: 403}},
		{"two leading slashes", "/things", "//things", want{200, "/things", nil}},
		{"two slashes inside", "/things/{id}", "/things//1", want{status: 403}},
		{"longer", "/things", "/thingsx", want{status: 403}},
		{"deeper", "/things", "/things/1", want{status: 403}},
		{"case", "/things", "/Things", want{status: 403}},
		{"variable", "/things/{id}", "/things/1", want{200, "/things/{id}", map[string]any{"id": "1"}}},
		{"variable stays encoded", "/things/{id}", "/things/a%2Fb", want{200, "/things/{id}", map[string]any{"id": "a%2Fb"}}},
		{"variable is one segment", "/things/{id}", "/things/1/2", want{status: 403}},
		{"variable is not empty", "/things/{id}", "/things/", want{status: 403}},
		{"variable in the middle", "/things/{id}/parts", "/things/1/parts", want{200, "/things/{id}/parts", map[string]any{"id": "1"}}},
		{"encoded slash is no slash", "/things/{id}", "/things%2F1", want{status: 403}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			f := returns(hello)
			config := one(tt.pattern, f)
			got := serve(t, config).do(t, "GET", tt.target, "")
			if got.status != tt.want.status {
				t.Fatalf("%d, want %d", got.status, tt.want.status)
			}
			if tt.want.status != http.StatusOK {
				return
			}
			event := f.last(t)
			if diff := cmp.Diff(tt.want, want{200, event["resource"].(string), event["pathParameters"]}, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A literal comes before a variable, at each segment.
func TestRoutePrecedence(t *testing.T) {
	t.Parallel()
	f := returns(hello)
	doc := string(definition("/things/{id}", proxyTo, ""))
	for _, path := range []string{"/things/special", "/{kind}/{id}/parts", "/things"} {
		doc += pathItem(path, proxyTo)
	}
	s := serve(t, gateway.Config{Definition: []byte(doc), Functions: map[string]gateway.Function{"F": f}})
	for target, want := range map[string]string{
		"/things/special": "/things/special", "/things/specials": "/things/{id}", "/things": "/things",
		"/things/special/parts": "/{kind}/{id}/parts", "/things/1/parts": "/{kind}/{id}/parts",
	} {
		s.do(t, "GET", target, "")
		if got := f.last(t)["resource"]; got != want {
			t.Errorf("%s went to %v, want %s", target, got, want)
		}
	}
}
