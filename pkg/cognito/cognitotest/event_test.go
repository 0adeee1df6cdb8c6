package cognitotest_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/caller"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// The events hold nothing that AWS's own types for them don't know, and no value
// of another type. Those types lack a few members that API Gateway sends, and
// AppSync's resolver events and Event APIs have none.
func TestEventsAreThoseOfAWS(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, key())
	check := func(name string, event []byte, into any, lacking ...string) {
		t.Helper()
		var document map[string]any
		if err := json.Unmarshal(event, &document); err != nil {
			t.Fatal(err)
		}
		for _, path := range lacking {
			at, steps := document, strings.Split(path, ".")
			for _, step := range steps[:len(steps)-1] {
				at = at[step].(map[string]any)
			}
			delete(at, steps[len(steps)-1])
		}
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(into); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for kind, into := range map[cognitotest.Authorizer]any{
		cognitotest.AuthorizerRESTToken:   &events.APIGatewayCustomAuthorizerRequest{},
		cognitotest.AuthorizerRESTRequest: &events.APIGatewayCustomAuthorizerRequestTypeRequest{},
		cognitotest.AuthorizerHTTP1:       &events.APIGatewayV2CustomAuthorizerV1Request{},
		cognitotest.AuthorizerHTTP2:       &events.APIGatewayV2CustomAuthorizerV2Request{},
		cognitotest.AuthorizerWebSocket:   &events.APIGatewayWebsocketProxyRequest{},
		cognitotest.AuthorizerAppSync:     &events.AppSyncLambdaAuthorizerRequest{},
	} {
		lacking := map[cognitotest.Authorizer][]string{
			cognitotest.AuthorizerRESTRequest: {"requestContext"}, // of which they know the half
			cognitotest.AuthorizerHTTP1:       {"requestContext"},
			cognitotest.AuthorizerWebSocket:   {"type", "methodArn"},
			cognitotest.AuthorizerAppSync:     {"requestHeaders"},
		}[kind]
		check(string(kind), cognitotest.AuthorizerEvent(t, kind, "Bearer x"), into, lacking...)
	}
	for _, door := range cognitotest.Doors() {
		event := cognitotest.FunctionEvent(t, door, pool.AccessClaims(time.Now()))
		switch {
		case strings.HasPrefix(string(door), "AppSync"):
		case strings.HasPrefix(string(door), "WebSocket"):
			check(string(door), event, &events.APIGatewayWebsocketProxyRequest{})
		case strings.Contains(string(event), `"version":"2.0"`):
			check(string(door), event, &events.APIGatewayV2HTTPRequest{})
		default:
			check(string(door), event, &events.APIGatewayProxyRequest{}, "version")
		}
	}
}

// Through every door package caller finds the user of the token, and what of it
// the door hands on.
func TestFunctionEvents(t *testing.T) {
	t.Parallel()
	pool, now := cognitotest.NewPool(t, key()), time.Unix(1782992567, 0)
	edit := edits(cognitotest.ForUser("ann"), cognitotest.InGroups("admins", "ops"), cognitotest.WithScopes("a/read", "a/write"),
		cognitotest.WithClaim("level", 3), cognitotest.WithClaim("nothing", nil), cognitotest.WithClaim("address", map[string]any{"country": "DE"}))
	token := caller.Caller{
		Subject: "ann", ClientID: cognitotest.ClientID, Issuer: pool.Issuer(), Scopes: []string{"a/read", "a/write"}, Groups: []string{"admins", "ops"},
		Expires: now.Add(time.Hour).UTC(),
	}
	context := token
	context.Issuer = ""
	levels := map[cognitotest.Door]string{}
	for _, door := range cognitotest.Doors() {
		want := token
		switch door {
		case cognitotest.DoorRESTIAM:
			want = caller.Caller{Subject: "ann", Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"}
		case cognitotest.DoorRESTLambda, cognitotest.DoorHTTPLambda, cognitotest.DoorHTTPLambda1, cognitotest.DoorWebSocket, cognitotest.DoorWebSocketConnect, cognitotest.DoorAppSyncLambda, cognitotest.DoorEventAPILambda:
			want = context
		default:
			levels[door] = `"3"`
		}
		got, err := caller.FromEvent(cognitotest.FunctionEvent(t, door, pool.AccessClaims(now, edit...)), now)
		level := string(got.Claims["level"])
		got.Claims = nil
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: error %v, caller (-want +got):\n%s", door, err, diff)
		}
		if door == cognitotest.DoorRESTJWT || door == cognitotest.DoorAppSyncCognito {
			levels[door] = "3"
		}
		if level != levels[door] {
			t.Errorf("%s: got level %s, want %s", door, level, levels[door])
		}
	}
}

// An ID token and one of a machine are other callers, and a group with a blank
// in its name stays whole where our own authorizer hands it on.
func TestFunctionEventsOfOtherTokens(t *testing.T) {
	t.Parallel()
	pool, now := cognitotest.NewPool(t, key()), time.Unix(1782992567, 0)
	for _, door := range cognitotest.Doors() {
		if door == cognitotest.DoorRESTIAM {
			continue
		}
		id, err := caller.FromEvent(cognitotest.FunctionEvent(t, door, pool.IDClaims(now)), now)
		if err != nil || id.ClientID != cognitotest.ClientID || id.Scopes != nil {
			t.Errorf("%s: ID token: got %+v, %v", door, id, err)
		}
		machine, err := caller.FromEvent(cognitotest.FunctionEvent(t, door, pool.AccessClaims(now, cognitotest.Machine("a/read"))), now)
		if err != nil || machine.Subject != cognitotest.ClientID || !cmp.Equal(machine.Scopes, []string{"a/read"}) {
			t.Errorf("%s: machine: got %+v, %v", door, machine, err)
		}
	}
	event := cognitotest.FunctionEvent(t, cognitotest.DoorRESTLambda, pool.AccessClaims(now, cognitotest.InGroups("Domain Users", "ops")))
	c, err := caller.FromEvent(event, now)
	if err != nil || !cmp.Equal(c.Groups, []string{"Domain Users", "ops"}) {
		t.Errorf("got groups %v, %v", c.Groups, err)
	}
}

// Edits change the event.
func TestEventEdits(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, key())
	path := func(event map[string]any) { event["path"] = "/elsewhere" }
	for _, event := range [][]byte{
		cognitotest.AuthorizerEvent(t, cognitotest.AuthorizerRESTRequest, "x", path),
		cognitotest.FunctionEvent(t, cognitotest.DoorRESTJWT, pool.AccessClaims(time.Now()), path),
	} {
		if !bytes.Contains(event, []byte(`"path":"/elsewhere"`)) {
			t.Errorf("got %s", event)
		}
	}
}

// An unknown door fails the test.
func TestUnknownDoors(t *testing.T) {
	t.Parallel()
	for rule, make := range map[string]func(t testing.TB){
		"authorizer": func(t testing.TB) { cognitotest.AuthorizerEvent(t, "TOKEN", "x") },
		"function":   func(t testing.TB) { cognitotest.FunctionEvent(t, "TOKEN", map[string]any{}) },
	} {
		f := &failing{TB: t}
		func() {
			defer func() { recover() }()
			make(f)
		}()
		if !f.failed {
			t.Errorf("%s: want the test failed", rule)
		}
	}
}

// failing stands for a test that should fail, and ends by a panic.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Fatalf(string, ...any) {
	f.failed = true
	panic("failed")
}
