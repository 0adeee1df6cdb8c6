package cognito_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
)

func TestSubject(t *testing.T) {
	t.Parallel()
	for kind, unchanged := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			run(t, unchanged, []row{
				{"missing", noClaim("sub"), cognito.ReasonSubject, 1},
				{"empty", claim("sub", ""), cognito.ReasonSubject, 1},
				{"number", claim("sub", 12345678), cognito.ReasonMalformed, 0},
				{"null", claim("sub", nil), cognito.ReasonMalformed, 0},
				{"array", claim("sub", []string{subject}), cognito.ReasonMalformed, 0},
			})
		})
	}
}

func TestUsername(t *testing.T) {
	t.Parallel()
	m2m := config(func(c *cognito.Config) { c.AllowM2M = true })
	noM2M := config(func(c *cognito.Config) { c.AllowM2M = false })
	run(t, access, []row{
		{"missing", noClaim("username"), cognito.ReasonSubject, 1},
		{"empty", claim("username", ""), cognito.ReasonSubject, 1},
		{"number", claim("username", 1), cognito.ReasonMalformed, 0},
		{"null", claim("username", nil), cognito.ReasonMalformed, 0},
		{"under the name of an ID token's", both(noClaim("username"), claim("cognito:username", subject)), cognito.ReasonSubject, 1},
		{"missing, where machines may", both(m2m, noClaim("username")), "", 1},
		{"a user's, where machines may", m2m, "", 1},
	})
	run(t, machine, []row{
		{"a machine's, where machines may not", noM2M, cognito.ReasonSubject, 1},
		{"a machine's without sub", noClaim("sub"), cognito.ReasonSubject, 1},
	})
	run(t, identity, []row{
		{"missing in an ID token", noClaim("cognito:username"), cognito.ReasonSubject, 1},
		{"number in an ID token", claim("cognito:username", 1), cognito.ReasonMalformed, 0},
		{"an ID token's under the name of an access token's", both(noClaim("cognito:username"), claim("username", subject)), cognito.ReasonSubject, 1},
	})
}

func TestScopes(t *testing.T) {
	t.Parallel()
	unchanged := from(code, config(func(c *cognito.Config) { c.RequiredScopes = []string{"notes/read", "notes/write"} }))
	lacks := func(rule, scope string) row { return row{rule, claim("scope", scope), cognito.ReasonScope, 1} }
	run(t, unchanged, []row{
		{"missing", noClaim("scope"), cognito.ReasonScope, 1},
		lacks("empty", ""),
		lacks("one of two", "openid notes/read"),
		lacks("the other of two", "notes/write openid"),
		lacks("beginning of one", "notes/read notes/writ"),
		lacks("more than one", "notes/read notes/writes"),
		lacks("within another", "notes/read x:notes/write"),
		lacks("in another case", "notes/read Notes/Write"),
		lacks("only the resource", "notes notes/read"),
		lacks("asterisk", "notes/*"),
		lacks("joined by commas", "notes/read,notes/write"),
		lacks("joined by a tab", "notes/read\tnotes/write"),
		lacks("joined by a line feed", "notes/read\nnotes/write"),
		lacks("joined by a no-break space", "notes/read\u00a0notes/write"),
		{"several blanks", claim("scope", "  notes/write   notes/read "), "", 1},
		{"array", claim("scope", []string{"notes/read", "notes/write"}), cognito.ReasonMalformed, 0},
		{"null", claim("scope", nil), cognito.ReasonMalformed, 0},
		{"number", claim("scope", 1), cognito.ReasonMalformed, 0},
	})
}

func TestGroups(t *testing.T) {
	t.Parallel()
	unchanged := from(code, config(func(c *cognito.Config) { c.RequiredGroups = []string{"owners", "admin"} }))
	lacks := func(rule string, groups ...string) row {
		return row{rule, claim("cognito:groups", append([]string{}, groups...)), cognito.ReasonGroup, 1}
	}
	run(t, unchanged, []row{
		{"missing", noClaim("cognito:groups"), cognito.ReasonGroup, 1},
		lacks("empty"),
		lacks("others", "staff", "guests"),
		lacks("beginning of one", "admi"),
		lacks("more than one", "administrators"),
		lacks("in another case", "Admin"),
		lacks("two in one", "staff admin"),
		lacks("empty names", "", ""),
		{"the other that will do", claim("cognito:groups", []string{"owners"}), "", 1},
		{"both", claim("cognito:groups", []string{"admin", "owners"}), "", 1},
		{"string", claim("cognito:groups", "admin"), cognito.ReasonMalformed, 0},
		{"string that looks like an array", claim("cognito:groups", "[admin]"), cognito.ReasonMalformed, 0},
		{"null", claim("cognito:groups", nil), cognito.ReasonMalformed, 0},
		{"object", claim("cognito:groups", map[string]any{"admin": true}), cognito.ReasonMalformed, 0},
		{"array with a number", claim("cognito:groups", []any{"admin", 1}), cognito.ReasonMalformed, 0},
		{"array with null", claim("cognito:groups", []any{"admin", nil}), cognito.ReasonMalformed, 0},
		{"array in an array", claim("cognito:groups", []any{[]string{"admin"}}), cognito.ReasonMalformed, 0},
		{"under another name", both(noClaim("cognito:groups"), claim("groups", []string{"admin"})), cognito.ReasonGroup, 1},
	})
}

// A token that is good, but opens another door, is refused by name.
func TestRefusalOfAGoodToken(t *testing.T) {
	t.Parallel()
	r := code()
	r.config.RequiredScopes = []string{"notes/admin"}
	_, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
	var got *cognito.Refusal
	if !errors.As(err, &got) {
		t.Fatalf("got error %v, want a refusal", err)
	}
	want := &cognito.Claims{
		Pool: poolID, Issuer: issuer, Subject: subject, Username: subject, ClientID: clientID, TokenUse: cognito.AccessToken,
		Scopes: []string{"openid", "profile", "notes/read", "notes/write"}, Groups: []string{"staff", "admin"},
		ExpiresAt: at.Add(time.Hour),
	}
	if diff := cmp.Diff(want, got.Claims, namedClaims); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got, want := got.ClientID, clientID; got != want {
		t.Errorf("got client id %q, want %q", got, want)
	}
}

// The client id is named only if it is one of ours: the rest is the token's text.
func TestRefusalNamesConfiguredClientsOnly(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{clientID: clientID, "9876543210another": ""} {
		r := access()
		r.claims["client_id"] = id
		r.claims["exp"] = at.Unix()
		_, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
		var refusal *cognito.Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("got error %v, want a refusal", err)
		}
		if got := refusal.ClientID; got != want {
			t.Errorf("got client id %q, want %q", got, want)
		}
	}
}
