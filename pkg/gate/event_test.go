package gate_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

func TestUnknownEvents(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, shape, old, new string }{
		{"unknown type", "rest-token", `"TOKEN"`, `"COOKIE"`},
		{"type in lower case", "rest-token", `"TOKEN"`, `"token"`},
		{"no type", "rest-token", `"type": "TOKEN",`, ``},
		{"type's name in another case", "rest-token", `"type"`, `"Type"`},
		{"type twice", "rest-token", `{`, `{"type":"TOKEN",`},
		{"token with a version", "rest-token", `{`, `{"version":"1.0",`},
		{"token that is no string", "rest-token", `"Bearer header.payload.signature"`, `["Bearer header.payload.signature"]`},
		{"token twice", "rest-token", `{`, `{"authorizationToken":"other",`},
		{"no method ARN", "rest-token", `"methodArn"`, `"methodARN"`},
		{"bad method ARN", "rest-token", `:a1b2c3d4e5/`, `:*/`},
		{"not JSON", "rest-token", `{`, `[`},
		{"trailing text", "rest-token", `}`, `} {}`},
		{"not UTF-8", "rest-token", `Bearer `, "Bearer \xff"},
		{"another route of a WebSocket API", "websocket", `/prod/$connect`, `/prod/$disconnect`},
		{"WebSocket connect with a wildcard", "websocket", `/prod/$connect`, `/pr*d/$connect`},
		{"WebSocket connect of type TOKEN", "rest-token", `/prod/GET/notes/42`, `/prod/$connect`},
		{"WebSocket connect of an HTTP API, format 1.0", "http-1.0", `/$default/GET/notes/42`, `/prod/$connect`},
		{"WebSocket connect of an HTTP API, format 2.0", "http-2.0", `/$default/GET/notes/42`, `/prod/$connect`},
		{"headers that are no object", "rest-request", `"headers": {`, `"headers": [], "h": {`},
		{"header twice", "rest-request", `"headers": {`, `"headers": {"Authorization": "x",`},
		{"client's header name in the error", "rest-request", `"headers": {`, `"headers": {"x-payload": "1", "x-payload": "2",`},
		{"member twice in what is skipped", "rest-request", `"identity": {`, `"identity": {"user": null,`},
		{"unknown version", "http-2.0", `"2.0"`, `"3.0"`},
		{"unknown version with a method ARN", "http-1.0", `"1.0"`, `"3.0"`},
		{"version that is a number", "http-2.0", `"2.0"`, `2.0`},
		{"format 2.0 of type TOKEN", "http-2.0", `"REQUEST"`, `"TOKEN"`},
		{"format 2.0 with a method ARN only", "http-2.0", `"routeArn"`, `"methodArn"`},
		{"format 1.0 with a route ARN only", "http-1.0", `"methodArn"`, `"routeArn"`},
	}
	h := newHandler(t, gate.Config{})
	for _, shape := range slices.Concat(shapes, appSyncShapes) {
		if _, err := h.Invoke(t.Context(), []byte(testdata(t, shape+".json"))); err != nil {
			t.Fatalf("the unchanged %s: %v", shape, err)
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			event := testdata(t, tt.shape+".json")
			changed := strings.Replace(event, tt.old, tt.new, 1)
			if changed == event {
				t.Fatal("the row changes nothing")
			}
			answer, err := h.Invoke(t.Context(), []byte(changed))
			if !errors.Is(err, gate.ErrEvent) || answer != nil {
				t.Fatalf("Invoke = %s, %v, want no answer and ErrEvent", answer, err)
			}
			if strings.Contains(err.Error(), "payload") {
				t.Errorf("the error quotes the event: %v", err)
			}
		})
	}
	for _, event := range []string{"", "null", "{}", "[]", `"TOKEN"`, "\x00"} {
		if answer, err := h.Invoke(t.Context(), []byte(event)); !errors.Is(err, gate.ErrEvent) || answer != nil {
			t.Errorf("Invoke(%q) = %s, %v, want no answer and ErrEvent", event, answer, err)
		}
	}
}

// The verifier gets the raw value if there is exactly one.
func TestAuthorizationValue(t *testing.T) {
	t.Parallel()
	const several = "several values"
	tests := []struct{ name, shape, old, new, want string }{
		{"token", "rest-token", `{`, `{ `, goodValue},
		{"token as it came", "rest-token", `"Bearer header.payload.signature"`, `" bEARER  x, y "`, " bEARER  x, y "},
		{"no token", "rest-token", `"authorizationToken": "Bearer header.payload.signature"`, `"other": 1`, ""},
		{"headers and multi-value headers", "rest-request", `{`, `{ `, goodValue},
		{"headers only", "rest-request", `"multiValueHeaders"`, `"other"`, goodValue},
		{"multi-value headers only", "rest-request", `"headers"`, `"other"`, goodValue},
		{"null multi-value headers", "rest-request", `"multiValueHeaders": {`, `"multiValueHeaders": null, "other": {`, goodValue},
		{"another header is not read", "rest-request", `"headers": {`, `"headers": {"X-Other": 7, `, goodValue},
		{"another list is not read", "rest-request", `"multiValueHeaders": {`, `"multiValueHeaders": {"X-Other": "text", `, goodValue},
		{"name in lower case", "rest-request", `"Authorization": "`, `"authorization": "`, goodValue},
		{"name in capitals", "rest-request", `"Authorization": [`, `"AUTHORIZATION": [`, goodValue},
		{"name in two cases", "rest-request", `"Authorization": "`, `"authorization": "x", "Authorization": "`, several},
		{"name in two cases, same value", "rest-request", `"Authorization": "`, `"authorization": "Bearer header.payload.signature", "Authorization": "`, several},
		{"multi-value name in two cases", "rest-request", `"Authorization": [`, `"authorization": ["Bearer header.payload.signature"], "Authorization": [`, several},
		{"two values, the good one first", "rest-request", `"Authorization": ["Bearer header.payload.signature"]`,
			`"Authorization": ["Bearer header.payload.signature", "x"]`, several},
		{"two values, the good one last", "rest-request", `"Authorization": ["Bearer header.payload.signature"]`,
			`"Authorization": ["x", "Bearer header.payload.signature"]`, several},
		{"null beside a multi-value", "rest-request", `"Authorization": "Bearer header.payload.signature"`, `"Authorization": null`, several},
		{"null beside a value in another case", "rest-request", `"Authorization": "`, `"authorization": null, "Authorization": "`, several},
		{"null in place of the multi-value list", "rest-request", `"Authorization": ["Bearer header.payload.signature"]`, `"Authorization": null`, goodValue},
		{"the two lists differ", "rest-request", `"Authorization": ["Bearer header.payload.signature"]`, `"Authorization": ["x"]`, several},
		{"no value in the multi-value list", "rest-request", `"Authorization": ["Bearer header.payload.signature"]`, `"Authorization": []`, goodValue},
		{"format 1.0 reads the header", "http-1.0", `"authorizationToken": "Bearer`, `"authorizationToken": "x`, goodValue},
		{"format 1.0 without header", "http-1.0", `"Authorization"`, `"Cookie"`, ""},
		{"format 2.0", "http-2.0", `{`, `{ `, goodValue},
		{"format 2.0 reads the header", "http-2.0", `"identitySource": ["Bearer`, `"identitySource": ["x`, goodValue},
		{"format 2.0 without header", "http-2.0", `"authorization"`, `"cookie"`, ""},
		{"format 2.0 joins two values", "http-2.0", `"authorization": "`, `"authorization": "x,`, "x," + goodValue},
		{"format 2.0 with the name in two cases", "http-2.0", `"authorization": "`, `"Authorization": "x", "authorization": "`, several},
		{"proxy's header is another", "http-2.0", `"authorization"`, `"proxy-authorization"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			event := testdata(t, tt.shape+".json")
			changed := strings.Replace(event, tt.old, tt.new, 1)
			if changed == event {
				t.Fatal("the row changes nothing")
			}
			got := several // what stays if the verifier is not asked
			h := newHandler(t, gate.Config{Verifier: verifierFunc(func(_ context.Context, authorization string) (*cognito.Claims, error) {
				got = authorization
				return goodClaims(), nil
			})})
			_, err := h.Invoke(t.Context(), []byte(changed))
			if got != tt.want {
				t.Errorf("the verifier got %q, want %q", got, tt.want)
			}
			var wantErr error
			if tt.want == several {
				wantErr = gate.ErrUnauthorized
			}
			if err != wantErr {
				t.Errorf("error = %v, want %v", err, wantErr)
			}
		})
	}
}
