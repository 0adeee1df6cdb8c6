package cognito_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
)

// One good token of each kind that a user pool gives out.

// access is what InitiateAuth gives.
func access() *request {
	return good(map[string]any{
		"sub": subject, "iss": issuer, "client_id": clientID, "token_use": "access",
		"origin_jti": "11111111-2222-4333-8444-555555555555", "event_id": "66666666-7777-4888-8999-000000000000",
		"jti": "99999999-8888-4777-8666-555555555555", "scope": "aws.cognito.signin.user.admin",
		"auth_time": at.Unix(), "iat": at.Unix(), "exp": at.Add(time.Hour).Unix(), "username": subject,
	})
}

// code is what the code flow gives: custom scopes, and a version.
func code() *request {
	r := access()
	r.claims["version"] = 2
	r.claims["scope"] = "openid profile notes/read notes/write"
	r.claims["cognito:groups"] = []string{"staff", "admin"}
	return r
}

// machine is what client_credentials gives: no username, and the client as sub.
func machine() *request {
	r := good(map[string]any{
		"sub": clientID, "iss": issuer, "client_id": clientID, "token_use": "access", "version": 2,
		"jti": "99999999-8888-4777-8666-555555555555", "scope": "notes/read",
		"auth_time": at.Unix(), "iat": at.Unix(), "exp": at.Add(time.Hour).Unix(),
	})
	r.config.AllowM2M = true
	return r
}

// customised is what a pre token generation trigger may make of it.
func customised() *request {
	r := code()
	r.claims["aud"] = "https://notes.example"
	r.config.Audience = "https://notes.example"
	for name, value := range map[string]any{
		"tenant": "acme", "level": 7, "ratio": 0.5, "beta": true, "nothing": nil,
		"roles": []any{"a", 1, nil, []any{}}, "address": map[string]any{"city": "Ulm", "iss": "elsewhere"},
		"": "no name", "cognito:roles": []string{"arn:aws:iam::123456789012:role/notes"},
	} {
		r.claims[name] = value
	}
	return r
}

// identity is an ID token, before a verifier that wants one.
func identity() *request {
	r := good(map[string]any{
		"sub": subject, "iss": issuer, "aud": clientID, "token_use": "id", "cognito:username": subject,
		"jti": "99999999-8888-4777-8666-555555555555", "auth_time": at.Unix(), "iat": at.Unix(),
		"exp": at.Add(time.Hour).Unix(), "email": "somebody@example.com", "email_verified": true,
		"identities": []any{map[string]any{"userId": "1", "primary": "true"}},
	})
	r.config.TokenUse = cognito.IDToken
	return r
}

var kinds = map[string]func() *request{
	"InitiateAuth": access, "code flow": code, "client credentials": machine, "customised": customised, "ID token": identity,
}

func TestGoodTokens(t *testing.T) {
	t.Parallel()
	base := cognito.Claims{
		Pool: poolID, Issuer: issuer, Subject: subject, Username: subject, ClientID: clientID,
		TokenUse: cognito.AccessToken, ExpiresAt: at.Add(time.Hour),
	}
	want := map[string]func(*cognito.Claims){
		"InitiateAuth": func(c *cognito.Claims) { c.Scopes = []string{"aws.cognito.signin.user.admin"} },
		"code flow": func(c *cognito.Claims) {
			c.Scopes = []string{"openid", "profile", "notes/read", "notes/write"}
			c.Groups = []string{"staff", "admin"}
		},
		"client credentials": func(c *cognito.Claims) {
			c.Subject, c.Username, c.Scopes = clientID, "", []string{"notes/read"}
		},
		"customised": func(c *cognito.Claims) {
			c.Scopes = []string{"openid", "profile", "notes/read", "notes/write"}
			c.Groups = []string{"staff", "admin"}
		},
		"ID token": func(c *cognito.Claims) { c.TokenUse = cognito.IDToken },
	}
	for kind, unchanged := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := unchanged()
			got, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
			if err != nil {
				t.Fatal(err)
			}
			want2 := base
			want[kind](&want2)
			if diff := cmp.Diff(&want2, got, namedClaims); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The rules that hold for every kind, one row each.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	rows := []row{
		{"alg none", head("alg", "none"), cognito.ReasonAlgorithm, 0},
		{"kid missing", noHead("kid"), cognito.ReasonMalformed, 0},
		{"crit", head("crit", []string{"exp"}), cognito.ReasonMalformed, 0},
		{"iss of another pool", claim("iss", foreign), cognito.ReasonIssuer, 0},
		{"token_use missing", noClaim("token_use"), cognito.ReasonTokenUse, 0},
		{"token_use of another kind", claim("token_use", "refresh"), cognito.ReasonTokenUse, 0},
		{"exp missing", noClaim("exp"), cognito.ReasonMalformed, 0},
		{"exp now", claim("exp", at.Unix()), cognito.ReasonExpired, 0},
		{"kid unknown", head("kid", "somebody else's"), cognito.ReasonUnknownKey, 1},
		{"key of a stranger", signedBy(keys().stranger), cognito.ReasonSignature, 1},
		{"sub missing", noClaim("sub"), cognito.ReasonSubject, 1},
		{"nbf in the future", claim("nbf", at.Unix()+1), cognito.ReasonNotYetValid, 1},
		{"iat in the future", claim("iat", at.Unix()+61), cognito.ReasonNotYetValid, 1},
		{"scope required", config(func(c *cognito.Config) { c.RequiredScopes = []string{"notes"} }), cognito.ReasonScope, 1},
		{"group required", config(func(c *cognito.Config) { c.RequiredGroups = []string{"nobody"} }), cognito.ReasonGroup, 1},
		{"audience required", config(func(c *cognito.Config) { c.Audience = "https://other.example" }), cognito.ReasonClient, 1},
	}
	for kind, unchanged := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			run(t, unchanged, rows)
		})
	}
}
