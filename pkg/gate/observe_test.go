package gate_test

import (
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// Whoever observes learns why, beside the answer that must not say it.
func TestObserve(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		verifier gate.Verifier
		onReject gate.OnReject
		want     [][2]string
	}{
		"allowed":   {nil, gate.Unauthorized, nil},
		"refused":   {returns(nil, &cognito.Refusal{Reason: cognito.ReasonExpired}), gate.Unauthorized, [][2]string{{"request-1", "expired"}}},
		"denied":    {returns(nil, &cognito.Refusal{Reason: cognito.ReasonExpired}), gate.Deny, [][2]string{{"request-1", "expired"}}},
		"undecided": {returns(nil, &cognito.Refusal{Reason: cognito.ReasonKeysUnavailable}), gate.Unauthorized, [][2]string{{"request-1", "keys_unavailable"}}},
		"panic":     {verifierFunc(panics), gate.Unauthorized, [][2]string{{"request-1", "internal_failure"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got [][2]string
			h := newHandler(t, gate.Config{Verifier: tt.verifier, OnReject: tt.onReject, Observe: func(id, reason string) { got = append(got, [2]string{id, reason}) }})
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
			_, _ = h.Invoke(ctx, []byte(testdata(t, "rest-token.json"))) // the answers have tests of their own
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("observed (-want +got):\n%s", diff)
			}
		})
	}
}
