package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// guarded is an HTTP API with F behind the Lambda authorizer A.
func guarded(settings string, routes ...string) []byte {
	const root = `components:
  securitySchemes:
    A:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authorizer:
        type: request
        authorizerUri: {"Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${A.Arn}/invocations"}
`
	for i := range routes {
		routes[i] += "\n      security: [{A: []}]\n"
	}
	return httpAPI(root+settings, routes...)
}

const (
	payload2 = "        authorizerPayloadFormatVersion: '2.0'\n"
	simple   = payload2 + "        enableSimpleResponses: true\n"
	byHeader = "        identitySource: $request.header.X-Token\n"
	cached   = "        authorizerResultTtlInSeconds: 60\n"
)

func TestHTTPLambdaAuthorizer(t *testing.T) {
	t.Parallel()
	const (
		httpStage    = "arn:aws:execute-api:us-east-1:123456789012:localapi00/$default"
		yes, no      = `{"isAuthorized":true}`, `{"isAuthorized":false}`
		unauthorized = `{"message":"Unauthorized"}`
		forbidden    = `{"message":"Forbidden"}`
		failed       = `{"message":"Internal Server Error"}`
	)
	stuck := &fake{answer: func(ctx context.Context, _ []byte) ([]byte, error) { <-ctx.Done(); return nil, ctx.Err() }}
	for _, tt := range []struct {
		rule, settings string
		authorizer     *fake
		headers        []string
		status         int
		body           string
		calls          int // of the authorizer, by two requests
	}{
		{"yes", simple + byHeader, returns(yes), []string{"X-Token: t"}, 200, `"ok"`, 2},
		{"no", simple + byHeader, returns(no), []string{"X-Token: t"}, 403, forbidden, 2},
		{"yes, cached", simple + byHeader + cached, returns(yes), []string{"X-Token: t"}, 200, `"ok"`, 1},
		{"no, cached", simple + byHeader + cached, returns(no), []string{"X-Token: t"}, 403, forbidden, 1},
		{"no identity", simple + byHeader, returns(yes), nil, 401, unauthorized, 0},
		{"no sources", simple, returns(yes), nil, 200, `"ok"`, 2},
		{"Unauthorized", simple + byHeader, fails(errors.New("Unauthorized")), []string{"X-Token: t"}, 401, unauthorized, 2},
		{"Unauthorized with a reason", simple + byHeader, fails(errors.New("Unauthorized: expired")), []string{"X-Token: t"}, 500, failed, 2},
		{"a failure is not cached [I]", simple + byHeader + cached, fails(errors.New("boom")), []string{"X-Token: t"}, 500, failed, 2},
		{"a word for a boolean", simple, returns(`{"isAuthorized":"true"}`), nil, 500, failed, 2},
		{"no answer", simple, returns(`{}`), nil, 500, failed, 2},
		{"null", simple, returns(`null`), nil, 500, failed, 2},
		{"a policy in place of yes or no", simple, returns(policy("Allow", "*")), nil, 500, failed, 2},
		{"policy", payload2, returns(policy("Allow", httpStage+"/GET/things/1")), nil, 200, `"ok"`, 2},
		{"policy of another route", payload2, returns(policy("Allow", httpStage+"/POST/*")), nil, 403, forbidden, 2},
		{"denying policy", payload2, returns(policy("Deny", "*")), nil, 403, forbidden, 2},
		{"yes in place of a policy", payload2, returns(yes), nil, 500, failed, 2},
		{"policy of payload 1.0", "        authorizerPayloadFormatVersion: '1.0'\n", returns(policy("Allow", httpStage+"/GET/*")), nil, 200, `"ok"`, 2},
		{"timeout", simple, stuck, nil, 500, failed, 2},
	} {
		notes := returns(`"ok"`)
		s := serve(t, gateway.Config{Kind: api.HTTP, Definition: guarded(tt.settings, "GET /things/{id}"), AuthorizerTimeout: time.Millisecond,
			Functions: map[string]gateway.Function{"A": tt.authorizer, "F": notes}})
		if tt.authorizer != stuck {
			s = serveHTTP(t, guarded(tt.settings, "GET /things/{id}"), map[string]gateway.Function{"A": tt.authorizer, "F": notes})
		}
		for range 2 {
			got := s.do(t, "GET", "/things/1", "", tt.headers...)
			if got.status != tt.status || got.body != tt.body {
				t.Errorf("%s: got %d %s, want %d %s", tt.rule, got.status, got.body, tt.status, tt.body)
			}
		}
		if got := tt.authorizer.calls(); got != tt.calls {
			t.Errorf("%s: the authorizer was called %d times, want %d", tt.rule, got, tt.calls)
		}
		if called := notes.calls() > 0; called != (tt.status == 200) {
			t.Errorf("%s: the function was called: %v", tt.rule, called)
		}
	}
}

// An answer holds for every route of its identity, unless the route is a part of
// that; and no longer than it may.
func TestHTTPAuthorizerCache(t *testing.T) {
	t.Parallel()
	for sources, calls := range map[string]int{
		"        identitySource: $request.header.X-Token\n":                                  2,
		"        identitySource: $request.header.X-Token, $context.routeKey\n":               4,
		"        identitySource: $request.querystring.q, $context.httpMethod\n":              2,
		"        identitySource: $request.header.X-Token, $context.identity.sourceIp\n":      2,
		"        identitySource: $request.header.X-Token, $context.http.path, $context.path": 4,
	} {
		authorizer, watch := returns(`{"isAuthorized":true}`), clock.At(start)
		s := serve(t, gateway.Config{Kind: api.HTTP, Definition: guarded(simple+cached+sources, "GET /a", "GET /b"), Now: watch.Now,
			Functions: map[string]gateway.Function{"A": authorizer, "F": returns(`"ok"`)}})
		for _, wait := range []time.Duration{0, 59*time.Second + 999*time.Millisecond, time.Millisecond} {
			watch.Forward(wait)
			for _, target := range []string{"/a?q=1", "/b?q=1"} {
				if got := s.do(t, "GET", target, "", "X-Token: t"); got.status != 200 {
					t.Errorf("%s: %d %s", sources, got.status, got.body)
				}
			}
		}
		if got := authorizer.calls(); got != calls {
			t.Errorf("%s: called %d times, want %d", sources, got, calls)
		}
	}
}

func TestHTTPAuthorizerEvents(t *testing.T) {
	t.Parallel()
	const sources = "        identitySource: $request.header.X-Token, $request.querystring.q\n"
	authorizer := returns(`{"isAuthorized":true}`)
	s := serveHTTP(t, guarded(simple+sources, "GET /things/{id}"), map[string]gateway.Function{"A": authorizer, "F": returns(`"ok"`)})
	s.do(t, "GET", "/things/a%20b?q=1", "body", "X-Token: t", "Cookie: c=1")
	got := authorizer.last(t)
	http := got["requestContext"].(map[string]any)["http"].(map[string]any)
	summary := fmt.Sprint(got["version"], got["type"], got["routeArn"], got["identitySource"], got["routeKey"], got["rawPath"], got["rawQueryString"],
		got["cookies"], got["headers"].(map[string]any)["x-token"], got["pathParameters"], http["method"], http["path"], got["body"], got["methodArn"])
	want := fmt.Sprint("2.0", "REQUEST", "arn:aws:execute-api:us-east-1:123456789012:localapi00/$default/GET/things/a b", []any{"t", "1"}, "GET /things/{id}", "/things/a b", "q=1",
		[]any{"c=1"}, "t", map[string]any{"id": "a b"}, "GET", "/things/a b", nil, nil)
	if summary != want {
		t.Errorf("payload 2.0: got  %s\nwant %s", summary, want)
	}

	authorizer = returns(policy("Allow", "*"))
	s = serveHTTP(t, guarded("        authorizerPayloadFormatVersion: '1.0'\n"+sources, "GET /things/{id}"), map[string]gateway.Function{"A": authorizer, "F": returns(`"ok"`)})
	s.do(t, "GET", "/things/1?q=1", "body", "X-Token: t")
	got = authorizer.last(t)
	summary = fmt.Sprint(got["version"], got["type"], got["methodArn"], got["identitySource"], got["authorizationToken"], got["resource"], got["path"], got["httpMethod"],
		got["headers"].(map[string]any)["X-Token"], got["queryStringParameters"], got["pathParameters"], got["multiValueHeaders"], got["body"], got["routeArn"])
	want = fmt.Sprint("1.0", "REQUEST", "arn:aws:execute-api:us-east-1:123456789012:localapi00/$default/GET/things/1", "t,1", "t,1", "/things/{id}", "/things/1", "GET",
		"t", map[string]any{"q": "1"}, map[string]any{"id": "1"}, nil, nil, nil)
	if summary != want {
		t.Errorf("payload 1.0: got  %s\nwant %s", summary, want)
	}
}

// The context reaches the function with its JSON types, under lambda in payload
// 2.0 and beside principalId in payload 1.0.
func TestHTTPAuthorizerContext(t *testing.T) {
	t.Parallel()
	const context = `{"s":"t","n":1,"b":true,"l":[1,"x"],"o":{"a":null}}`
	var want map[string]any
	if err := json.Unmarshal([]byte(context), &want); err != nil {
		t.Fatal(err)
	}
	withPolicy := strings.TrimSuffix(policy("Allow", "*"), "}") + `,"context":` + context + `}`
	for _, tt := range []struct {
		rule, settings, integration, result string
		want                                any
	}{
		{"simple", simple, "2.0", `{"isAuthorized":true,"context":` + context + `}`, map[string]any{"lambda": want}},
		{"policy", payload2, "2.0", withPolicy, map[string]any{"lambda": want}},
		{"no context", simple, "2.0", `{"isAuthorized":true}`, map[string]any{"lambda": map[string]any{}}},
		{"payload 1.0", payload2, "1.0", withPolicy, map[string]any{"s": "t", "n": 1.0, "b": true, "l": want["l"], "o": want["o"], "principalId": "alice", "integrationLatency": 0.0}},
	} {
		f := returns(`{"statusCode":200}`)
		definition := replace(t, string(guarded(tt.settings, "GET /a")), `payloadFormatVersion: "2.0"`, `payloadFormatVersion: "`+tt.integration+`"`)
		s := serveHTTP(t, []byte(definition), map[string]gateway.Function{"A": returns(tt.result), "F": f})
		s.do(t, "GET", "/a", "")
		got := f.last(t)["requestContext"].(map[string]any)["authorizer"]
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.rule, diff)
		}
	}
}
