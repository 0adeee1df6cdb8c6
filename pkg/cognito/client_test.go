package cognito_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

func TestTokenUse(t *testing.T) {
	t.Parallel()
	wrong := func(rule string, use any) row { return row{rule, claim("token_use", use), cognito.ReasonTokenUse, 0} }
	run(t, access, []row{
		{"missing", noClaim("token_use"), cognito.ReasonTokenUse, 0},
		wrong("id", "id"),
		wrong("refresh", "refresh"),
		wrong("empty", ""),
		wrong("in another case", "Access"),
		wrong("with a blank", "access "),
		{"array", claim("token_use", []string{"access"}), cognito.ReasonMalformed, 0},
		{"null", claim("token_use", nil), cognito.ReasonMalformed, 0},
		{"true", claim("token_use", true), cognito.ReasonMalformed, 0},
		{"ID token", func(r *request) { r.claims = identity().claims }, cognito.ReasonTokenUse, 0},
	})
	run(t, identity, []row{
		{"access token before a verifier of ID tokens", func(r *request) { r.claims = access().claims }, cognito.ReasonTokenUse, 0},
	})
}

func TestClient(t *testing.T) {
	t.Parallel()
	wrong := func(rule string, id any) row { return row{rule, claim("client_id", id), cognito.ReasonClient, 0} }
	run(t, access, []row{
		{"missing", noClaim("client_id"), cognito.ReasonClient, 0},
		wrong("another", "9876543210another"),
		wrong("empty", ""),
		wrong("in another case", strings.ToUpper(clientID)),
		wrong("cut short", clientID[:len(clientID)-1]),
		wrong("one byte more", clientID+"x"),
		wrong("with a blank", clientID+" "),
		wrong("asterisk", "*"),
		wrong("two in one", "3n4b5urk1ft4fl3mg5eanother,"+clientID),
		{"array", claim("client_id", []string{clientID}), cognito.ReasonMalformed, 0},
		{"number", claim("client_id", 1), cognito.ReasonMalformed, 0},
		{"null", claim("client_id", nil), cognito.ReasonMalformed, 0},
		{"in aud instead", both(noClaim("client_id"), claim("aud", clientID)), cognito.ReasonClient, 0},
		{"the other one that is configured", claim("client_id", "3n4b5urk1ft4fl3mg5eanother"), "", 1},
	})
}

func TestClientOfAnIDToken(t *testing.T) {
	t.Parallel()
	wrong := func(rule string, aud any) row { return row{rule, claim("aud", aud), cognito.ReasonClient, 0} }
	run(t, identity, []row{
		{"missing", noClaim("aud"), cognito.ReasonClient, 0},
		wrong("another", "9876543210another"),
		wrong("empty", ""),
		wrong("empty array", []string{}),
		wrong("array with another", []string{"9876543210another"}),
		wrong("array with a further one", []string{clientID, "9876543210another"}),
		wrong("array with the same twice", []string{clientID, clientID}),
		{"array of one", claim("aud", []string{clientID}), "", 1},
		{"number", claim("aud", 1), cognito.ReasonMalformed, 0},
		{"null", claim("aud", nil), cognito.ReasonMalformed, 0},
		{"object", claim("aud", map[string]any{clientID: true}), cognito.ReasonMalformed, 0},
		{"array with a number", claim("aud", []any{clientID, 1}), cognito.ReasonMalformed, 0},
		{"array in an array", claim("aud", []any{[]string{clientID}}), cognito.ReasonMalformed, 0},
		{"in client_id instead", both(noClaim("aud"), claim("client_id", clientID)), cognito.ReasonClient, 0},
	})
}

// A token that is bound to an API is for that API alone (RFC 7519 section 4.1.3).
func TestAudienceWhereNoneIsConfigured(t *testing.T) {
	t.Parallel()
	bound := func(rule string, aud any) row { return row{rule, claim("aud", aud), cognito.ReasonClient, 1} }
	any := config(func(c *cognito.Config) { c.AllowAnyAudience = true })
	run(t, access, []row{
		bound("another API", "https://other.example"),
		bound("several APIs", []string{"https://other.example", "https://notes.example"}),
		bound("empty", ""),
		bound("empty array", []string{}),
		bound("the app client", clientID),
		{"another API, where any will do", both(any, claim("aud", "https://other.example")), "", 1},
		{"none, where any will do", any, "", 1},
		{"number, where any will do", both(any, claim("aud", 1)), cognito.ReasonMalformed, 0},
	})
	run(t, identity, []row{
		{"another client's ID token, where any will do", both(any, claim("aud", "9876543210another")), cognito.ReasonClient, 0},
	})
}

func TestAudience(t *testing.T) {
	t.Parallel()
	const audience = "https://notes.example"
	unchanged := from(customised, config(func(c *cognito.Config) { c.Audience = audience }))
	wrong := func(rule string, aud any) row { return row{rule, claim("aud", aud), cognito.ReasonClient, 1} }
	run(t, unchanged, []row{
		{"missing", noClaim("aud"), cognito.ReasonClient, 1},
		wrong("empty", ""),
		wrong("empty array", []string{}),
		wrong("another", "https://other.example"),
		wrong("trailing slash", audience+"/"),
		wrong("cut short", audience[:len(audience)-1]),
		wrong("in another case", strings.ToUpper(audience)),
		wrong("array with others", []string{"https://other.example", audience + "/"}),
		{"array", claim("aud", []string{"https://other.example", audience}), "", 1},
		{"number", claim("aud", 1), cognito.ReasonMalformed, 0},
		{"array with a number", claim("aud", []any{audience, 1}), cognito.ReasonMalformed, 0},
	})
}
