package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
)

// The whole value has to match, even where the expression is not anchored.
func TestExpressionMatchesWhole(t *testing.T) {
	t.Parallel()
	config := real(allowing(), returns(hello))
	config.Definition = []byte(replace(t, string(infra.OpenAPI), `'^([Bb][Ee][Aa][Rr][Ee][Rr] +)?[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'`, "'abc|abcd'"))
	s := serve(t, config)
	for value, want := range map[string]int{"abc": 200, "abcd": 200, "abcde": 401, "xabc": 401, "ab": 401} {
		if got := s.do(t, "GET", "/notes", "", "Authorization: "+value); got.status != want {
			t.Errorf("%q: %d, want %d", value, got.status, want)
		}
	}
}

// The event has three members, the header's value whole and the real path.
func TestTokenEvent(t *testing.T) {
	t.Parallel()
	for target, path := range map[string]string{
		"/notes":          "notes",
		"/notes/a%2Fb?x=": "notes/a%2Fb",
		"/notes/":         "notes/",
	} {
		authorizer := allowing()
		s := serve(t, real(authorizer, returns(hello)))
		s.do(t, "GET", target, "", "Authorization: "+token)
		want := map[string]any{"type": "TOKEN", "methodArn": stage + "/GET/" + path, "authorizationToken": token}
		if diff := cmp.Diff(want, authorizer.last(t)); diff != "" {
			t.Errorf("%s: event (-want +got):\n%s", target, diff)
		}
		var typed events.APIGatewayCustomAuthorizerRequest
		if err := json.Unmarshal([]byte(authorizer.events[0]), &typed); err != nil || typed.MethodArn != stage+"/GET/"+path {
			t.Errorf("%s: typed event %+v, %v", target, typed, err)
		}
	}
}

// The cache holds the policy and weighs it anew for each route: GET, then POST,
// then what the policy does not cover, with one call of the authorizer.
func TestCachedPolicyIsWeighedPerRequest(t *testing.T) {
	t.Parallel()
	authorizer := returns(`{"principalId":"alice","policyDocument":{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"execute-api:Invoke","Resource":["` + stage + `/GET/*","` + stage + `/POST/notes"]},
		{"Effect":"Deny","Action":"execute-api:Invoke","Resource":"` + stage + `/GET/notes/secret"}]}}`)
	s := serve(t, real(authorizer, returns(hello)))
	for _, step := range []struct {
		method, target, body string
		want                 int
	}{
		{"GET", "/notes", "", 200},
		{"POST", "/notes", `{"noteid":"a","note":"b"}`, 200},
		{"DELETE", "/notes/a", "", 403},
		{"GET", "/notes/secret", "", 403},
		{"GET", "/notes/a", "", 200},
	} {
		if got := s.do(t, step.method, step.target, step.body, "Authorization: "+token); got.status != step.want {
			t.Errorf("%s %s: %d %s, want %d", step.method, step.target, got.status, got.body, step.want)
		}
	}
	if got := authorizer.calls(); got != 1 {
		t.Errorf("authorizer called %d times, want 1", got)
	}
}

// A policy for the one method ARN of the first request, as the classic
// blueprint returns, locks the bearer out of every other route.
func TestPolicyForOneRoute(t *testing.T) {
	t.Parallel()
	authorizer := &fake{answer: func(_ context.Context, event []byte) ([]byte, error) {
		var e events.APIGatewayCustomAuthorizerRequest
		err := json.Unmarshal(event, &e)
		return []byte(policy("Allow", e.MethodArn)), err
	}}
	s := serve(t, real(authorizer, returns(hello)))
	if got := s.do(t, "GET", "/notes", "", "Authorization: "+token); got.status != 200 {
		t.Errorf("first route: %d, want 200", got.status)
	}
	if got := s.do(t, "GET", "/notes/a", "", "Authorization: "+token); got.status != 403 {
		t.Errorf("second route: %d, want 403", got.status)
	}
}

func TestCache(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	tests := []struct {
		rule       string
		authorizer *fake
		between    time.Duration
		second     string // token of the second request
		want       int    // calls
	}{
		{"the same token within the TTL", allowing(), 299 * time.Second, token, 1},
		{"the same token at the TTL", allowing(), 300 * time.Second, token, 2},
		{"another token", allowing(), 0, "Bearer aaa.bbb.ddd", 2},
		{"another spelling of the scheme", allowing(), 0, "bearer aaa.bbb.ccc", 2},
		{"a deny", returns(policy("Deny", "*")), 0, token, 1},
		{"an error", fails(boom), 0, token, 2},
		{"Unauthorized", fails(errors.New("Unauthorized")), 0, token, 2},
		{"a bad result", returns("{}"), 0, token, 2},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			watch := clock.At(start)
			config := real(tt.authorizer, returns(hello))
			config.Now = watch.Now
			s := serve(t, config)
			first := s.do(t, "GET", "/notes", "", "Authorization: "+token)
			watch.Forward(tt.between)
			second := s.do(t, "GET", "/notes", "", "Authorization: "+tt.second)
			if got := tt.authorizer.calls(); got != tt.want {
				t.Errorf("authorizer called %d times, want %d", got, tt.want)
			}
			if first.status != second.status {
				t.Errorf("answered %d, then %d", first.status, second.status)
			}
		})
	}
}

// Each result is the valid one with a single thing changed; every one is the
// service's 500, and the function is not called.
func TestBadResults(t *testing.T) {
	t.Parallel()
	valid := `{"principalId":"alice","policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]},"context":{"a":"b"}}`
	change := func(from, to string) string {
		changed := strings.Replace(valid, from, to, 1)
		if changed == valid {
			t.Fatalf("%s is not in the valid result", from)
		}
		return changed
	}
	tests := []struct{ rule, result string }{
		{"nothing", ``},
		{"null", `null`},
		{"a string", `"Allow"`},
		{"not JSON", `{`},
		{"a 401 in proxy shape", `{"statusCode":401,"body":"Unauthorized"}`},
		{"principalId missing", change(`"principalId":"alice",`, ``)},
		{"principalId null", change(`"alice"`, `null`)},
		{"principalId a number", change(`"alice"`, `7`)},
		{"policyDocument missing", `{"principalId":"alice"}`},
		{"policyDocument null", change(`"policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]}`, `"policyDocument":null`)},
		{"statement null", change(`[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]`, `null`)},
		{"condition null", change(`"Resource":"*"`, `"Resource":"*","Condition":null`)},
		{"condition", change(`"Resource":"*"`, `"Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`)},
		{"effect of a boolean", change(`"Allow"`, `true`)},
		{"context a list", change(`{"a":"b"}`, `["a"]`)},
		{"context null", change(`{"a":"b"}`, `null`)},
		{"context with an object", change(`"b"`, `{}`)},
		{"context with a list", change(`"b"`, `["b"]`)},
		{"context with a null", change(`"b"`, `null`)},
		{"two policies", change(`"context"`, `"policyDocument":{},"context"`)},
	}
	check := func(t *testing.T, result string, want reply, calls int) {
		t.Helper()
		notes := returns(hello)
		got := serve(t, real(returns(result), notes)).do(t, "GET", "/notes", "", "Authorization: "+token)
		if got.status != want.status || got.body != want.body || notes.calls() != calls {
			t.Errorf("got %d %s and %d calls, want %d %s and %d", got.status, got.body, notes.calls(), want.status, want.body, calls)
		}
	}
	check(t, valid, reply{status: 200, body: "hello"}, 1)
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			check(t, tt.result, reply{status: 500, body: `{"message":null}`}, 0)
		})
	}
}

// The context reaches the function as strings, beside the gateway's own two.
func TestContext(t *testing.T) {
	t.Parallel()
	watch := clock.At(start)
	authorizer := &fake{answer: func(context.Context, []byte) ([]byte, error) {
		watch.Forward(451 * time.Millisecond)
		return []byte(`{"principalId":"alice","policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]},` +
			`"context":{"role":"admin","n":123,"f":1.5,"b":true,"e":"","principalId":"mallory","integrationLatency":"x"}}`), nil
	}}
	notes := returns(hello)
	config := real(authorizer, notes)
	config.Now = watch.Now
	s := serve(t, config)
	for _, latency := range []float64{451, 0} { // called, cached
		s.do(t, "GET", "/notes", "", "Authorization: "+token)
		want := map[string]any{"principalId": "alice", "integrationLatency": latency, "role": "admin", "n": "123", "f": "1.5", "b": "true", "e": ""}
		got := notes.last(t)["requestContext"].(map[string]any)["authorizer"]
		if diff := cmp.Diff(any(want), got); diff != "" {
			t.Errorf("authorizer (-want +got):\n%s", diff)
		}
	}
}

// requestAuthorizer is a definition with F behind the REQUEST authorizer A.
func requestAuthorizer(settings string) []byte {
	root := `components:
  securitySchemes:
    A:
      type: apiKey
      name: Unused
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer:
        type: request
        authorizerUri: {"Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${A.Arn}/invocations"}
` + settings
	return definition("/things/{id}", proxyTo+"      security: [{A: []}]\n", root)
}

func TestRequestAuthorizer(t *testing.T) {
	t.Parallel()
	const sources = "        identitySource: method.request.header.X-User, method.request.querystring.key\n"
	tests := []struct {
		rule, settings string
		first, second  string // targets
		headers        []string
		status         int // of the first
		calls          int
	}{
		{"complete", sources, "/things/1?key=k", "/things/1?key=k", []string{"X-User: u"}, 200, 1},
		{"cached over paths", sources, "/things/1?key=k", "/things/2?key=k", []string{"X-User: u"}, 200, 1},
		{"other identity", sources, "/things/1?key=k", "/things/1?key=l", []string{"X-User: u"}, 200, 2},
		{"query missing", sources, "/things/1", "/things/1", []string{"X-User: u"}, 401, 0},
		{"query blank", sources, "/things/1?key=%20", "/things/1?key=", []string{"X-User: u"}, 401, 0},
		{"header missing", sources, "/things/1?key=k", "/things/1?key=k", nil, 401, 0},
		{"in the context", "        identitySource: context.identity.sourceIp, context.stage\n", "/things/1", "/things/2", nil, 200, 1},
		{"in the context, each path its own", "        identitySource: context.path\n", "/things/1", "/things/2", nil, 200, 2},
		{"in the context, null", "        identitySource: context.identity.user\n", "/things/1", "/things/1", nil, 401, 0},
		{"in the context, unknown", "        identitySource: context.identity.nothing.at.all\n", "/things/1", "/things/1", nil, 401, 0},
		{"in the context, an object", "        identitySource: context.identity\n", "/things/1", "/things/1", nil, 401, 0},
		{"stage variable, of which there is none", "        identitySource: stageVariables.user\n", "/things/1", "/things/1", nil, 401, 0},
		{"sources missing, without a cache as well", sources + "        authorizerResultTtlInSeconds: 0\n", "/things/1", "/things/1", nil, 401, 0},
		{"sources complete, without a cache", sources + "        authorizerResultTtlInSeconds: 0\n", "/things/1?key=k", "/things/1?key=k", []string{"X-User: u"}, 200, 2},
		{"no sources without a cache", "        authorizerResultTtlInSeconds: 0\n", "/things/1", "/things/1", nil, 200, 2},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			authorizer := returns(policy("Allow", "*"))
			s := serve(t, gateway.Config{Definition: requestAuthorizer(tt.settings),
				Functions: map[string]gateway.Function{"A": authorizer, "F": returns(hello)}})
			if got := s.do(t, "GET", tt.first, "", tt.headers...); got.status != tt.status {
				t.Errorf("%d %s, want %d", got.status, got.body, tt.status)
			}
			s.do(t, "GET", tt.second, "", tt.headers...)
			if got := authorizer.calls(); got != tt.calls {
				t.Errorf("authorizer called %d times, want %d", got, tt.calls)
			}
		})
	}
}

// A TOKEN authorizer without an expression: still no call without a token, and
// of several the last one counts, as for the function.
func TestTokenWithoutExpression(t *testing.T) {
	t.Parallel()
	definition := bytes.Replace(requestAuthorizer(""), []byte("type: request"), []byte("type: token"), 1)
	authorizer := returns(policy("Allow", "*"))
	s := serve(t, gateway.Config{Definition: definition,
		Functions: map[string]gateway.Function{"A": authorizer, "F": returns(hello)}})
	for _, headers := range [][]string{nil, {"Unused: "}, {"Unused:  "}} {
		if got := s.do(t, "GET", "/things/1", "", headers...); got.status != 401 || authorizer.calls() != 0 {
			t.Errorf("%q: got %d and %d calls, want 401 and none", headers, got.status, authorizer.calls())
		}
	}
	if got := s.do(t, "GET", "/things/1", "", "Unused: first", "Unused: last"); got.status != 200 {
		t.Fatalf("got %d %s, want 200", got.status, got.body)
	}
	if got := authorizer.last(t)["authorizationToken"]; got != "last" {
		t.Errorf("token: got %v, want the last", got)
	}
}

func TestRequestEvent(t *testing.T) {
	t.Parallel()
	authorizer := returns(policy("Allow", "*"))
	s := serve(t, gateway.Config{Definition: requestAuthorizer("        authorizerResultTtlInSeconds: 0\n"),
		Functions: map[string]gateway.Function{"A": authorizer, "F": returns(hello)}})
	s.do(t, "GET", "/things/1?key=a&key=b", "body", "X-User: u")
	got := authorizer.last(t)
	for _, absent := range []string{"body", "isBase64Encoded", "authorizationToken"} {
		if _, ok := got[absent]; ok {
			t.Errorf("the event has %s", absent)
		}
	}
	var typed events.APIGatewayCustomAuthorizerRequestTypeRequest
	if err := json.Unmarshal([]byte(authorizer.events[0]), &typed); err != nil {
		t.Fatal(err)
	}
	summary := fmt.Sprint(typed.Type, " ", typed.MethodArn, " ", typed.Resource, " ", typed.Path, " ", typed.HTTPMethod, " ", typed.Headers["x-user"], " ",
		typed.QueryStringParameters, typed.MultiValueQueryStringParameters, typed.PathParameters, " ", typed.RequestContext.Path, " ", typed.RequestContext.Identity.SourceIP)
	want := "REQUEST " + stage + "/GET/things/1 /things/{id} /things/1 GET u map[key:b] map[key:[a b]] map[id:1] /local/things/1 127.0.0.1"
	if summary != want {
		t.Errorf("got  %s\nwant %s", summary, want)
	}
}
