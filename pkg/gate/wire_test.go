package gate_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// The golden answers are byte for byte what API Gateway gets.
func TestAnswersInTheShapeOfTheEvent(t *testing.T) {
	t.Parallel()
	const rules = "notes/read=GET /notes,GET /notes/*; notes/write=POST /notes"
	answers := []struct {
		name string
		cfg  gate.Config
	}{
		{"allow", gate.Config{}},
		{"rules", gate.Config{Rules: accessRules(t, rules)}},
		{"deny", gate.Config{Verifier: returns(nil, &cognito.Refusal{Reason: cognito.ReasonExpired}), OnReject: gate.Deny}},
	}
	for _, shape := range slices.Concat(shapes, appSyncShapes) {
		for _, answer := range answers {
			t.Run(shape+"/"+answer.name, func(t *testing.T) {
				t.Parallel()
				got, err := newHandler(t, answer.cfg).Invoke(t.Context(), []byte(testdata(t, shape+".json")))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(testdata(t, shape+"."+answer.name+".json"), string(got)); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// AWS's own types must read the same out of the events as the gate does, and
// know every member of the answers.
func TestEventsAndAnswersAreAWS(t *testing.T) {
	t.Parallel()
	const (
		prod = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/"
		rest = prod + "GET/notes/42"
		http = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/$default/GET/notes/42"
	)
	var token events.APIGatewayCustomAuthorizerRequest
	decodeStrictly(t, testdata(t, "rest-token.json"), &token)
	var request events.APIGatewayCustomAuthorizerRequestTypeRequest
	decode(t, testdata(t, "rest-request.json"), &request)
	var v1 events.APIGatewayV2CustomAuthorizerV1Request
	decode(t, testdata(t, "http-1.0.json"), &v1)
	var connect events.APIGatewayCustomAuthorizerRequestTypeRequest
	decode(t, testdata(t, "websocket.json"), &connect)
	var webSocket events.APIGatewayWebsocketProxyRequest // which has what the other type lacks
	decode(t, testdata(t, "websocket.json"), &webSocket)
	if got := webSocket.RequestContext; got.EventType != "CONNECT" || got.RouteKey != "$connect" || connect.MethodArn != prod+got.RouteKey {
		t.Errorf("a WebSocket's event as AWS's type reads it: %+v of %s", got, connect.MethodArn)
	}
	var graphQL events.AppSyncLambdaAuthorizerRequest
	decode(t, testdata(t, "appsync.json"), &graphQL)
	if got := graphQL; got.AuthorizationToken != goodValue || got.RequestContext.APIID == "" || got.RequestContext.AccountID == "" || got.RequestContext.QueryString == "" {
		t.Errorf("AppSync's event as AWS's type reads it: %+v", got)
	}
	var v2 events.APIGatewayV2CustomAuthorizerV2Request
	decode(t, testdata(t, "http-2.0.json"), &v2)

	type read struct{ Type, Version, ARN, Authorization string }
	got := map[string]read{
		"rest-token":   {token.Type, "", token.MethodArn, token.AuthorizationToken},
		"rest-request": {request.Type, "", request.MethodArn, request.Headers["Authorization"]},
		"websocket":    {connect.Type, "", connect.MethodArn, connect.Headers["Authorization"]},
		"http-1.0":     {v1.Type, v1.Version, v1.MethodArn, v1.Headers["Authorization"]},
		"http-2.0":     {v2.Type, v2.Version, v2.RouteArn, v2.Headers["authorization"]},
	}
	want := map[string]read{
		"rest-token":   {"TOKEN", "", rest, goodValue},
		"rest-request": {"REQUEST", "", rest, goodValue},
		"websocket":    {"REQUEST", "", prod + "$connect", goodValue},
		"http-1.0":     {"REQUEST", "1.0", http, goodValue},
		"http-2.0":     {"REQUEST", "2.0", http, goodValue},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events as AWS's types read them (-want +got):\n%s", diff)
	}
	for _, shape := range slices.Concat(shapes, appSyncShapes) {
		var answer any = new(events.APIGatewayCustomAuthorizerResponse)
		switch shape {
		case "http-2.0":
			answer = new(events.APIGatewayV2CustomAuthorizerSimpleResponse)
		case "appsync", "appsync-connect":
			answer = new(events.AppSyncLambdaAuthorizerResponse)
		case "appsync-events": // for which AWS's module has no type
			answer = new(struct {
				IsAuthorized   bool              `json:"isAuthorized"`
				HandlerContext map[string]string `json:"handlerContext"`
				TTLOverride    *int              `json:"ttlOverride"`
			})
		}
		for _, kind := range []string{"allow", "rules", "deny"} {
			decodeStrictly(t, testdata(t, shape+"."+kind+".json"), answer)
		}
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Errorf("%T: %v", into, err)
	}
}

func decodeStrictly(t *testing.T, text string, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Errorf("%T: %v", into, err)
	}
}
