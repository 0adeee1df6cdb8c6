package jwks

import "time"

// DefaultTransport is the transport that is in use when none is configured.
var DefaultTransport = defaultTransport

// WallClock is the time that ages are taken from. No test can freeze the
// monotonic clock.
func (s *Set) WallClock() time.Time { return s.wallClock() }
