package cognito

import (
	"context"
	"time"
)

// LibraryAlone is golang-jwt's verdict, with the issuer's keys and without the
// strict reading in front of it.
func (v *Verifier) LibraryAlone(ctx context.Context, issuer, token string) error {
	_, err := v.parser.ParseWithClaims(token, &signedClaims{}, v.issuers[issuer].keys.KeyfuncCtx(ctx))
	return err
}

// A Reading is what the strict reading found and golang-jwt must find too.
type Reading struct {
	Issuer, Subject string
	Audience        []string
	Expires         time.Time
}

// VerifyMisread verifies a token as though the strict reading had found
// something else in it.
func (v *Verifier) VerifyMisread(ctx context.Context, authorization string, change func(*Reading)) error {
	token, refused := v.read(authorization)
	if refused != nil {
		return refused
	}
	c := &token.claims
	iss := v.issuers[c.issuer]
	r := Reading{c.issuer, c.subject, c.audience, c.expires.time()}
	change(&r)
	c.issuer, c.subject, c.audience, c.expires.seconds = r.Issuer, r.Subject, r.Audience, float64(r.Expires.Unix())
	if refused := v.checkSigned(ctx, iss, token); refused != nil {
		return refused
	}
	return nil
}
