package cognito

import (
	"errors"
	"slices"
)

// A Reason is why a token was refused: one of the fixed codes below, safe to
// log, to count and to show, because it never holds a part of the token.
type Reason string

// The token is bad.
const (
	ReasonMissingToken Reason = "missing_token"   // no Authorization value, or an empty one
	ReasonMalformed    Reason = "malformed"       // not a compact JWS of a claims object as RFC 7519 has it, or a claim of the wrong type
	ReasonAlgorithm    Reason = "wrong_alg"       // alg is not RS256
	ReasonIssuer       Reason = "wrong_issuer"    // iss is not that of a configured pool
	ReasonUnknownKey   Reason = "unknown_kid"     // the pool has no key with that kid
	ReasonSignature    Reason = "bad_signature"   // the signature was not made by that key over this token
	ReasonExpired      Reason = "expired"         // exp has passed
	ReasonNotYetValid  Reason = "not_yet_valid"   // nbf or iat is in the future, beyond the skew
	ReasonTokenUse     Reason = "wrong_token_use" // an ID token where an access token is wanted, or the reverse
	ReasonClient       Reason = "wrong_client"    // issued to an app client, or for an audience, that is not accepted
	ReasonSubject      Reason = "missing_subject" // no sub, or a client credentials token where a user's is wanted
)

// The token is good, but does not open this door.
const (
	ReasonScope Reason = "insufficient_scope"
	ReasonGroup Reason = "insufficient_group"
)

// ReasonKeysUnavailable says that nothing was decided: the pool's key set could
// not be had. Answer it with a 5xx, never with a 401, so that clients keep
// their tokens and an alarm on it means something.
const ReasonKeysUnavailable Reason = "keys_unavailable"

// CanHeal reports whether the same token may be accepted a moment later, so that
// a refusal for this reason must not be cached under that token.
//
//   - unknown_kid: after a rotation the key is found with the next fetch.
//   - not_yet_valid: the time comes.
//   - keys_unavailable: the outage ends.
//   - Every other reason lies in the token and the configuration, which stay, and
//     bad_signature in a key: Cognito gives no kid to another one. An emulator that
//     does may have a good token refused until the key set is an hour old.
//
// A reason that is not known here can heal.
func (r Reason) CanHeal() bool {
	switch r {
	case ReasonMissingToken, ReasonMalformed, ReasonAlgorithm, ReasonIssuer, ReasonExpired,
		ReasonTokenUse, ReasonClient, ReasonSubject, ReasonSignature, ReasonScope, ReasonGroup:
		return false
	}
	return true
}

// The sentinel of each reason, for errors.Is.
var (
	ErrMissingToken    error = sentinel(ReasonMissingToken)
	ErrMalformed       error = sentinel(ReasonMalformed)
	ErrAlgorithm       error = sentinel(ReasonAlgorithm)
	ErrIssuer          error = sentinel(ReasonIssuer)
	ErrUnknownKey      error = sentinel(ReasonUnknownKey)
	ErrSignature       error = sentinel(ReasonSignature)
	ErrExpired         error = sentinel(ReasonExpired)
	ErrNotYetValid     error = sentinel(ReasonNotYetValid)
	ErrTokenUse        error = sentinel(ReasonTokenUse)
	ErrClient          error = sentinel(ReasonClient)
	ErrSubject         error = sentinel(ReasonSubject)
	ErrScope           error = sentinel(ReasonScope)
	ErrGroup           error = sentinel(ReasonGroup)
	ErrKeysUnavailable error = sentinel(ReasonKeysUnavailable)
)

type sentinel Reason

func (s sentinel) Error() string { return "cognito: " + string(s) }

// ReasonOf returns the reason in err's tree, or "" if it holds none.
func ReasonOf(err error) Reason {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Reason
	}
	s, _ := errors.AsType[sentinel](err)
	return Reason(s)
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
	cause  error  // why no key is available; nil for every other reason
}

func refuse(reason Reason, detail string) *Refusal {
	return &Refusal{Reason: reason, detail: detail}
}

// of adds what may be said about a refused token's origin.
func (r *Refusal) of(pool, client string, clients []string) *Refusal {
	r.Pool = pool
	if slices.Contains(clients, client) {
		r.ClientID = client
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

// Is makes errors.Is find the reason's sentinel.
func (r *Refusal) Is(target error) bool { return target == sentinel(r.Reason) }

// Unwrap returns the cause of [ErrKeysUnavailable].
func (r *Refusal) Unwrap() error { return r.cause }
