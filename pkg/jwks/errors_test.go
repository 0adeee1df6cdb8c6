package jwks_test

import (
	"errors"
	"testing"

	"github.com/notegate/notegate/pkg/jwks"
)

// Anybody may make an UnavailableError, also one without a cause.
func TestUnavailableError(t *testing.T) {
	t.Parallel()
	for want, cause := range map[string]error{
		"jwks: key set unavailable":                         nil,
		"jwks: key set unavailable: no road":                errors.New("no road"),
		"jwks: key set unavailable: no road no map no sign": errors.New("no road\r\nno map\nno sign"),
	} {
		err := error(&jwks.UnavailableError{Cause: cause})
		if got := err.Error(); got != want || !errors.Is(err, jwks.ErrUnavailable) || cause != nil && !errors.Is(err, cause) {
			t.Errorf("got %q, want %q, and both errors in its tree", got, want)
		}
	}
}
