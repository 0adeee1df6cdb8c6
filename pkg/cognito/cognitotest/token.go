package cognitotest

import (
	"encoding/json"
	"maps"
	"testing"
	"time"
)

// Header returns the header of the pool's next token.
func (p *Pool) Header() map[string]any {
	return map[string]any{"kid": p.Key().KID, "alg": "RS256"}
}

// AccessClaims returns the claims of an access token as InitiateAuth gives it,
// good for an hour from now, and then edited.
func (p *Pool) AccessClaims(now time.Time, edit ...Edit) map[string]any {
	return p.claims("access", now, edit, map[string]any{
		"client_id":  ClientID,
		"origin_jti": "11111111-2222-4333-8444-555555555555",
		"event_id":   "66666666-7777-4888-8999-000000000000",
		"scope":      "aws.cognito.signin.user.admin",
		"username":   "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
	})
}

// IDClaims returns the claims of an ID token, good for an hour from now, and then
// edited.
func (p *Pool) IDClaims(now time.Time, edit ...Edit) map[string]any {
	return p.claims("id", now, edit, map[string]any{
		"aud":              ClientID,
		"cognito:username": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
		"email":            "somebody@example.com",
		"email_verified":   true,
	})
}

// claims adds what both kinds of token say.
func (p *Pool) claims(use string, now time.Time, edit []Edit, claims map[string]any) map[string]any {
	maps.Copy(claims, map[string]any{
		"sub":       "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
		"iss":       p.Issuer(),
		"token_use": use,
		"auth_time": now.Unix(),
		"exp":       now.Add(time.Hour).Unix(),
		"iat":       now.Unix(),
		"jti":       "99999999-8888-4777-8666-555555555555",
	})
	return changed(edit, claims)
}

// Sign returns the compact token of header and claims, signed with the pool's
// key whatever they say.
func (p *Pool) Sign(t testing.TB, header, claims map[string]any) string {
	t.Helper()
	return p.Key().SignRaw(t, marshal(t, header), marshal(t, claims))
}

// AccessToken returns an access token, good for an hour from now unless an edit
// changes that.
func (p *Pool) AccessToken(t testing.TB, now time.Time, edit ...Edit) string {
	t.Helper()
	return p.Sign(t, p.Header(), p.AccessClaims(now, edit...))
}

// IDToken returns an ID token, good for an hour from now unless an edit changes
// that.
func (p *Pool) IDToken(t testing.TB, now time.Time, edit ...Edit) string {
	t.Helper()
	return p.Sign(t, p.Header(), p.IDClaims(now, edit...))
}

func changed(edit []Edit, claims map[string]any) map[string]any {
	for _, change := range edit {
		change(claims)
	}
	return claims
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	document, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return document
}
