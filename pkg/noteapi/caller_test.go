package noteapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/noteapi"
	"time"
)

const (
	milk         = `{"noteid":"shopping","note":"milk","version":1,"createdAt":` + stamp + `,"updatedAt":` + stamp + `,"etag":"\"1\""}`
	unauthorized = `{"message":"Unauthorized"}`
)

// doors are the fixtures of proxy events, and where each has the caller.
var doors = map[string]struct{ sub, exp string }{
	"rest-lambda":          {"requestContext.authorizer.principalId", "requestContext.authorizer.exp"},
	"rest-cognito":         {"requestContext.authorizer.claims.sub", "requestContext.authorizer.claims.exp"},
	"rest-jwt":             {"requestContext.authorizer.claims.sub", "requestContext.authorizer.claims.exp"},
	"rest-iam":             {"requestContext.identity.cognitoAuthenticationProvider", ""},
	"http-jwt":             {"requestContext.authorizer.jwt.claims.sub", "requestContext.authorizer.jwt.claims.exp"},
	"http-lambda":          {"requestContext.authorizer.lambda.sub", "requestContext.authorizer.lambda.exp"},
	"http-lambda-payload1": {"requestContext.authorizer.principalId", "requestContext.authorizer.exp"},
}

// TestDoors sees that the same user reaches the same note through every door.
func TestDoors(t *testing.T) {
	t.Parallel()
	for name := range doors {
		a := newApp(t)
		a.seed(t)
		t.Run(name, func(t *testing.T) {
			a.want(t, fixture(t, name), 200, milk)
		})
	}
}

// TestNullIsNobody sees that where a door has null, nobody stands.
func TestNullIsNobody(t *testing.T) {
	t.Parallel()
	null := json.RawMessage("null")
	for name := range doors {
		for _, member := range []string{"principalId", "claims", "jwt", "lambda"} {
			e := fixture(t, name)
			if strings.HasPrefix(doors[name].sub, "requestContext.authorizer."+member) {
				continue
			}
			a := newApp(t)
			a.seed(t)
			a.want(t, e.set("requestContext.authorizer."+member, null), 200, milk)
		}
	}
	a := newApp(t)
	a.want(t, fixture(t, "rest-lambda").set("requestContext.authorizer.principalId", null), 401, unauthorized)
	if got, want := a.log.String(), "no caller"; !strings.Contains(got, want) {
		t.Errorf("got log %s, want cause %q", got, want)
	}
}

// TestNotTheCaller changes one thing of a fixture that passes.
func TestNotTheCaller(t *testing.T) {
	t.Parallel()
	const ctx, pool = "requestContext.", "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e"
	type row struct {
		path  string
		value any
		cause string
	}
	rows := map[string]map[string]row{
		"rest-iam": {
			"no sign-in":       {doors["rest-iam"].sub, pool, "not a sub"},
			"another provider": {doors["rest-iam"].sub, "accounts.google.com,accounts.google.com:OIDC:" + sub, "not a sub"},
			"no sub":           {doors["rest-iam"].sub, pool + "," + pool + ":CognitoSignIn:", "not a sub"},
			"sub blank":        {doors["rest-iam"].sub, pool + "," + pool + ":CognitoSignIn: ", "not a sub"},
			"sub of 2 KB":      {doors["rest-iam"].sub, pool + "," + pool + ":CognitoSignIn:" + strings.Repeat("a", 2048), "not a sub"},
			"colon after":      {doors["rest-iam"].sub, pool + "," + pool + ":CognitoSignIn:x:" + sub, "not a sub"},
			"comma after":      {doors["rest-iam"].sub, pool + "," + pool + ":CognitoSignIn:" + sub + ",x", "not a sub"},
			"no user pool":     {doors["rest-iam"].sub, "idp.example,idp.example:CognitoSignIn:" + sub, "not a sub"},
			"no pool's name":   {doors["rest-iam"].sub, ":CognitoSignIn:" + sub, "not a sub"},
			"a user called so": {doors["rest-iam"].sub, "idp.example,idp.example:OIDC:x:CognitoSignIn:" + sub, "not a sub"},
			"a user called a sign-in": {
				doors["rest-iam"].sub, "idp.example,idp.example:OIDC:x," + pool + ":CognitoSignIn:" + sub, "not a sub",
			},
			"another pool": {
				doors["rest-iam"].sub, strings.ReplaceAll(pool, "a1B2c3D4e", "a1B2c3D4f") + ",x:CognitoSignIn:" + sub, "not a sub",
			},
			"another pool beside ours": {
				doors["rest-iam"].sub, pool + "," + strings.ReplaceAll(pool, "a1B2c3D4e", "a1B2c3D4f") + ":CognitoSignIn:" + sub, "not a sub",
			},
			"our pool's id in another Region": {
				doors["rest-iam"].sub, pool + "," + strings.Replace(pool, "eu-central-1", "eu-west-1", 1) + ":CognitoSignIn:" + sub, "not a sub",
			},
			"our pool at another host": {
				doors["rest-iam"].sub, pool + "," + strings.Replace(pool, "amazonaws.com", "attacker.example", 1) + ":CognitoSignIn:" + sub, "not a sub",
			},
			"null":            {doors["rest-iam"].sub, nil, "no caller"},
			"unauthenticated": {ctx + "identity.cognitoAuthenticationType", "unauthenticated", "not a sub"},
			"no type":         {ctx + "identity.cognitoAuthenticationType", nil, "not a sub"},
			"a token too":     {ctx + "authorizer", map[string]any{"principalId": sub, "exp": "1782996167"}, "more than one"},
		},
	}
	for name, at := range doors {
		if at.exp == "" {
			continue
		}
		noSub, emptyClaims := "not a sub", "more than one"
		if strings.HasSuffix(at.sub, ".principalId") {
			noSub = "no caller"
		}
		if strings.Contains(at.sub, ".authorizer.claims.") {
			emptyClaims = "not a sub"
		}
		rows[name] = map[string]row{
			"no authorizer":   {ctx + "authorizer", nil, "no caller"},
			"sub missing":     {at.sub, nil, noSub},
			"sub empty":       {at.sub, "", "not a sub"},
			"sub blank":       {at.sub, " ", "not a sub"},
			"sub a number":    {at.sub, 1, "not a sub"},
			"sub a list":      {at.sub, []string{sub}, "not a sub"},
			"sub too long":    {at.sub, strings.Repeat("a", 256), "not a sub"},
			"sub of 2 KB":     {at.sub, strings.Repeat("a", 2048), "not a sub"},
			"sub of controls": {at.sub, sub + "\n", "not a sub"},
			"an IAM identity": {ctx + "identity.cognitoAuthenticationProvider", pool + "," + pool + ":CognitoSignIn:" + sub, "more than one"},
			"an empty claims": {ctx + "authorizer.claims", map[string]any{}, emptyClaims},
			"exp missing":     {at.exp, nil, "missing or malformed"},
			"exp empty":       {at.exp, "", "missing or malformed"},
			"exp a word":      {at.exp, "tomorrow", "missing or malformed"},
			"exp true":        {at.exp, true, "missing or malformed"},
			"exp a list":      {at.exp, []int{1782996167}, "missing or malformed"},
			"exp Inf":         {at.exp, "Inf", "missing or malformed"},
			"exp huge":        {at.exp, "1e300", "missing or malformed"},
			"exp over float":  {at.exp, "1e999", "missing or malformed"},
			"exp in ms":       {at.exp, "1782996167000", "missing or malformed"},
			"exp hexadecimal": {at.exp, "0x1p31", "missing or malformed"},
			"exp signed":      {at.exp, "+1782996167", "missing or malformed"},
			"exp negative":    {at.exp, "-1", "missing or malformed"},
			"exp with blanks": {at.exp, " 1782996167", "missing or malformed"},
			"exp of a zone":   {at.exp, "Thu Jul 02 12:42:47 PST 2026", "missing or malformed"},
			"exp zero":        {at.exp, "0", "expired"},
			"exp after 9999":  {at.exp, "253402300800", "missing or malformed"},
			"exp passed":      {at.exp, "1782992999", "expired"},
			"exp is now":      {at.exp, "1782993000", "expired"},
			"exp passed, n":   {at.exp, 1782992999, "expired"},
			"exp date passed": {at.exp, "Thu Jul 02 11:49:59 UTC 2026", "expired"},
		}
	}
	for _, other := range []string{"claims", "jwt", "lambda"} {
		value := map[string]any{"sub": sub, "exp": "1782996167", "claims": map[string]any{"sub": sub, "exp": "1782996167"}}
		rows["rest-lambda"]["both principalId and "+other] = row{ctx + "authorizer." + other, value, "more than one"}
	}
	for name, rows := range rows {
		for rule, r := range rows {
			t.Run(name+"/"+rule, func(t *testing.T) {
				t.Parallel()
				a := newApp(t)
				a.seed(t)
				got := a.want(t, fixture(t, name).set(r.path, r.value), 401, unauthorized)
				if got, want := got.Headers["WWW-Authenticate"], "Bearer"; got != want {
					t.Errorf("got WWW-Authenticate %q, want %q", got, want)
				}
				if a.store.calls != 0 {
					t.Errorf("got %d calls of the store, want none", a.store.calls)
				}
				if got := a.log.String(); !strings.Contains(got, r.cause) {
					t.Errorf("got log %s, want cause %q", got, r.cause)
				}
			})
		}
	}
}

// TestLastExpiry has the last second that is taken for a time at all.
func TestLastExpiry(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(t)
	if got := a.send(t, fixture(t, "rest-lambda").set(doors["rest-lambda"].exp, "253402300799")).Status; got != 200 {
		t.Errorf("got status %d, want 200", got)
	}
}

// TestExpiryForms has the same time in every form that a door writes it in.
func TestExpiryForms(t *testing.T) {
	t.Parallel()
	for _, exp := range []any{"1782996167", 1782996167, "1.782996167E9", "1.782996167e+09", "1782996167.0", "Thu Jul 02 12:42:47 UTC 2026"} {
		for name, at := range doors {
			if at.exp == "" {
				continue
			}
			a := newApp(t)
			a.seed(t)
			a.now = time.Unix(1782996167, 0).Add(-time.Nanosecond)
			e := fixture(t, name).set(at.exp, exp)
			if got := a.send(t, e).Status; got != 200 {
				t.Errorf("%s, exp %v, before: got status %d, want 200", name, exp, got)
			}
			a.now = time.Unix(1782996167, 0)
			if got := a.send(t, e).Status; got != 401 {
				t.Errorf("%s, exp %v, then: got status %d, want 401", name, exp, got)
			}
		}
	}
}

// Without a configured user pool an identity pool lets in nobody.
func TestNoUserPoolIsConfigured(t *testing.T) {
	t.Parallel()
	for poolID, want := range map[string]int{"eu-central-1_a1B2c3D4e": 200, "eu-central-1_another": 401, "": 401} {
		a := newApp(t, func(cfg *noteapi.Config) { cfg.UserPoolID = poolID })
		a.seed(t)
		if got := a.send(t, fixture(t, "rest-iam")).Status; got != want {
			t.Errorf("user pool id %q: got %d, want %d", poolID, got, want)
		}
	}
}
