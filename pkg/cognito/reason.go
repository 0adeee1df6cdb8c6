package cognito

import "errors"

// A Reason is why a token was refused: one of the fixed codes below, safe to
// log, to count and to show, because it never holds a part of the token. It is
// an error too, so that each Reason is its own sentinel:
//
//	if errors.Is(err, cognito.ErrExpired) { ... }
type Reason string

// The token is bad.
const (
	ErrMissingToken Reason = "missing_token"   // no Authorization value, or an empty one
	ErrMalformed    Reason = "malformed"       // not a compact JWS of a claims object as RFC 7519 has it, or a claim of the wrong type
	ErrAlgorithm    Reason = "wrong_alg"       // alg is not RS256
	ErrIssuer       Reason = "wrong_issuer"    // iss is none of the configured pools'
	ErrUnknownKey   Reason = "unknown_kid"     // the pool has no key of that kid
	ErrSignature    Reason = "bad_signature"   // the signature is not of that key over this token
	ErrExpired      Reason = "expired"         // exp has passed
	ErrNotYetValid  Reason = "not_yet_valid"   // nbf or iat lies in the future, beyond the skew
	ErrTokenUse     Reason = "wrong_token_use" // an ID token where an access token is wanted, or the reverse
	ErrClient       Reason = "wrong_client"    // issued to an app client, or for an audience, that is not accepted
	ErrSubject      Reason = "missing_subject" // no sub, or a machine's token where a user's is wanted
)

// The token is good, but does not open this door.
const (
	ErrScope Reason = "insufficient_scope"
	ErrGroup Reason = "insufficient_group"
)

// ErrKeysUnavailable says that nothing was decided: the pool's key set could
// not be had. Answer it with a 5xx, never with a 401, so that clients keep
// their tokens and an alarm on it means something.
const ErrKeysUnavailable Reason = "keys_unavailable"

// Error returns the code with the package's prefix.
func (r Reason) Error() string { return "cognito: " + string(r) }

// ReasonOf returns the reason in err's tree, or "" if it holds none.
func ReasonOf(err error) Reason {
	var r Reason
	errors.As(err, &r)
	return r
}

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
	cause  error  // why no key could be had; nil for every other reason
}

// Error returns one line: package, reason, detail.
func (r *Refusal) Error() string {
	s := r.Reason.Error()
	if r.detail != "" {
		s += ": " + r.detail
	}
	if r.cause != nil {
		s += ": " + r.cause.Error()
	}
	return s
}

// Unwrap makes errors.Is and errors.As find the Reason and, for
// [ErrKeysUnavailable], the cause.
func (r *Refusal) Unwrap() []error {
	if r.cause == nil {
		return []error{r.Reason}
	}
	return []error{r.Reason, r.cause}
}
