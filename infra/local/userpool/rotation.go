package userpool

import "time"

// RefreshTokenRotation makes a refresh token good for one refresh, in the members
// of RefreshTokenRotationType.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RefreshTokenRotationType.html
type RefreshTokenRotation struct {
	Feature                 string // ENABLED, or DISABLED as if empty
	RetryGracePeriodSeconds int    // 0 to 60
}

// rotates reports whether a refresh token is good for one refresh, and for how
// long after it another is let through, for an answer that got lost.
func (c Client) rotates() (grace time.Duration, ok bool) {
	return time.Duration(c.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second, c.RefreshTokenRotation.Feature == "ENABLED"
}
