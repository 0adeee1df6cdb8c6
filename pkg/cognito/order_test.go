package cognito_test

import (
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

// A token that is wrong in two ways is refused for what is decided first, and
// no key is asked for before all that needs none has passed.
func TestOrder(t *testing.T) {
	t.Parallel()
	unchanged := from(customised, config(func(c *cognito.Config) {
		c.Audience = "https://notes.example"
		c.RequiredScopes, c.RequiredGroups = []string{"notes/read"}, []string{"staff"}
	}))
	faults := []row{
		{"segments", value(func(token string) string { return token + ".x" }), cognito.ReasonMalformed, 0},
		{"alg", head("alg", "none"), cognito.ReasonAlgorithm, 0},
		{"kid", head("kid", ""), cognito.ReasonMalformed, 0},
		{"iss", claim("iss", foreign), cognito.ReasonIssuer, 0},
		{"token_use", claim("token_use", "id"), cognito.ReasonTokenUse, 0},
		{"client_id", claim("client_id", "9876543210another"), cognito.ReasonClient, 0},
		{"exp", claim("exp", at.Unix()), cognito.ReasonExpired, 0},
		{"key", head("kid", "invented"), cognito.ReasonUnknownKey, 1},
		{"signature", signedBy(keys().stranger), cognito.ReasonSignature, 1},
		{"sub", claim("sub", ""), cognito.ReasonSubject, 1},
		{"nbf", claim("nbf", at.Unix()+1), cognito.ReasonNotYetValid, 1},
		{"aud", claim("aud", "https://other.example"), cognito.ReasonClient, 1},
		{"scope", claim("scope", "openid"), cognito.ReasonScope, 1},
		{"group", claim("cognito:groups", []string{}), cognito.ReasonGroup, 1},
	}
	rows := append([]row{}, faults...)
	for i, first := range faults {
		for _, second := range faults[i+1:] {
			if second.rule == "key" && first.rule == "kid" || first.rule == second.rule {
				continue // both are the kid
			}
			rows = append(rows, row{first.rule + " before " + second.rule, both(first.change, second.change), first.want, first.asks})
		}
	}
	run(t, unchanged, rows)
}
