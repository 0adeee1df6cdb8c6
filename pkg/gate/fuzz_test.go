package gate_test

import (
	"errors"
	"testing"

	"github.com/notegate/notegate/internal/seeds"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// Whatever the event, a verifier that accepts nobody lets nobody in, and one
// that accepts everybody does so for a method ARN without wildcards only.
func FuzzInvoke(f *testing.F) {
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

func TestFuzzSeeds(t *testing.T) {
	t.Parallel()
	seeds.Check(t, map[string]int{"FuzzInvoke": 20})
}
