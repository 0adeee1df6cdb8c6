package caller_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/notegate/notegate/pkg/caller"
)

// A door is a fixture: where it has the sub, the exp and the groups, if it has
// them, and the caller without claims.
type door struct {
	sub, exp, groups string
	want             caller.Caller
}

func doors() map[string]door {
	const authorizer = "requestContext.authorizer."
	scopes, groups := []string{"notes/read", "notes/write"}, []string{"admins", "ops"}
	context := caller.Caller{Subject: sub, ClientID: client, Scopes: scopes, Expires: exp}
	token := caller.Caller{Subject: sub, ClientID: client, Issuer: iss, Scopes: scopes, Groups: groups, Expires: exp}
	idToken := caller.Caller{Subject: sub, ClientID: client, Issuer: iss, Groups: []string{"user"}, Expires: exp}
	flat := door{authorizer + "principalId", authorizer + "exp", authorizer + "groups", context}
	claims := door{authorizer + "claims.sub", authorizer + "claims.exp", authorizer + "claims.cognito:groups", token}
	cognito := claims
	cognito.want = idToken
	return map[string]door{
		"rest-lambda":          flat,
		"rest-cognito":         cognito,
		"rest-jwt":             claims,
		"rest-iam":             {sub: "requestContext.identity.cognitoAuthenticationProvider", want: caller.Caller{Subject: sub, Issuer: iss}},
		"http-jwt":             {authorizer + "jwt.claims.sub", authorizer + "jwt.claims.exp", authorizer + "jwt.claims.cognito:groups", token},
		"http-jwt-payload1":    claims,
		"http-lambda":          {authorizer + "lambda.sub", authorizer + "lambda.exp", authorizer + "lambda.groups", context},
		"http-lambda-payload1": flat,
		"websocket-connect":    flat,
		"websocket":            flat,
		"appsync-lambda":       {"identity.resolverContext.sub", "identity.resolverContext.exp", "identity.resolverContext.groups", context},
		"appsync-events":       {"identity.handlerContext.sub", "identity.handlerContext.exp", "identity.handlerContext.groups", context},
		"appsync-cognito":      {"identity.claims.sub", "identity.claims.exp", "identity.claims.cognito:groups", token},
	}
}

// A principalId alone names the caller: a context need not have a sub.
func TestContextWithoutSub(t *testing.T) {
	t.Parallel()
	for name, d := range doors() {
		context, flat := strings.CutSuffix(d.sub, ".principalId")
		if !flat {
			continue
		}
		for _, missing := range []any{nil, json.RawMessage("null")} {
			if c, err := caller.FromEvent(fixture(t, name).set(context+".sub", missing).json(t), now); err != nil || c.Subject != sub {
				t.Errorf("%s: got %q, %v, want %q", name, c.Subject, err, sub)
			}
		}
	}
}

var withoutClaims = cmpopts.IgnoreFields(caller.Caller{}, "Claims")

// Every door names the same user, and every fixture is a door.
func TestDoors(t *testing.T) {
	t.Parallel()
	for name, d := range doors() {
		got, err := caller.FromEvent(fixture(t, name).json(t), now)
		if diff := cmp.Diff(d.want, got, withoutClaims); err != nil || diff != "" {
			t.Errorf("%s: error %v, caller (-want +got):\n%s", name, err, diff)
		}
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".json"); ok {
			there = append(there, name)
		}
	}
	slices.Sort(there)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(doors())), there); diff != "" {
		t.Errorf("doors (-) and fixtures (+):\n%s", diff)
	}
}

// What a door hands on arrives as the event has it, and what API Gateway adds
// to a context does not.
func TestClaims(t *testing.T) {
	t.Parallel()
	for name, d := range doors() {
		e := fixture(t, name)
		var want map[string]any
		if d.exp != "" {
			parent := d.exp[:strings.LastIndex(d.exp, ".")]
			e.set(parent+".custom:plan", "gold").set(parent+".level", 3).set(parent+".tags", []any{"a", map[string]any{"b": true}})
			at := map[string]any(e)
			for _, step := range strings.Split(parent, ".") {
				at = at[step].(map[string]any)
			}
			want = maps.Clone(at)
			delete(want, "principalId")
			delete(want, "integrationLatency")
			e.set(parent+".nothing", json.RawMessage("null"))
		}
		c, err := caller.FromEvent(e.json(t), now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got map[string]any
		if err := json.Unmarshal(marshal(t, c.Claims), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(decoded(t, want), got); diff != "" {
			t.Errorf("%s: claims (-want +got):\n%s", name, diff)
		}
		if d.exp != "" && (c.Claims.Text("custom:plan") != "gold" || c.Claims.Text("level") != "3") {
			t.Errorf("%s: got texts %q and %q", name, c.Claims.Text("custom:plan"), c.Claims.Text("level"))
		}
	}
}

// decoded is v as it comes back from JSON.
func decoded(t testing.TB, v map[string]any) (out map[string]any) {
	t.Helper()
	if err := json.Unmarshal(marshal(t, v), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A Caller keeps nothing of the event's memory.
func TestClaimsAreCopies(t *testing.T) {
	t.Parallel()
	b := fixture(t, "rest-jwt").json(t)
	c, err := caller.FromEvent(b, now)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if got := string(c.Claims["scope"]); got != `"notes/read notes/write"` || c.Subject != sub {
		t.Errorf("got scope %s of %q, after the event was overwritten", got, c.Subject)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	claims := caller.Claims{
		"string": json.RawMessage(`"a\u0062\"c"`), "empty": json.RawMessage(`""`), "number": json.RawMessage("1.50"), "true": json.RawMessage("true"),
		"null": json.RawMessage("null"), "array": json.RawMessage(`["a"]`), "object": json.RawMessage(`{"a":"b"}`), "broken": json.RawMessage(`"a`), "none": nil,
	}
	want := map[string]string{"string": `ab"c`, "number": "1.50", "true": "true"}
	for name := range claims {
		if got := claims.Text(name); got != want[name] {
			t.Errorf("%s: got %q, want %q", name, got, want[name])
		}
	}
	if got := (caller.Claims)(nil).Text("sub"); got != "" {
		t.Errorf("got %q of no claims", got)
	}
}
