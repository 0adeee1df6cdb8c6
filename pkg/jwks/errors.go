package jwks

import (
	"errors"
	"fmt"
	"strings"

	"github.com/MicahParks/jwkset"
)

// ErrUnavailable says that it could not be decided whether the pool has the
// key: there is no usable set, or none that is new enough. The other error of
// [Set.KeyRead], that the pool has no such key, is jwkset.ErrKeyNotFound.
var ErrUnavailable = errors.New("jwks: key set unavailable")

// ErrUnusableKey says that RS256 signatures may not be verified with a key. See
// [CheckKey].
var ErrUnusableKey = errors.New("jwks: unusable key")

var errTooOld = fmt.Errorf("the last good set is %s old", HardAge)

var errNotFound = fmt.Errorf("jwks: %w", jwkset.ErrKeyNotFound)

// UnavailableError is an [ErrUnavailable] with its cause, on one line. It names
// configured URLs and nothing that a token or an answer holds.
type UnavailableError struct{ Cause error }

// Error returns one line: what is unavailable, and why.
func (e *UnavailableError) Error() string {
	if e.Cause == nil {
		return ErrUnavailable.Error()
	}
	return ErrUnavailable.Error() + ": " + oneLine.Replace(e.Cause.Error()) // a caller's context may end for a reason of many
}

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// Unwrap makes errors.Is find ErrUnavailable and the cause.
func (e *UnavailableError) Unwrap() []error { return []error{ErrUnavailable, e.Cause} }
