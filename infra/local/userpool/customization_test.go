package userpool_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

// claimsOf signs in and returns both tokens' claims.
func (f *fixture) claimsOf() (access, id jwt.MapClaims) {
	f.t.Helper()
	tokens := f.mustSignIn()
	access, _, err := f.verify(*tokens.AccessToken)
	if err != nil {
		f.t.Fatal(err)
	}
	id, _, err = f.verify(*tokens.IdToken)
	if err != nil {
		f.t.Fatal(err)
	}
	return access, id
}

// changed are the claims that differ, except for those that differ each time.
func changed(before, after jwt.MapClaims) map[string]any {
	diff := map[string]any{}
	for name, value := range after {
		if was, ok := before[name]; !ok || !cmp.Equal(was, value) {
			diff[name] = value
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			diff[name] = "gone"
		}
	}
	for _, name := range []string{"jti", "origin_jti", "event_id", "at_hash"} {
		delete(diff, name)
	}
	return diff
}

func TestTriggerCustomizes(t *testing.T) {
	t.Parallel()
	f, fn := openTriggered(t)
	if err := f.addToGroup(poolID, email, "staff"); err != nil {
		t.Fatal(err)
	}
	access, id := f.claimsOf()
	const admin = "aws.cognito.signin.user.admin"
	none := map[string]any{}
	for name, row := range map[string]struct {
		answer            string
		inAccess, inIDOne map[string]any
	}{
		"nothing": {`{}`, none, none},
		"access claims": {`{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme","list":["a",{"b":1}],"n":12345678901234567,"yes":true}}}`,
			map[string]any{"tenant": "acme", "list": []any{"a", map[string]any{"b": 1.0}}, "n": 12345678901234567.0, "yes": true}, none},
		"null claim":        {`{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":null}}}`, none, none},
		"ID claims":         {`{"idTokenGeneration":{"claimsToAddOrOverride":{"email":"x@example.com","tenant":"acme"}}}`, none, map[string]any{"email": "x@example.com", "tenant": "acme"}},
		"suppress":          {`{"idTokenGeneration":{"claimsToSuppress":["email","nothing"]}}`, none, map[string]any{"email": "gone"}},
		"set and suppress":  {`{"idTokenGeneration":{"claimsToAddOrOverride":{"email":"x"},"claimsToSuppress":["email"]}}`, none, map[string]any{"email": "gone"}},
		"scopes":            {`{"accessTokenGeneration":{"scopesToAdd":["notes/read","` + admin + `","b"]}}`, map[string]any{"scope": admin + " notes/read b"}, none},
		"suppressed scope":  {`{"accessTokenGeneration":{"scopesToAdd":["a","b"],"scopesToSuppress":["` + admin + `","b"]}}`, map[string]any{"scope": "a"}, none},
		"audience":          {`{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"app"}}}`, map[string]any{"aud": "app"}, none},
		"another audience":  {`{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"other"}}}`, none, none},
		"several audiences": {`{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":["app"]}}}`, none, none},
		"groups": {`{"groupOverrideDetails":{"groupsToOverride":["a","b"],"iamRolesToOverride":["arn:1"],"preferredRole":"arn:2"}}`,
			map[string]any{"cognito:groups": []any{"a", "b"}},
			map[string]any{"cognito:groups": []any{"a", "b"}, "cognito:roles": []any{"arn:1"}, "cognito:preferred_role": "arn:2"}},
		"empty groups": {`{"groupOverrideDetails":{}}`, map[string]any{"cognito:groups": "gone"}, map[string]any{"cognito:groups": "gone"}},
		"null groups":  {`{"groupOverrideDetails":null}`, map[string]any{"cognito:groups": "gone"}, map[string]any{"cognito:groups": "gone"}},
	} {
		fn.answer = row.answer
		gotAccess, gotID := f.claimsOf()
		if diff := cmp.Diff(row.inAccess, changed(access, gotAccess)); diff != "" {
			t.Errorf("%s, access token: want(-) got(+):\n%s", name, diff)
		}
		if diff := cmp.Diff(row.inIDOne, changed(id, gotID)); diff != "" {
			t.Errorf("%s, ID token: want(-) got(+):\n%s", name, diff)
		}
	}
}

// Claims that are the pool's own stay as they are, whether the trigger sets or
// suppresses them.
func TestTriggerCannotChange(t *testing.T) {
	t.Parallel()
	f, fn := openTriggered(t)
	if err := f.addToGroup(poolID, email, "staff"); err != nil {
		t.Fatal(err)
	}
	const shared = "acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use cognito:groups cognito:roles cognito:preferred_role"
	set := func(names string) string {
		return `{"claimsToAddOrOverride":{"` + strings.Join(strings.Fields(names), `":"x","`) + `":"x"}}`
	}
	suppress := func(names string) string {
		return `{"claimsToSuppress":["` + strings.Join(strings.Fields(names), `","`) + `"]}`
	}
	access, id := f.claimsOf()
	for _, as := range []func(string) string{set, suppress} {
		fn.answer = `{"accessTokenGeneration":` + as(shared+" username client_id scope device_key event_id version") +
			`,"idTokenGeneration":` + as(shared+" identities aud cognito:username") + `}`
		gotAccess, gotID := f.claimsOf()
		if got := changed(access, gotAccess); len(got) > 0 {
			t.Errorf("access token: %v changed by %s", got, fn.answer)
		}
		if got := changed(id, gotID); len(got) > 0 {
			t.Errorf("ID token: %v changed by %s", got, fn.answer)
		}
		for _, name := range []string{"jti", "origin_jti", "event_id"} {
			if gotAccess[name] == nil || gotAccess[name] == "x" || name != "event_id" && (gotID[name] == nil || gotID[name] == "x") {
				t.Errorf("%s: got %v and %v", name, gotAccess[name], gotID[name])
			}
		}
	}
}

// What the trigger makes of the scopes is what the pool itself goes by.
func TestTriggerTakesTheScopeOfOperations(t *testing.T) {
	t.Parallel()
	f, fn := openTriggered(t)
	if err := f.getUser(*f.mustSignIn().AccessToken); err != nil {
		t.Fatal(err)
	}
	fn.answer = `{"accessTokenGeneration":{"scopesToSuppress":["aws.cognito.signin.user.admin"]}}`
	wantFault(t, f.getUser(*f.mustSignIn().AccessToken), "NotAuthorizedException", "Access Token does not have required scopes")
}

// The hosted login and machines get what the trigger said.
func TestTriggerOfOtherGrants(t *testing.T) {
	t.Parallel()
	f, fn := openTriggered(t)
	fn.answer = `{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme"},"scopesToAdd":["x"]},"idTokenGeneration":{"claimsToAddOrOverride":{"tenant":"idp"}},"groupOverrideDetails":{"groupsToOverride":["g"]}}`
	code := f.visit().authorize("scope", "openid").Get("code")
	fn.answer = `{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":"late"}}}`
	f.restartTriggered(fn) // the answer is kept with the code
	_, g := f.redeem(code)
	access, _, err := f.verify(g.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	id, _, err := f.verify(g.IDToken)
	if err != nil {
		t.Fatal(err)
	}
	if access["tenant"] != "acme" || access["scope"] != "openid x" || id["tenant"] != "idp" || !cmp.Equal(id["cognito:groups"], []any{"g"}) {
		t.Errorf("got %v and %v", access, id)
	}

	fn.answer = `{"accessTokenGeneration":{"claimsToAddOrOverride":{"job":7,"sub":"x"},"scopesToSuppress":["notes/write"]}}`
	_, g = f.token("grant_type", "client_credentials", "client_id", "machine", "client_secret", secret)
	access, _, err = f.verify(g.AccessToken)
	if err != nil || access["job"] != 7.0 || access["sub"] != "machine" || access["scope"] != "notes/read" {
		t.Errorf("got %v (%v)", access, err)
	}
}

func (f *fixture) restartTriggered(fn *trigger) {
	f.t.Helper()
	f.reopen(func(cfg *userpool.Config) {
		cfg.PreTokenGeneration = fn
		cfg.Clients = append(cfg.Clients, confidential(), machine())
	})
}

// Static claims are in every token; a trigger decides.
func TestStaticClaims(t *testing.T) {
	t.Parallel()
	f, fn := open(t), &trigger{}
	f.reopen(func(cfg *userpool.Config) {
		job := machine()
		job.StaticClaims = map[string]jsontext.Value{"tenant": jsontext.Value(`"jobs"`)}
		cfg.Clients = append(cfg.Clients, job)
		cfg.Clients[0].StaticClaims = map[string]jsontext.Value{"tenant": jsontext.Value(`"acme"`), "plan": jsontext.Value(`{"n":3}`)}
		cfg.PreTokenGeneration = fn
	})
	f.user()
	access, id := f.claimsOf()
	for _, claims := range []jwt.MapClaims{access, id} {
		if claims["tenant"] != "acme" || !cmp.Equal(claims["plan"], any(map[string]any{"n": 3.0})) {
			t.Errorf("got %v", claims)
		}
	}
	_, g := f.token("grant_type", "client_credentials", "client_id", "machine", "client_secret", secret)
	if claims, _, err := f.verify(g.AccessToken); err != nil || claims["tenant"] != "jobs" {
		t.Errorf("machine: got %v (%v)", claims, err)
	}
	fn.answer = `{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":"other"},"claimsToSuppress":["plan"]}}`
	access, _ = f.claimsOf()
	if access["tenant"] != "other" || access["plan"] != nil {
		t.Errorf("after the trigger: got %v", access)
	}
}

// They are the file's alone: the API has no such member, as Cognito's has none.
func TestStaticClaimsAreTheFiles(t *testing.T) {
	t.Parallel()
	f := open(t)
	const create = `{"UserPoolId":"local_test","ClientName":"web","StaticClaims":{"tenant":"acme"}}`
	status, body := f.do("POST", "/", apiHeader("CreateUserPoolClient"), strings.NewReader(create))
	if status != 200 || !strings.Contains(body, `"ClientName":"web"`) || strings.Contains(body, "acme") {
		t.Errorf("got %d %s, want a client without the claim", status, body)
	}
}

// A claim of the pool's own in the file stops the start.
func TestStaticClaimsOfThePool(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sub", "aud", "client_id", "scope", "cognito:groups", "exp"} {
		cfg := open(t).config()
		cfg.Dir = t.TempDir()
		cfg.Clients[0].StaticClaims = map[string]jsontext.Value{name: jsontext.Value(`"x"`)}
		if _, err := userpool.Open(cfg); err == nil || !strings.Contains(err.Error(), `"app": StaticClaims: only the user pool sets `+name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
