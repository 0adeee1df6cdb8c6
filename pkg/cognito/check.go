package cognito

import (
	"slices"
	"strings"
	"time"
)

// checkCheaply refuses what could never pass before a key is looked up. The
// claims are not verified yet, so passing it means nothing.
func (v *Verifier) checkCheaply(c *unverifiedClaims) *Refusal {
	if c.tokenUse != string(v.cfg.TokenUse) {
		return refuse(ErrTokenUse, "token_use is not "+string(v.cfg.TokenUse))
	}
	if !slices.Contains(v.cfg.ClientIDs, c.client(v.cfg.TokenUse)) {
		return refuse(ErrClient, "not issued to a configured app client")
	}
	switch {
	case !c.expires.present:
		return refuse(ErrMalformed, "exp: want a time")
	case !v.cfg.Now().Before(c.expires.time().Add(v.cfg.ClockSkew)): // RFC 7519 section 4.1.4: on or after
		return refuse(ErrExpired, "exp has passed")
	}
	return nil
}

// checkRest checks what is left once the signature holds, and only here do
// claims become [Claims].
func (v *Verifier) checkRest(iss issuer, c *unverifiedClaims) (*Claims, *Refusal) {
	latest := v.cfg.Now().Add(v.cfg.ClockSkew)
	switch {
	case c.subject == "":
		return nil, refuse(ErrSubject, "sub: want it non-empty")
	case c.name(v.cfg.TokenUse) == "" && !v.cfg.AllowM2M:
		return nil, refuse(ErrSubject, "no username: a machine's token")
	case c.notBefore.present && c.notBefore.time().After(latest):
		return nil, refuse(ErrNotYetValid, "nbf lies in the future")
	case c.issuedAt.present && c.issuedAt.time().After(latest):
		return nil, refuse(ErrNotYetValid, "iat lies in the future")
	case v.cfg.Audience != "" && !slices.Contains(c.audience, v.cfg.Audience):
		return nil, refuse(ErrClient, "aud does not hold the configured audience")
	}
	claims := &Claims{
		Pool:      iss.pool,
		Issuer:    c.issuer,
		Subject:   c.subject,
		Username:  c.name(v.cfg.TokenUse),
		ClientID:  c.client(v.cfg.TokenUse),
		TokenUse:  v.cfg.TokenUse,
		Scopes:    splitScope(c.scope),
		Groups:    c.groups,
		ExpiresAt: c.expires.time(),
	}
	return claims, v.checkRights(claims)
}

// checkRights asks for all required scopes and one of the required groups.
func (v *Verifier) checkRights(claims *Claims) *Refusal {
	for _, scope := range v.cfg.RequiredScopes {
		if !slices.Contains(claims.Scopes, scope) {
			return &Refusal{Reason: ErrScope, Claims: claims, detail: "a required scope is missing"}
		}
	}
	inGroup := func(group string) bool { return slices.Contains(claims.Groups, group) }
	if len(v.cfg.RequiredGroups) > 0 && !slices.ContainsFunc(v.cfg.RequiredGroups, inGroup) {
		return &Refusal{Reason: ErrGroup, Claims: claims, detail: "in none of the required groups"}
	}
	return nil
}

// client is the app client that the token was issued to. An ID token with
// several audiences was issued to none in particular.
func (c *unverifiedClaims) client(use TokenUse) string {
	if use != IDToken {
		return c.clientID
	}
	if len(c.audience) == 1 {
		return c.audience[0]
	}
	return ""
}

// name is the user's; a machine's token has none.
func (c *unverifiedClaims) name(use TokenUse) string {
	if use == IDToken {
		return c.cognitoUsername
	}
	return c.username
}

// splitScope splits at U+0020 alone, as RFC 6749 section 3.3 joins scopes.
func splitScope(scope string) []string {
	if scope == "" {
		return nil
	}
	return strings.FieldsFunc(scope, func(r rune) bool { return r == ' ' })
}

// numericDate is RFC 7519's, in whole seconds as Cognito writes it.
type numericDate struct {
	seconds int64
	present bool
}

func (d numericDate) time() time.Time { return time.Unix(d.seconds, 0) }
