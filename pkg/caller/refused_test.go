package caller_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/caller"
)

// A row changes one thing of a fixture that passes.
type row struct {
	rule  string
	path  string
	value any // nil removes the member
	want  error
}

const pool = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e"

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, d := range doors() {
		rows := append(everywhere(name), iamRows(d.sub)...)
		if d.exp != "" {
			rows = append(everywhere(name), tokenRows(d)...)
		}
		for _, r := range rows {
			t.Run(name+"/"+r.rule, func(t *testing.T) {
				t.Parallel()
				if _, err := caller.FromEvent(fixture(t, name).json(t), now); err != nil {
					t.Fatalf("unchanged: %v", err)
				}
				got, err := caller.FromEvent(fixture(t, name).set(r.path, r.value).json(t), now)
				if !errors.Is(err, r.want) {
					t.Errorf("got error %v, want %v", err, r.want)
				}
				if diff := cmp.Diff(caller.Caller{}, got); diff != "" {
					t.Errorf("beside the error, the zero caller (-) and (+):\n%s", diff)
				}
			})
		}
	}
}

// everywhere holds another caller, told from the fixture's own, and texts that are not events.
func everywhere(name string) []row {
	another := map[string]any{"sub": sub, "exp": "1782996167"}
	others := map[string]row{
		"principalId":     {path: "requestContext.authorizer.principalId", value: sub},
		"claims":          {path: "requestContext.authorizer.claims", value: another},
		"empty claims":    {path: "requestContext.authorizer.claims", value: map[string]any{}},
		"jwt":             {path: "requestContext.authorizer.jwt", value: map[string]any{"claims": another}},
		"lambda":          {path: "requestContext.authorizer.lambda", value: another},
		"IAM":             {path: "requestContext.identity.cognitoAuthenticationProvider", value: pool + ":CognitoSignIn:" + sub},
		"resolverContext": {path: "identity.resolverContext", value: another},
		"handlerContext":  {path: "identity.handlerContext", value: another},
		"AppSync claims":  {path: "identity.claims", value: another},
	}
	own := map[string][]string{
		"rest-lambda": {"principalId"}, "http-lambda-payload1": {"principalId"}, "websocket": {"principalId"}, "websocket-connect": {"principalId"},
		"rest-cognito": {"claims", "empty claims"}, "rest-jwt": {"claims", "empty claims"}, "http-jwt-payload1": {"claims", "empty claims"},
		"http-jwt": {"jwt"}, "http-lambda": {"lambda"}, "rest-iam": {"IAM"},
		"appsync-lambda": {"resolverContext"}, "appsync-events": {"handlerContext"}, "appsync-cognito": {"AppSync claims"},
	}
	for _, same := range own[name] {
		delete(others, same)
	}
	rows := []row{
		{"version a number", "version", 2, caller.ErrMalformed},
		{"requestContext a list", "requestContext", []any{}, caller.ErrMalformed},
		{"authorizer a string", "requestContext.authorizer", "x", caller.ErrMalformed},
		{"identity a string", "identity", "x", caller.ErrMalformed},
		{"identity of the request a list", "requestContext.identity", []any{}, caller.ErrMalformed},
	}
	if slices.Contains(own[name], "principalId") {
		others["sub"] = row{path: "requestContext.authorizer.sub", value: "ann"}
		others["sub, a number"] = row{path: "requestContext.authorizer.sub", value: 7}
		others["sub, empty"] = row{path: "requestContext.authorizer.sub", value: ""}
	}
	for rule, r := range others {
		rows = append(rows, row{"two callers: " + rule, r.path, r.value, caller.ErrAmbiguous})
	}
	return rows
}

func iamRows(provider string) []row {
	const kind = "requestContext.identity.cognitoAuthenticationType"
	signIn := func(pool, sub string) string { return pool + "," + pool + ":CognitoSignIn:" + sub }
	return []row{
		{"null", provider, json.RawMessage("null"), caller.ErrNone},
		{"empty", provider, "", caller.ErrNone},
		{"missing", provider, nil, caller.ErrNone},
		{"a number", provider, 1, caller.ErrMalformed},
		{"no sign-in", provider, pool, caller.ErrMalformed},
		{"another provider", provider, "accounts.google.com,accounts.google.com:OIDC:" + sub, caller.ErrMalformed},
		{"a provider that is no user pool", provider, signIn("idp.example", sub), caller.ErrMalformed},
		{"a user pool at another host", provider, signIn("cognito-idp.eu-central-1.attacker.example/eu-central-1_a1B2c3D4e", sub), caller.ErrMalformed},
		{"no pool's name", provider, ":CognitoSignIn:" + sub, caller.ErrMalformed},
		{"no sub", provider, signIn(pool, ""), caller.ErrMalformed},
		{"sub blank", provider, signIn(pool, " "), caller.ErrMalformed},
		{"sub too long", provider, signIn(pool, strings.Repeat("a", 256)), caller.ErrMalformed},
		{"colon after", provider, signIn(pool, "x:"+sub), caller.ErrMalformed},
		{"comma after", provider, signIn(pool, sub+",x"), caller.ErrMalformed},
		{"a user called so", provider, "idp.example,idp.example:OIDC:x:CognitoSignIn:" + sub, caller.ErrMalformed},
		{"a user called a sign-in", provider, "idp.example,idp.example:OIDC:x," + pool + ":CognitoSignIn:" + sub, caller.ErrMalformed},
		{"unauthenticated", kind, "unauthenticated", caller.ErrMalformed},
		{"no type", kind, nil, caller.ErrMalformed},
	}
}

func tokenRows(d door) []row {
	parent := d.exp[:strings.LastIndex(d.exp, ".")]
	object, missing, null := strings.TrimSuffix(d.sub, ".sub"), caller.ErrMalformed, caller.ErrNone
	if strings.HasSuffix(d.sub, ".principalId") {
		object, missing = "requestContext.authorizer", caller.ErrNone
	}
	if strings.HasSuffix(d.sub, ".jwt.claims.sub") {
		null = caller.ErrMalformed // jwt is there still, and should say who
	}
	rows := []row{
		{"sub missing", d.sub, nil, missing},
		{"sub null", d.sub, json.RawMessage("null"), missing},
		{"sub empty", d.sub, "", caller.ErrMalformed},
		{"sub blank", d.sub, " ", caller.ErrMalformed},
		{"sub a number", d.sub, 1, caller.ErrMalformed},
		{"sub a list", d.sub, []string{sub}, caller.ErrMalformed},
		{"sub too long", d.sub, strings.Repeat("a", 256), caller.ErrMalformed},
		{"sub of controls", d.sub, sub + "\n", caller.ErrMalformed},
		{"sub not ASCII", d.sub, "é", caller.ErrMalformed},
		{"a string where the caller is", object, "x", caller.ErrMalformed},
		{"null where the caller is", object, json.RawMessage("null"), null},
		{"client a number", parent + ".client_id", 7, caller.ErrMalformed},
		{"iss a number", parent + ".iss", 7, caller.ErrMalformed},
		{"scope a number", parent + ".scope", 7, caller.ErrMalformed},
		{"scope of numbers", parent + ".scope", []any{"a", 7}, caller.ErrMalformed},
		{"groups a number", d.groups, 7, caller.ErrMalformed},
		{"groups of nulls", d.groups, []any{nil}, caller.ErrMalformed},
		{"exp missing", d.exp, nil, caller.ErrMalformed},
	}
	if strings.HasSuffix(d.sub, "claims.sub") {
		return append(rows, row{"aud a number", parent + ".aud", 7, caller.ErrMalformed})
	}
	for rule, list := range map[string]any{"no array": "x", "an array": []string{"a"}, "of numbers": "[7]", "not closed": `["a"`, "two arrays": `["a"]["b"]`, "a member more": `["a"],"x":["b"]`} {
		rows = append(rows, row{"groups_json " + rule, parent + ".groups_json", list, caller.ErrMalformed})
	}
	return rows
}

// Documents that are no events at all, and what no authorizer's rows can write.
func TestEvents(t *testing.T) {
	t.Parallel()
	good := string(fixture(t, "rest-lambda").json(t))
	if _, err := caller.FromEvent([]byte(good), now); err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]error{
		"": caller.ErrMalformed, "null": caller.ErrMalformed, "[]": caller.ErrMalformed, "{": caller.ErrMalformed, "{} {}": caller.ErrMalformed, "{}": caller.ErrNone,
		`{"requestContext":null,"identity":null}`:                                              caller.ErrNone,
		strings.Replace(good, `{`, "{\"x\":\"\xff\",", 1):                                      caller.ErrMalformed,
		strings.Replace(good, `{`, `{"requestContext":{},`, 1):                                 caller.ErrMalformed,
		strings.Replace(good, `"principalId":`, `"principalId":"ann","principalId":`, 1):       caller.ErrMalformed,
		strings.Replace(good, `"scope":`, `"x":{"a":1,"a":2},"scope":`, 1):                     caller.ErrMalformed,
		strings.Replace(good, `"requestContext":`, `"RequestContext":`, 1):                     caller.ErrNone,
		strings.Replace(good, `"principalId":`, `"PrincipalId":`, 1):                           caller.ErrNone,
		strings.Replace(good, `"principalId":"`+sub, `"principalId":"`+sub[1:]+`\ud800`, 1):    caller.ErrMalformed,
		`{"authorizationToken":"Bearer x","requestContext":{"apiId":"a","operationName":"b"}}`: caller.ErrNone, // AppSync asks an authorizer
	} {
		if event == good {
			t.Error("the row changes nothing")
		}
		got, err := caller.FromEvent([]byte(event), now)
		if diff := cmp.Diff(caller.Caller{}, got); !errors.Is(err, want) || diff != "" {
			t.Errorf("%.60q: got error %v, want %v, and (-want +got):\n%s", event, err, want, diff)
		}
	}
}

// Doors that are not read have nobody behind them.
func TestDoorsThatAreNotRead(t *testing.T) {
	t.Parallel()
	iam := map[string]any{"iam": map[string]any{"userId": "AROAEXAMPLE", "cognitoIdentity": map[string]any{"amr": []any{"authenticated", pool + ":CognitoSignIn:" + sub}}}}
	for rule, e := range map[string]event{
		"HTTP API, IAM":    fixture(t, "http-jwt").set("requestContext.authorizer", iam),
		"REST API, no key": fixture(t, "rest-lambda").set("requestContext.authorizer", nil),
		"AppSync, IAM": fixture(t, "appsync-lambda").set("identity", map[string]any{
			"accountId": "123456789012", "cognitoIdentityAuthType": "authenticated", "cognitoIdentityAuthProvider": pool + ":CognitoSignIn:" + sub,
		}),
		"AppSync, API key": fixture(t, "appsync-lambda").set("identity", json.RawMessage("null")),
	} {
		if _, err := caller.FromEvent(e.json(t), now); !errors.Is(err, caller.ErrNone) {
			t.Errorf("%s: got error %v, want ErrNone", rule, err)
		}
	}
}

// A clock that was forgotten makes nobody a caller, save behind IAM.
func TestZeroNow(t *testing.T) {
	t.Parallel()
	for name, d := range doors() {
		var want error
		if d.exp != "" {
			want = caller.ErrExpired
		}
		if _, err := caller.FromEvent(fixture(t, name).json(t), time.Time{}); !errors.Is(err, want) {
			t.Errorf("%s: got error %v, want %v", name, err, want)
		}
	}
}
