package cognito

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/jwks"
)

// signedClaims are the claims that golang-jwt reads for itself, from the raw
// token, and decides about. Times are in seconds since 1970. Zero counts as
// missing: an exp of zero is refused either way, an nbf or iat passes either way.
type signedClaims struct {
	Issuer    string           `json:"iss"`
	Subject   string           `json:"sub"`
	Audience  jwt.ClaimStrings `json:"aud"`
	ExpiresAt float64          `json:"exp"`
	NotBefore float64          `json:"nbf"`
	IssuedAt  float64          `json:"iat"`

	exp, nbf, iat jwt.NumericDate // room for what the getters return
}

var _ jwt.Claims = (*signedClaims)(nil)

func (c *signedClaims) GetIssuer() (string, error)             { return c.Issuer, nil }
func (c *signedClaims) GetSubject() (string, error)            { return c.Subject, nil }
func (c *signedClaims) GetAudience() (jwt.ClaimStrings, error) { return c.Audience, nil }
func (c *signedClaims) GetExpirationTime() (*jwt.NumericDate, error) {
	return numeric(&c.exp, c.ExpiresAt), nil
}
func (c *signedClaims) GetNotBefore() (*jwt.NumericDate, error) {
	return numeric(&c.nbf, c.NotBefore), nil
}

// GetIssuedAt returns iat less its grace. Cognito's clock is regularly about a
// second ahead of others, and an iat that is in the future lengthens no life:
// exp and nbf say when a token is good.
func (c *signedClaims) GetIssuedAt() (*jwt.NumericDate, error) {
	return numeric(&c.iat, c.IssuedAt-issuedAtGrace.Seconds()), nil
}

// issuedAtGrace is how far iat may be in the future, beyond the clock skew.
const issuedAtGrace = time.Minute

// numeric makes the library's type of a time. Its own decoding takes four times
// the allocations, and cuts fractions of a second.
func numeric(into *jwt.NumericDate, seconds float64) *jwt.NumericDate {
	if seconds == 0 {
		return nil
	}
	into.Time = secondsSince1970(seconds)
	return into
}

// newParser returns the parser that decides about algorithm,
// signature, exp, nbf, iat and aud.
func newParser(cfg Config) *jwt.Parser {
	options := []jwt.ParserOption{
		jwt.WithValidMethods([]string{algorithm}),
		jwt.WithStrictDecoding(),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(cfg.ClockSkew),
		jwt.WithTimeFunc(cfg.Now),
	}
	switch {
	case cfg.Audience != "":
		options = append(options, jwt.WithAudience(cfg.Audience))
	case cfg.TokenUse == IDToken:
		options = append(options, jwt.WithAudience(cfg.ClientIDs...))
	}
	return jwt.NewParser(options...)
}

// checkSigned has golang-jwt verify the token with the issuer's keys, and
// compares what both readers found in it.
func (v *Verifier) checkSigned(ctx context.Context, iss issuer, token *unverifiedToken) *Refusal {
	var signed signedClaims
	_, err := v.parser.ParseWithClaims(token.raw, &signed, iss.keys.KeyfuncCtx(ctx))
	if errors.Is(err, jwt.ErrTokenUnverifiable) || err != nil && !errors.Is(err, jwt.ErrTokenInvalidClaims) {
		return refuseUnsigned(err)
	}
	if !token.claims.agreeWith(&signed) {
		return refuse(ReasonMalformed, "two JSON readers do not agree about the payload")
	}
	if refused := v.checkSubject(&token.claims); refused != nil && !errors.Is(err, jwt.ErrTokenExpired) {
		return refused
	}
	if err != nil {
		return refuseClaims(err)
	}
	return v.checkAudience(&token.claims)
}

// refuseUnsigned says why the signature does not stand. The library's words are
// dropped: they may quote the token.
func refuseUnsigned(err error) *Refusal {
	var unavailable *jwks.UnavailableError
	switch {
	case errors.As(err, &unavailable): // first, for its cause may be any error, one of golang-jwt's too
		return &Refusal{Reason: ReasonKeysUnavailable, cause: unavailable}
	case errors.Is(err, jwt.ErrTokenMalformed):
		return refuse(ReasonMalformed, "the second JSON reader cannot read it")
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return refuse(ReasonSignature, "not made by the pool's key over this token")
	case errors.Is(err, jwkset.ErrKeyNotFound):
		return refuse(ReasonUnknownKey, "the pool has no key with this kid")
	}
	return refuse(ReasonKeysUnavailable, "the key could not be read")
}

// refuseClaims turns the parser's verdict on the claims, which lists all that is
// wrong, into one reason, in a fixed order.
func refuseClaims(err error) *Refusal {
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return refuse(ReasonExpired, "exp has passed")
	case errors.Is(err, jwt.ErrTokenNotValidYet):
		return refuse(ReasonNotYetValid, "nbf is in the future")
	case errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return refuse(ReasonNotYetValid, "iat is in the future")
	}
	return refuse(ReasonClient, "aud does not hold the configured audience")
}

// agreeWith compares what decides and was read twice.
func (c *unverifiedClaims) agreeWith(s *signedClaims) bool {
	return c.issuer == s.Issuer && c.subject == s.Subject && slices.Equal(c.audience, s.Audience) && c.expires.seconds == s.ExpiresAt
}
