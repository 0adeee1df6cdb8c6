package gate_test

import (
	"errors"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// Whatever the event, a verifier that accepts nobody lets nobody in, and one
// that accepts everybody does so for a method ARN without wildcards only.
func FuzzInvoke(f *testing.F) {
	for _, shape := range shapes {
		f.Add([]byte(testdata(f, shape+".json")))
	}
	f.Add([]byte(`{"type":"TOKEN","methodArn":"arn:aws:execute-api:us-east-1:123456789012:*/*/GET/","authorizationToken":"x"}`))
	f.Add([]byte(`{"type":"REQUEST","version":"2.0","routeArn":"arn:aws:execute-api:us-east-1:123456789012:a/$default/GET/","headers":{"a":null}}`))
	f.Add([]byte(`{"type":"REQUEST","methodArn":"arn:aws:execute-api:us-east-1:123456789012:a/prod/$connect"}`))
	refusing := returns(nil, &cognito.Refusal{Reason: cognito.ErrSignature})
	f.Fuzz(func(t *testing.T, event []byte) {
		for _, onReject := range []gate.OnReject{gate.Unauthorized, gate.Deny} {
			answer, err := newHandler(t, gate.Config{Verifier: refusing, OnReject: onReject}).Invoke(t.Context(), event)
			if allows(t, answer) {
				t.Fatalf("allowed: %s", answer)
			}
			if (answer == nil) == (err == nil) {
				t.Fatalf("Invoke = %s, %v, want one of the two", answer, err)
			}
		}
		answer, err := newHandler(t, gate.Config{Verifier: returns(goodClaims(), nil)}).Invoke(t.Context(), event)
		switch {
		case err == nil:
			if !allows(t, answer) {
				t.Fatalf("good token refused: %s", answer)
			}
		case !errors.Is(err, gate.ErrEvent) && err != gate.ErrUnauthorized: // several Authorization values
			t.Fatalf("error = %v, want ErrEvent or ErrUnauthorized", err)
		}
	})
}
