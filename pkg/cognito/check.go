package cognito

import (
	"slices"
	"strings"
)

// checkCheaply refuses what could never pass before a key is looked up. The
// claims are not verified yet, so passing it means nothing.
func (v *Verifier) checkCheaply(c *unverifiedClaims) *Refusal {
	if c.tokenUse != string(v.cfg.TokenUse) {
		return refuse(ReasonTokenUse, "token_use is not "+string(v.cfg.TokenUse))
	}
	if !slices.Contains(v.cfg.ClientIDs, c.client(v.cfg.TokenUse)) {
		return refuse(ReasonClient, "not issued to a configured app client")
	}
	switch {
	case !c.expires.present:
		return refuse(ReasonMalformed, "exp is missing")
	case !v.cfg.Now().Before(c.expires.time().Add(v.cfg.ClockSkew)): // RFC 7519 section 4.1.4: on or after
		return refuse(ReasonExpired, "exp has passed")
	}
	return nil
}

// checkSubject asks whose token it is.
func (v *Verifier) checkSubject(c *unverifiedClaims) *Refusal {
	switch {
	case c.subject == "":
		return refuse(ReasonSubject, "sub is empty")
	case c.name(v.cfg.TokenUse) == "" && !v.cfg.AllowM2M:
		return refuse(ReasonSubject, "client credentials token, and AllowM2M is false")
	}
	return nil
}

// checkAudience refuses an access token that is bound to some API where none is
// configured (RFC 7519 section 4.1.3). The parser has checked a configured audience.
func (v *Verifier) checkAudience(c *unverifiedClaims) *Refusal {
	if c.audience != nil && v.cfg.Audience == "" && v.cfg.TokenUse == AccessToken && !v.cfg.AllowAnyAudience {
		return refuse(ReasonClient, "bound to an audience by aud, and no audience is configured")
	}
	return nil
}

// checkRights asks for all required scopes and one of the required groups.
func (v *Verifier) checkRights(claims *Claims) *Refusal {
	for _, scope := range v.cfg.RequiredScopes {
		if !slices.Contains(claims.Scopes, scope) {
			return &Refusal{Reason: ReasonScope, Claims: claims, detail: "a required scope is missing"}
		}
	}
	inGroup := func(group string) bool { return slices.Contains(claims.Groups, group) }
	if len(v.cfg.RequiredGroups) > 0 && !slices.ContainsFunc(v.cfg.RequiredGroups, inGroup) {
		return &Refusal{Reason: ReasonGroup, Claims: claims, detail: "in none of the required groups"}
	}
	return nil
}

// claims returns what the strict reading found. It may leave the package only
// when every check has passed.
func (v *Verifier) claims(iss issuer, c *unverifiedClaims) *Claims {
	result := &struct { // one allocation for both
		claims   Claims
		verified verified
	}{verified: verified{c.payload}}
	result.claims = Claims{
		Pool:      iss.pool,
		Issuer:    c.issuer,
		Subject:   c.subject,
		Username:  c.name(v.cfg.TokenUse),
		ClientID:  c.client(v.cfg.TokenUse),
		TokenUse:  v.cfg.TokenUse,
		Scopes:    splitScope(c.scope),
		Groups:    c.groups,
		ExpiresAt: c.expires.time(),
		verified:  &result.verified,
	}
	return &result.claims
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

// name is the user's; a client credentials token has none.
func (c *unverifiedClaims) name(use TokenUse) string {
	if use == IDToken {
		return c.cognitoUsername
	}
	return c.username
}

// splitScope splits only at U+0020, as RFC 6749 section 3.3 joins scopes.
func splitScope(scope string) []string {
	if scope == "" {
		return nil
	}
	return strings.FieldsFunc(scope, func(r rune) bool { return r == ' ' })
}
