package cognitotest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"slices"
	"time"

	"github.com/notegate/notegate/pkg/caller"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
)

// An authorizer is asked as each API asks it: here notegate's, or yours.
func ExampleAuthorizerEvent() {
	t := cognitotest.NewT() // in a test: its *testing.T
	defer t.Close()

	pool := cognitotest.NewPool(t)
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
	if err != nil {
		log.Fatal(err)
	}
	authorizer, err := gate.New(gate.Config{Verifier: verifier, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		log.Fatal(err)
	}
	token := pool.AccessToken(t, time.Now(), cognitotest.ForUser("ann"))
	for _, kind := range []cognitotest.Authorizer{cognitotest.AuthorizerRESTToken, cognitotest.AuthorizerRESTRequest, cognitotest.AuthorizerHTTP2} {
		event := cognitotest.AuthorizerEvent(t, kind, "Bearer "+token)
		answer, err := authorizer.Invoke(context.Background(), event)
		var said struct {
			PrincipalID  string
			IsAuthorized bool
		}
		json.Unmarshal(answer, &said)
		fmt.Println(kind+":", said.PrincipalID, said.IsAuthorized, err)
	}
	// Output:
	// REST API, TOKEN: ann false <nil>
	// REST API, REQUEST: ann false <nil>
	// HTTP API, payload 2.0:  true <nil>
}

// A function is called as it is behind each door. No token is signed for that.
func ExampleFunctionEvent() {
	t := cognitotest.NewT() // in a test: its *testing.T
	defer t.Close()

	now := time.Now()
	isAdmin := func(event []byte) bool { // the function to test
		c, err := caller.FromEvent(event, now)
		return err == nil && slices.Contains(c.Groups, "admins")
	}
	pool := cognitotest.NewPool(t)
	admin := pool.AccessClaims(now, cognitotest.InGroups("admins", "ops"))
	expired := pool.AccessClaims(now, cognitotest.InGroups("admins", "ops"), cognitotest.Expired)
	for _, door := range []cognitotest.Door{cognitotest.DoorRESTLambda, cognitotest.DoorRESTCognito, cognitotest.DoorHTTPJWT, cognitotest.DoorWebSocket, cognitotest.DoorAppSyncLambda} {
		fmt.Println(door+":", isAdmin(cognitotest.FunctionEvent(t, door, admin)), isAdmin(cognitotest.FunctionEvent(t, door, expired)))
	}
	// Output:
	// REST API, Lambda authorizer: true false
	// REST API, Cognito authorizer: true false
	// HTTP API, JWT authorizer: true false
	// WebSocket API, message: true false
	// AppSync, Lambda authorization: true false
}
