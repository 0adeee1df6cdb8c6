package caller_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/notegate/notegate/pkg/caller"
)

// at is when the events of the examples came in.
var at = time.Date(2026, 7, 2, 11, 50, 0, 0, time.UTC)

// recorded is the event that a function gets through that door.
func recorded(door string) []byte {
	event, err := os.ReadFile("testdata/" + door + ".json")
	if err != nil {
		panic(err)
	}
	return event
}

// A Lambda function that only admins may use, behind whichever door. With
// aws-lambda-go, pass it to lambda.Start as it is.
func ExampleFromEvent() {
	handle := func(ctx context.Context, event json.RawMessage) (map[string]any, error) {
		c, err := caller.FromEvent(event, at) // in production: time.Now()
		switch {
		case errors.Is(err, caller.ErrExpired):
			return map[string]any{"statusCode": 401, "body": "sign in again"}, nil
		case err != nil:
			return map[string]any{"statusCode": 401}, nil
		case !slices.Contains(c.Groups, "admins"):
			return map[string]any{"statusCode": 403}, nil
		}
		return map[string]any{"statusCode": 200, "body": "hello, " + c.Claims.Text("username")}, nil
	}
	for _, door := range []string{"http-jwt", "http-lambda", "rest-cognito"} {
		answer, err := handle(context.Background(), recorded(door))
		fmt.Println(answer, err)
	}
	// Output:
	// map[body:hello, 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 statusCode:200] <nil>
	// map[statusCode:403] <nil>
	// map[statusCode:403] <nil>
}

// The context of the authorizer lies beside its principalId.
func ExampleFromEvent_restLambda() {
	c, err := caller.FromEvent(recorded("rest-lambda"), at)
	fmt.Println(c.Subject, c.Scopes, c.Expires.Format(time.TimeOnly), err)
	// Output: 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 [notes/read notes/write] 12:42:47 <nil>
}

// A Cognito authorizer makes a string of every claim, and a Java date of exp.
func ExampleFromEvent_restCognito() {
	c, err := caller.FromEvent(recorded("rest-cognito"), at)
	fmt.Println(string(c.Claims["exp"]), "is", c.Expires.Format(time.RFC3339), err)
	fmt.Println(c.Groups, c.Claims.Text("email"))
	// Output:
	// "Thu Jul 02 12:42:47 UTC 2026" is 2026-07-02T12:42:47Z <nil>
	// [user] demo@example.com
}

// A JWT authorizer of a REST API keeps the claims' JSON types.
func ExampleFromEvent_restJWT() {
	c, err := caller.FromEvent(recorded("rest-jwt"), at)
	fmt.Println(c.Groups, err)
	var address struct{ Country string }
	err = json.Unmarshal(c.Claims["address"], &address)
	fmt.Println(address.Country, string(c.Claims["level"]), err)
	// Output:
	// [admins ops] <nil>
	// DE 3 <nil>
}

// Behind IAM there is no token. Compare who vouches for the caller: the identity
// pool may trust more than one user pool.
func ExampleFromEvent_restIAM() {
	c, err := caller.FromEvent(recorded("rest-iam"), at)
	if c.Issuer != "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e" {
		fmt.Println("another pool's user")
	}
	fmt.Println(c.Subject, c.Expires.IsZero(), err)
	// Output: 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 true <nil>
}

// A JWT authorizer of a HTTP API makes strings of arrays.
func ExampleFromEvent_httpJWT() {
	c, err := caller.FromEvent(recorded("http-jwt"), at)
	fmt.Println(string(c.Claims["cognito:groups"]), "is", len(c.Groups), "groups", err)
	// Output: "[admins ops]" is 2 groups <nil>
}

func ExampleFromEvent_httpJWTPayload1() {
	c, err := caller.FromEvent(recorded("http-jwt-payload1"), at)
	fmt.Println(c.ClientID, c.Groups, err)
	// Output: 4ma0example0client0id000 [admins ops] <nil>
}

func ExampleFromEvent_httpLambda() {
	c, err := caller.FromEvent(recorded("http-lambda"), at)
	fmt.Println(c.Subject, c.ClientID, err)
	// Output: 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 4ma0example0client0id000 <nil>
}

func ExampleFromEvent_httpLambdaPayload1() {
	c, err := caller.FromEvent(recorded("http-lambda-payload1"), at)
	fmt.Println(c.Subject, c.ClientID, err)
	// Output: 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 4ma0example0client0id000 <nil>
}

// Only the connect request is authorized. Every later message carries the same
// context, also when the token has expired since.
func ExampleFromEvent_webSocket() {
	c, err := caller.FromEvent(recorded("websocket-connect"), at)
	fmt.Println("connected:", c.Subject, err)
	_, err = caller.FromEvent(recorded("websocket"), at.Add(time.Hour))
	fmt.Println("a message an hour later:", err)
	// Output:
	// connected: 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 <nil>
	// a message an hour later: caller: expired
}

// A resolver behind AppSync's Lambda authorization.
func ExampleFromEvent_appSyncLambda() {
	c, err := caller.FromEvent(recorded("appsync-lambda"), at)
	fmt.Println(c.Subject, c.Scopes, err)
	// Output: 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 [notes/read notes/write] <nil>
}

// A function that gets what is published to an Event API.
func ExampleFromEvent_appSyncEvents() {
	c, err := caller.FromEvent(recorded("appsync-events"), at)
	fmt.Println(c.Subject, c.ClientID, err)
	// Output: 5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90 4ma0example0client0id000 <nil>
}

// A resolver behind AppSync's own authorization by a user pool.
func ExampleFromEvent_appSyncCognito() {
	c, err := caller.FromEvent(recorded("appsync-cognito"), at)
	fmt.Println(c.Issuer, c.Groups, err)
	// Output: https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e [admins ops] <nil>
}
