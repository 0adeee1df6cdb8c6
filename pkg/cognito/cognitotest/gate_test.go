package cognitotest_test

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/caller"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
)

// Our own authorizer takes the event of each kind, with every form of the token.
func TestGateTakesTheEvents(t *testing.T) {
	t.Parallel()
	pool, now := cognitotest.NewPool(t, key()), time.Now()
	h, err := gate.New(gate.Config{Verifier: newVerifier(t, pool, nil), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range cognitotest.Authorizers() {
		for _, authorization := range []string{pool.AccessToken(t, now), "Bearer " + pool.AccessToken(t, now)} {
			if answer, err := h.Invoke(t.Context(), cognitotest.AuthorizerEvent(t, kind, authorization)); err != nil || !allows(t, answer) {
				t.Errorf("%s: got %s, %v", kind, answer, err)
			}
		}
	}
}

func allows(t testing.TB, answer []byte) bool {
	t.Helper()
	var said struct {
		IsAuthorized   bool
		PolicyDocument struct{ Statement []struct{ Effect string } }
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		t.Fatal(err)
	}
	return said.IsAuthorized || len(said.PolicyDocument.Statement) == 1 && said.PolicyDocument.Statement[0].Effect == "Allow"
}

// The context of the events is the one that our own authorizer hands on.
func TestContextIsThatOfTheGate(t *testing.T) {
	t.Parallel()
	pool, now := cognitotest.NewPool(t, key()), time.Now()
	h, err := gate.New(gate.Config{Verifier: newVerifier(t, pool, nil), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, all := range [][]cognitotest.Edit{nil, {cognitotest.InGroups("admins", "ops")}, {cognitotest.InGroups("Domain Users", "ops")}, {cognitotest.WithoutClaim("scope")}} {
		answer, err := h.Invoke(t.Context(), cognitotest.AuthorizerEvent(t, cognitotest.AuthorizerRESTToken, pool.AccessToken(t, now, all...)))
		if err != nil {
			t.Fatal(err)
		}
		var said struct{ Context caller.Claims }
		if err := json.Unmarshal(answer, &said); err != nil {
			t.Fatal(err)
		}
		got, err := caller.FromEvent(cognitotest.FunctionEvent(t, cognitotest.DoorRESTLambda, pool.AccessClaims(now, all...)), now)
		if diff := cmp.Diff(said.Context, got.Claims); err != nil || diff != "" {
			t.Errorf("error %v, context (-gate +got):\n%s", err, diff)
		}
	}
}
