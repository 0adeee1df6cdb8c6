package gate_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
)

func TestContext(t *testing.T) {
	t.Parallel()
	const sub = `"sub":"11111111-2222-4333-8444-555555555555"`
	tests := []struct {
		name   string
		change func(*cognito.Claims)
		want   string // empty if the claims do not fit
	}{
		{"all there", func(*cognito.Claims) {},
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"staff readers","exp":"1782999767"}`},
		{"empty ones left out", func(c *cognito.Claims) { c.Username, c.ClientID, c.Scopes, c.Groups = "", "", nil, []string{} },
			`{` + sub + `,"exp":"1782999767"}`},
		{"empty names left out", func(c *cognito.Claims) { c.Scopes, c.Groups = []string{"", "a", "", "b"}, []string{""} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"a b","exp":"1782999767"}`},
		{"exp in whole seconds", func(c *cognito.Claims) { c.ExpiresAt = c.ExpiresAt.Add(999 * time.Millisecond) },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"staff readers","exp":"1782999767"}`},
		{"text that JSON escapes", func(c *cognito.Claims) { c.Username = "\"\\\n<é" },
			`{` + sub + `,"username":"\"\\\n<é","client_id":"client1","scope":"openid notes/read","groups":"staff readers","exp":"1782999767"}`},
		{"blank in a group", func(c *cognito.Claims) { c.Groups = []string{"staff", "Domain Users"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"staff","groups_json":"[\"staff\",\"Domain Users\"]","exp":"1782999767"}`},
		{"blank in the only group", func(c *cognito.Claims) { c.Groups = []string{"staff admin"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups_json":"[\"staff admin\"]","exp":"1782999767"}`},
		{"no-break space in a group", func(c *cognito.Claims) { c.Groups = []string{"staff\u00a0admin"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups_json":"[\"staff` + "\u00a0" + `admin\"]","exp":"1782999767"}`},
		{"line feed in a scope", func(c *cognito.Claims) { c.Scopes = []string{"openid", "openid\nnotes/write"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid","groups":"staff readers","exp":"1782999767"}`},
		{"groups beyond 8 KB", func(c *cognito.Claims) { c.Groups = []string{strings.Repeat("x", 8192)} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","exp":"1782999767"}`},
		{"groups beyond 8 KB in two lists, but not in one", func(c *cognito.Claims) { c.Groups = []string{strings.Repeat("x", 4096), "a b"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups_json":"[\"` + strings.Repeat("x", 4096) + `\",\"a b\"]","exp":"1782999767"}`},
		{"scopes beyond 8 KB", func(c *cognito.Claims) { c.Scopes = []string{strings.Repeat("x", 8192)} },
			`{` + sub + `,"username":"demo","client_id":"client1","exp":"1782999767"}`},
		{"not UTF-8", func(c *cognito.Claims) { c.Username = "\xff" }, ""},
		{"not UTF-8 at the seam of two claims", func(c *cognito.Claims) { c.Username, c.ClientID = "\xc3", "\xa9" }, ""},
		{"8 KB", func(c *cognito.Claims) { fill(c, 8192) },
			`{` + sub + `,"groups":"` + strings.Repeat("x", 8192-77) + `","exp":"1782999767"}`},
		{"8 KB and one byte", func(c *cognito.Claims) { fill(c, 8193) }, `{` + sub + `,"exp":"1782999767"}`},
		{"a name beyond 8 KB", func(c *cognito.Claims) { c.Username = strings.Repeat("\x01", 1500) }, `{` + sub + `,"client_id":"client1","exp":"1782999767"}`},
		{"a subject beyond 8 KB", func(c *cognito.Claims) { c.Subject = strings.Repeat("x", 8192) }, ""},
		{"what others take for white space", func(c *cognito.Claims) { c.Groups = []string{"x\x1fadmin", "y\ufeffadmin", "z"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"z","groups_json":"[\"x\\u001fadmin\",\"y` + "\ufeff" + `admin\",\"z\"]","exp":"1782999767"}`},
		{"not UTF-8 in a group with a blank", func(c *cognito.Claims) { c.Groups = []string{"a \xff"} }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			claims := goodClaims()
			tt.change(claims)
			answer, err := newHandler(t, gate.Config{Verifier: returns(claims, nil)}).Invoke(t.Context(), []byte(testdata(t, "http-2.0.json")))
			if tt.want == "" {
				if err != gate.ErrUndecided || answer != nil {
					t.Fatalf("Invoke = %d bytes, %v, want no answer and ErrUndecided", len(answer), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, contextOf(t, string(answer))); diff != "" {
				t.Errorf("context (-want +got):\n%s", diff)
			}
		})
	}
}

// fill makes the context's JSON so many bytes long, of which 77 are not the group's.
func fill(c *cognito.Claims, size int) {
	c.Username, c.ClientID, c.Scopes = "", "", nil
	c.Groups = []string{strings.Repeat("x", size-77)}
}

func TestContextNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"tenant", "custom:plan", "https://example.com/claims/tier", "a.b-c_d", "$x", "subject", "x" + strings.Repeat("y", 127), "!#~"} {
		if err := gate.CheckContextName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for rule, name := range map[string]string{
		"empty": "", "of 129 bytes": strings.Repeat("x", 129), "a blank": "a b", "a quote": `a"b`, "a backslash": `a\b`,
		"a line": "a\nb", "beyond ASCII": "é", "not UTF-8": "\xff", "delete": "a\x7f", "a tab": "a\tb",
		"ours": "sub", "ours, the name": "username", "ours, the client": "client_id", "ours, the scopes": "scope", "ours, the groups": "groups",
		"ours, the whole groups": "groups_json", "ours, the expiry": "exp", "ours in another case": "Sub",
		"API Gateway's principal": "principalId", "in another case": "PRINCIPALID", "API Gateway's latency": "integrationLatency",
		"the Cognito authorizer's": "claims", "the JWT authorizer's": "jwt", "its scopes": "scopes", "the Lambda authorizer's": "lambda", "IAM's": "iam",
		"the access log's error": "error", "its status": "status", "its request id": "requestId", "its latency": "latency", "its other status": "integrationStatus",
	} {
		if err := gate.CheckContextName(name); err == nil {
			t.Errorf("%s: %q is taken", rule, name)
		}
	}
}

// handed returns the context's members after exp for a token with these claims.
func handed(t *testing.T, names []string, claims map[string]any) string {
	t.Helper()
	now := time.Now()
	pool := cognitotest.NewPool(t, poolKey(t))
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
	if err != nil {
		t.Fatal(err)
	}
	token := pool.AccessToken(t, now, func(c map[string]any) {
		for name, value := range claims {
			c[name] = value
		}
	})
	h := newHandler(t, gate.Config{Verifier: verifier, ContextClaims: names})
	answer, err := h.Invoke(t.Context(), []byte(strings.ReplaceAll(testdata(t, "http-2.0.json"), goodValue, token)))
	if err != nil {
		t.Fatal(err)
	}
	_, further, _ := strings.Cut(contextOf(t, string(answer)), fmt.Sprintf(`"exp":"%d"`, now.Add(time.Hour).Unix()))
	return further
}

// Claims are handed on as strings, each whole or not at all.
func TestContextClaims(t *testing.T) {
	t.Parallel()
	kilobyte := strings.Repeat("x", 1024)
	for rule, tt := range map[string]struct {
		value any
		want  string // the context's JSON after exp; the claim is called plan
	}{
		"string":                              {"gold", `,"plan":"gold"}`},
		"string with quotes":                  {"a\"\\\n<é\u0000", `,"plan":"a\"\\\n<é\u0000"}`},
		"number":                              {7, `,"plan":"7"}`},
		"number verbatim":                     {rawJSON("1.50e+2"), `,"plan":"1.50e+2"}`},
		"number beyond a float64's exactness": {rawJSON("12345678901234567890123"), `,"plan":"12345678901234567890123"}`},
		"negative number":                     {rawJSON("-0.0"), `,"plan":"-0.0"}`},
		"true":                                {true, `,"plan":"true"}`},
		"false":                               {false, `,"plan":"false"}`},
		"null":                                {nil, `}`},
		"array":                               {[]string{"gold"}, `}`},
		"object":                              {map[string]string{"plan": "gold"}, `}`},
		"empty string":                        {"", `}`},
		"a kilobyte":                          {kilobyte, `,"plan":"` + kilobyte + `"}`},
		"a kilobyte and a byte":               {kilobyte + "x", `}`},
		"a long number":                       {rawJSON("1" + strings.Repeat("0", 1024)), `}`},
	} {
		if got := handed(t, []string{"plan"}, map[string]any{"plan": tt.value}); got != tt.want {
			t.Errorf("%s: got %s, want %s", rule, got, tt.want)
		}
	}
	for rule, tt := range map[string]struct {
		names  []string
		claims map[string]any
		want   string
	}{
		"in the order of the configuration": {[]string{"custom:plan", "tenant"}, map[string]any{"tenant": "a", "custom:plan": "b"}, `,"custom:plan":"b","tenant":"a"}`},
		"missing":                           {[]string{"tenant", "other"}, map[string]any{"other": "x"}, `,"other":"x"}`},
		"in another case":                   {[]string{"tenant"}, map[string]any{"Tenant": "evil"}, `}`},
		"not asked for":                     {nil, map[string]any{"tenant": "a"}, `}`},
		"inside another":                    {[]string{"tenant"}, map[string]any{"x": map[string]any{"tenant": "evil"}}, `}`},
		"escaped in the token":              {[]string{"tenant"}, map[string]any{"tenant": rawJSON(`"\u0061"`)}, `,"tenant":"a"}`},
	} {
		if got := handed(t, tt.names, tt.claims); got != tt.want {
			t.Errorf("%s: got %s, want %s", rule, got, tt.want)
		}
	}
}

// Claims that Verify did not make hold no token to read: nothing is decided.
func TestContextClaimsOfAnotherVerifier(t *testing.T) {
	t.Parallel()
	hook := func(context.Context, *cognito.Claims) (map[string]string, error) { return nil, nil }
	for rule, cfg := range map[string]gate.Config{"alone": {}, "with a hook that adds nothing": {Context: hook}} {
		cfg.Verifier, cfg.ContextClaims = returns(goodClaims(), nil), []string{"tenant"}
		if answer, err := newHandler(t, cfg).Invoke(t.Context(), []byte(testdata(t, "rest-token.json"))); err != gate.ErrUndecided || answer != nil {
			t.Errorf("%s: got %s, %v, want ErrUndecided", rule, answer, err)
		}
	}
}

// With claims that are handed on, what is too large costs the groups and scopes,
// and never a claim.
func TestContextClaimsAreNeverLeftOutForRoom(t *testing.T) {
	t.Parallel()
	names, claims := make([]string, 8), map[string]any{"cognito:groups": []string{strings.Repeat("g", 2000)}}
	for i := range names {
		names[i] = fmt.Sprint("claim", i)
		claims[names[i]] = strings.Repeat("x", 900)
	}
	got := handed(t, names, claims)
	for _, name := range names {
		if !strings.Contains(got, `"`+name+`"`) {
			t.Errorf("%s is not in the context", name)
		}
	}
}

// What Config.Context adds is held to the same rules. Whatever is wrong with it,
// nothing is decided, and no word of it is told.
func TestContextHook(t *testing.T) {
	t.Parallel()
	many, all := map[string]string{}, ""
	for i := range 17 {
		many[fmt.Sprintf("n%02d", i)] = "x"
	}
	most := maps.Clone(many)
	delete(most, "n16")
	for i := range 16 {
		all += fmt.Sprintf(`,"n%02d":"x"`, i)
	}
	long := strings.Repeat("x", 1024)
	for rule, tt := range map[string]struct {
		added  map[string]string
		err    error
		want   string // the context's JSON after exp; empty if nothing is decided
		reason string
	}{
		"nothing":              {nil, nil, `}`, ""},
		"sorted":               {map[string]string{"b": "2", "a": "1"}, nil, `,"a":"1","b":"2"}`, ""},
		"an empty value":       {map[string]string{"a": ""}, nil, `}`, ""},
		"a kilobyte":           {map[string]string{"a": long}, nil, `,"a":"` + long + `"}`, ""},
		"an error":             {map[string]string{"a": "1"}, errors.New("SECRET"), "", "context_unavailable"},
		"an error named 401":   {nil, gate.ErrUnauthorized, "", "context_unavailable"},
		"a name of ours":       {map[string]string{"sub": "SECRET"}, nil, "", "context_unavailable"},
		"API Gateway's":        {map[string]string{"principalId": "SECRET"}, nil, "", "context_unavailable"},
		"no name":              {map[string]string{"": "SECRET"}, nil, "", "context_unavailable"},
		"a name with a blank":  {map[string]string{"SECRET a": "x"}, nil, "", "context_unavailable"},
		"more than a kilobyte": {map[string]string{"a": long + "x"}, nil, "", "context_unavailable"},
		"not UTF-8":            {map[string]string{"a": "SECRET\xff"}, nil, "", "context_unavailable"},
		"as many as can be":    {most, nil, all + `}`, ""},
		"twice, in two cases":  {map[string]string{"a": "SECRET", "A": "SECRET"}, nil, "", "context_unavailable"},
		"too many":             {many, nil, "", "context_unavailable"},
	} {
		logger, out := jsonLog()
		h := newHandler(t, gate.Config{Logger: logger, Context: func(_ context.Context, c *cognito.Claims) (map[string]string, error) {
			if c.Subject != goodClaims().Subject {
				t.Errorf("%s: asked about %+v", rule, c)
			}
			return tt.added, tt.err
		}})
		answer, err := h.Invoke(t.Context(), []byte(testdata(t, "http-2.0.json")))
		if tt.want == "" {
			if err != gate.ErrUndecided || answer != nil || !strings.Contains(out.String(), `"reason":"`+tt.reason+`"`) || strings.Contains(out.String(), "SECRET") {
				t.Errorf("%s: got %s, %v, log %s, want nothing decided", rule, answer, err, out)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		_, further, _ := strings.Cut(contextOf(t, string(answer)), `"exp":"1782999767"`)
		if diff := cmp.Diff(tt.want, further); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

// A name cannot be the claim's and the hook's.
func TestContextHookRepeatsNoClaim(t *testing.T) {
	t.Parallel()
	now := time.Now()
	pool := cognitotest.NewPool(t, poolKey(t))
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
	if err != nil {
		t.Fatal(err)
	}
	event := []byte(strings.ReplaceAll(testdata(t, "rest-token.json"), goodValue, pool.AccessToken(t, now)))
	for name, want := range map[string]error{"tenant": gate.ErrUndecided, "TENANT": gate.ErrUndecided, "tier": nil} {
		h := newHandler(t, gate.Config{Verifier: verifier, ContextClaims: []string{"tenant"}, Context: func(context.Context, *cognito.Claims) (map[string]string, error) {
			return map[string]string{name: "x"}, nil
		}})
		if _, err := h.Invoke(t.Context(), event); err != want {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
}

// The hook is asked about those whom the answer opens something to, and nobody
// else.
func TestContextHookIsAskedAboutTheAllowed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cfg  gate.Config
		want int
	}{
		"allowed":             {gate.Config{}, 1},
		"another route":       {gate.Config{Rules: accessRules(t, "openid=GET /other")}, 1},
		"no route":            {gate.Config{Rules: accessRules(t, "nobody=GET /other")}, 0},
		"a bad token":         {gate.Config{Verifier: returns(nil, cognito.ErrExpired)}, 0},
		"without a scope":     {gate.Config{Verifier: returns(nil, &cognito.Refusal{Reason: cognito.ReasonScope, Claims: goodClaims()})}, 0},
		"claims and an error": {gate.Config{Verifier: returns(goodClaims(), cognito.ErrExpired)}, 0},
	} {
		asked := 0
		cfg := tt.cfg
		cfg.Context = func(context.Context, *cognito.Claims) (map[string]string, error) { asked++; return nil, nil }
		_, _ = newHandler(t, cfg).Invoke(t.Context(), []byte(testdata(t, "rest-token.json"))) // the answers have tests of their own
		if asked != tt.want {
			t.Errorf("%s: asked %d times, want %d", name, asked, tt.want)
		}
	}
}

// A panic of the hook is one of the verifier's.
func TestContextHookPanics(t *testing.T) {
	t.Parallel()
	logger, out := jsonLog()
	h := newHandler(t, gate.Config{Logger: logger, Context: func(context.Context, *cognito.Claims) (map[string]string, error) { panic("Unauthorized SECRET") }})
	if _, err := h.Invoke(t.Context(), []byte(testdata(t, "rest-token.json"))); err != gate.ErrUndecided || strings.Contains(out.String(), "SECRET") {
		t.Errorf("got %v, log %s, want ErrUndecided", err, out)
	}
}
