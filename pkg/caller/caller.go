package caller

import (
	"errors"
	"fmt"
	"time"
)

// Why there is no caller. Every error of [FromEvent] wraps one of these, and
// each of them is a 401.
var (
	// ErrNone says that the event names nobody.
	ErrNone = errors.New("caller: no caller")

	// ErrAmbiguous says that the event names callers in two places. No door does
	// that; an authorizer whose context has a member named claims, jwt, lambda or
	// principalId may, and one whose sub is not its principalId.
	ErrAmbiguous = errors.New("caller: more than one caller")

	// ErrMalformed says that the event, or what it says of the caller, cannot be
	// read in exactly one way, or that the sub or the exp is missing.
	ErrMalformed = errors.New("caller: malformed")

	// ErrExpired says that the caller's token has expired.
	ErrExpired = errors.New("caller: expired")
)

// A Caller is whom a token was issued to that some authorizer has verified. The
// zero value is nobody.
type Caller struct {
	// Subject is the sub, or the principalId of a Lambda authorizer: 1 to 255
	// visible ASCII characters. It is unique within one issuer.
	Subject string

	// ClientID is the app client: client_id, or the one aud of a token without
	// it. Empty if the door does not say, as IAM.
	ClientID string

	// Issuer is who vouches for Subject: the token's iss. Behind IAM it is the
	// issuer of the user pool that the caller signed in to, such as
	// https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI; compare it,
	// if the identity pool may trust another user pool. Empty behind a Lambda
	// authorizer that hands on no iss.
	Issuer string

	// Scopes are those of scope, split at blanks; nil if there are none.
	Scopes []string

	// Groups are those of cognito:groups, or of a Lambda authorizer's groups_json
	// or groups. API Gateway's own authorizers join them without escaping: a REST
	// API's Cognito authorizer by commas, a HTTP API's by blanks. A group with that
	// character in its name arrives as several there.
	Groups []string

	// Claims is all that the door hands on, under its own names.
	Claims Claims

	// Expires is the token's exp, in UTC. Zero behind IAM, whose credentials
	// expire by themselves.
	Expires time.Time
}

// FromEvent returns who is calling, from the event that a Lambda function got,
// as seen at now. The error wraps [ErrNone], [ErrAmbiguous], [ErrMalformed] or
// [ErrExpired], holds nothing of the event, and comes with the zero Caller. If
// now is the zero time, every token has expired.
//
// The event must be JSON in UTF-8 without a name twice in any object. A sub
// that is not 1 to 255 visible ASCII characters is refused, an exp that is no
// time between 1970 and 9999, and a client, scope or group of the wrong type.
// Behind IAM, so is a caller who did not sign in to a user pool.
func FromEvent(event []byte, now time.Time) (Caller, error) {
	e, err := readEvent(event)
	if err != nil {
		return Caller{}, malformed("not an event in strict JSON")
	}
	found := e.statements()
	switch len(found) {
	case 0:
		return Caller{}, ErrNone
	case 1:
	default:
		return Caller{}, ErrAmbiguous
	}
	c, err := found[0]()
	if err != nil {
		return Caller{}, err
	}
	if c.Expires.IsZero() { // IAM
		return c, nil
	}
	if now.IsZero() || !now.Before(c.Expires) { // RFC 7519, section 4.1.4: on or after
		return Caller{}, ErrExpired
	}
	return c, nil
}

func malformed(detail string) error { return fmt.Errorf("%w: %s", ErrMalformed, detail) }
