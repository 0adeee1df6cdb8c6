package cognito

import "slices"

// A Refusal is the error that [Verifier.Verify] returns. It names the reason
// and what is safe to log beside it: only values from the configuration, never
// text from the token.
type Refusal struct {
	Reason   Reason
	Pool     string // Name of the user pool that the token's issuer selected; empty if it selected none.
	ClientID string // The app client, if it is one of the configured ones; else empty.

	// Claims are those of a verified token that lacks a scope or a group, so
	// that a gate can deny its bearer by name. Nil for every other reason.
	Claims *Claims

	detail string // what was wrong: our own words and bounds
	cause  error  // why no key is available; nil for every other reason
}

func refuse(reason Reason, detail string) *Refusal {
	return &Refusal{Reason: reason, detail: detail}
}

// of adds what may be said about a refused token's origin.
func (r *Refusal) of(claims *Claims, clients []string) *Refusal {
	r.Pool = claims.Pool
	if slices.Contains(clients, claims.ClientID) {
		r.ClientID = claims.ClientID
	}
	return r
}

// Error returns one line: package, reason, detail.
func (r *Refusal) Error() string {
	s := sentinel(r.Reason).Error()
	if r.detail != "" {
		s += ": " + r.detail
	}
	if r.cause != nil {
		s += ": " + r.cause.Error()
	}
	return s
}

// Unwrap makes errors.Is and errors.As find the reason's sentinel and, for
// [ErrKeysUnavailable], the cause.
func (r *Refusal) Unwrap() []error {
	if r.cause == nil {
		return []error{sentinel(r.Reason)}
	}
	return []error{sentinel(r.Reason), r.cause}
}
