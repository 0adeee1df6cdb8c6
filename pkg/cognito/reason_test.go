package cognito_test

import (
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

// For each reason there is, whether the same token may pass a moment later. What
// nobody has thought of can: a refusal for it must not be kept.
func TestCanHeal(t *testing.T) {
	t.Parallel()
	heals := map[cognito.Reason]bool{
		cognito.ReasonUnknownKey: true, cognito.ReasonNotYetValid: true, cognito.ReasonKeysUnavailable: true,
		"of_tomorrow": true,
	}
	for reason := range sentinels {
		if got, want := reason.CanHeal(), heals[reason]; got != want {
			t.Errorf("%s: got %t, want %t", reason, got, want)
		}
		delete(heals, reason)
	}
	for reason, want := range heals {
		if got := reason.CanHeal(); got != want {
			t.Errorf("%s: got %t, want %t", reason, got, want)
		}
	}
}
