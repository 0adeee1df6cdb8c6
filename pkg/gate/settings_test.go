package gate_test

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
)

func getenv(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

var goodEnvironment = map[string]string{"USER_POOL_ID": "eu-west-1_AbCdEfGhI", "CLIENT_IDS": "app1, app2"}

func TestSettingsOfAUserPool(t *testing.T) {
	t.Parallel()
	s, err := gate.LoadSettings(getenv(goodEnvironment), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Tokens.Pools[0].Issuers; len(got) != 2 {
		t.Errorf("issuers: got %v, want both forms", got)
	}
	if got, want := strings.Join(s.Tokens.ClientIDs, " "), "app1 app2"; got != want {
		t.Errorf("client ids: got %q, want %q", got, want)
	}
	if s.OnReject != gate.Unauthorized || s.Tokens.TokenUse != cognito.AccessToken || s.Tokens.AllowM2M || s.Tokens.ClockSkew != 0 || !s.Rules.IsZero() || s.Metrics != gate.MetricsOff {
		t.Errorf("defaults: got %+v, want the strict ones", s)
	}
}

func TestSettingsSayEverything(t *testing.T) {
	t.Parallel()
	s, err := gate.LoadSettings(getenv(map[string]string{
		"ISSUER": "http://127.0.0.1:0/local_x", "JWKS_URL": "http://jwks.test/keys", "ALLOW_INSECURE_JWKS": "true",
		"CLIENT_IDS": "app", "TOKEN_USE": "id", "REQUIRED_SCOPES": "a,b%2A", "REQUIRED_GROUPS": "g%2Ch, Domain Users", "AUDIENCE": "aud",
		"ACCESS_RULES": "notes/read=GET /notes", "CLOCK_SKEW": "2m", "ON_REJECT": "deny", "ALLOW_M2M": "true", "LOG_LEVEL": "debug", "METRICS": "emf",
		"TOKEN_FROM": "cookie:token", "HTTP_RESPONSE": "policy", "CONTEXT_CLAIMS": "tenant, custom:plan",
	}), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	tokens := s.Tokens
	if tokens.Pools[0].Name != "http://127.0.0.1:0/local_x" || tokens.TokenUse != cognito.IDToken || strings.Join(tokens.RequiredScopes, " ") != "a b*" ||
		strings.Join(tokens.RequiredGroups, ";") != "g,h;Domain Users" || tokens.Audience != "aud" || tokens.ClockSkew != 2*time.Minute || !tokens.AllowM2M ||
		!s.AllowInsecureHTTP || s.Rules.IsZero() || s.OnReject != gate.Deny || s.LogLevel != slog.LevelDebug || s.Metrics != gate.MetricsEMF ||
		s.HTTPResponse != gate.PolicyResponse || strings.Join(s.ContextClaims, ";") != "tenant;custom:plan" {
		t.Errorf("got %+v", s)
	}
}

// What the settings say reaches the handler.
func TestSettingsReachTheHandler(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, poolKey(t))
	environment := map[string]string{
		"ISSUER": pool.Issuer(), "JWKS_URL": pool.Issuers[0].KeySetURL, "CLIENT_IDS": cognitotest.ClientID,
		"TOKEN_FROM": "cookie:token", "HTTP_RESPONSE": "policy", "CONTEXT_CLAIMS": "tenant", "METRICS": "emf",
	}
	s, err := gate.LoadSettings(getenv(environment), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	observed := 0
	s.FunctionName = "orders"
	s.Observe = func(context.Context, gate.Decision) { observed++ }
	s.Context = func(context.Context, *cognito.Claims) (map[string]string, error) {
		return map[string]string{"tier": "2"}, nil
	}
	logger, out := jsonLog()
	handler, err := gate.Open(t.Context(), s, logger)
	if err != nil {
		t.Fatal(err)
	}
	token := pool.AccessToken(t, time.Now(), func(c map[string]any) { c["tenant"] = "acme" })
	event := `{"version":"2.0","type":"REQUEST","routeArn":"` + prodARN + `","cookies":["token=` + token + `"]}`
	answer, err := handler.Invoke(t.Context(), []byte(event))
	if err != nil || !strings.Contains(string(answer), `"policyDocument"`) || !strings.Contains(string(answer), `"tenant":"acme","tier":"2"}`) {
		t.Errorf("got %s, %v, want a policy and a context with tenant and tier", answer, err)
	}
	if line := out.String(); observed != 1 || !strings.Contains(line, `"FunctionName":"orders"`) || !strings.Contains(line, `"KeySetFetches":1`) {
		t.Errorf("observed %d decisions; log %s", observed, line)
	}
}

func TestSettingsOfAnyAudience(t *testing.T) {
	t.Parallel()
	vars := maps.Clone(goodEnvironment)
	vars["ALLOW_ANY_AUDIENCE"] = "true"
	s, err := gate.LoadSettings(getenv(vars), t.TempDir())
	if err != nil || !s.Tokens.AllowAnyAudience {
		t.Errorf("got %+v, %v, want any audience allowed", s.Tokens, err)
	}
}

// Each row changes the good environment and must be refused with the variable's
// name first.
func TestSettingsNameTheBadVariable(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		set  map[string]string
		want string
	}{
		"no pool":                         {map[string]string{"USER_POOL_ID": ""}, "USER_POOL_ID: set USER_POOL_ID, or ISSUER and JWKS_URL"},
		"a pool and an issuer":            {map[string]string{"ISSUER": "https://x.test"}, "USER_POOL_ID: set USER_POOL_ID, or ISSUER and JWKS_URL, not both"},
		"a pool and a key set":            {map[string]string{"JWKS_URL": "https://x.test"}, "USER_POOL_ID: set USER_POOL_ID, or ISSUER and JWKS_URL, not both"},
		"an audience and any":             {map[string]string{"AUDIENCE": "api", "ALLOW_ANY_AUDIENCE": "true"}, "ALLOW_ANY_AUDIENCE: must be false where AUDIENCE is set"},
		"an issuer without key set":       {map[string]string{"USER_POOL_ID": "", "ISSUER": "https://x.test"}, "JWKS_URL: required with ISSUER"},
		"a key set without issuer":        {map[string]string{"USER_POOL_ID": "", "JWKS_URL": "https://x.test"}, "ISSUER: required with JWKS_URL"},
		"a key set over plain http":       {map[string]string{"USER_POOL_ID": "", "ISSUER": "https://x.test", "JWKS_URL": "http://x.test"}, "JWKS_URL: "},
		"a pool id of another form":       {map[string]string{"USER_POOL_ID": "AbCdEfGhI"}, "USER_POOL_ID: cognito: user pool id"},
		"the same pool twice":             {map[string]string{"USER_POOL_ID": "eu-west-1_A,eu-west-1_A"}, "USER_POOL_ID: \"eu-west-1_A\" is listed twice"},
		"a replica that is no Region":     {map[string]string{"REPLICA_REGIONS": "mars"}, "REPLICA_REGIONS: cognito: Region"},
		"a replica in its own Region":     {map[string]string{"REPLICA_REGIONS": "eu-west-2,eu-west-1"}, `REPLICA_REGIONS: "eu-west-1" must be a Region other than the user pool's, named once`},
		"a replica Region twice":          {map[string]string{"REPLICA_REGIONS": "eu-west-2,eu-west-2"}, `REPLICA_REGIONS: "eu-west-2" must be a Region other than the user pool's, named once`},
		"a replica of an issuer":          {map[string]string{"USER_POOL_ID": "", "ISSUER": "https://x.test", "JWKS_URL": "https://x.test", "REPLICA_REGIONS": "eu-west-1"}, "REPLICA_REGIONS: allowed with USER_POOL_ID only"},
		"no client":                       {map[string]string{"CLIENT_IDS": ""}, "CLIENT_IDS: must name the app clients"},
		"an empty client":                 {map[string]string{"CLIENT_IDS": "app,"}, `CLIENT_IDS: "app," must be a comma list without empty elements`},
		"every client":                    {map[string]string{"CLIENT_IDS": "app,abc*"}, `CLIENT_IDS: "abc*" must be a complete app client id without wildcards or blanks`},
		"two clients on two lines":        {map[string]string{"CLIENT_IDS": "app1\napp2"}, `CLIENT_IDS: "app1\napp2" must be a complete app client id`},
		"another token use":               {map[string]string{"TOKEN_USE": "refresh"}, "TOKEN_USE: "},
		"a scope with half an escape":     {map[string]string{"REQUIRED_SCOPES": "a,b%2"}, `REQUIRED_SCOPES: "b%2" must be`},
		"a group with a percent sign":     {map[string]string{"REQUIRED_GROUPS": "100%"}, `REQUIRED_GROUPS: "100%" must be`},
		"an empty group":                  {map[string]string{"REQUIRED_GROUPS": "a,"}, `REQUIRED_GROUPS: "a," must be a comma list without empty elements`},
		"an unreadable rule":              {map[string]string{"ACCESS_RULES": "notes/read"}, "ACCESS_RULES: "},
		"too much skew":                   {map[string]string{"CLOCK_SKEW": "121s"}, "CLOCK_SKEW: "},
		"a rejection nobody knows":        {map[string]string{"ON_REJECT": "ignore"}, "ON_REJECT: "},
		"machines perhaps":                {map[string]string{"ALLOW_M2M": "1"}, "ALLOW_M2M: "},
		"plain http perhaps":              {map[string]string{"ALLOW_INSECURE_JWKS": "yes"}, "ALLOW_INSECURE_JWKS: "},
		"a token from nowhere":            {map[string]string{"TOKEN_FROM": "body:token"}, `TOKEN_FROM: gate: token source: "body:token" must be header:NAME, cookie:NAME or query:NAME`},
		"a response nobody knows":         {map[string]string{"HTTP_RESPONSE": "iam"}, "HTTP_RESPONSE: "},
		"a claim of ours":                 {map[string]string{"CONTEXT_CLAIMS": "tenant,sub"}, `CONTEXT_CLAIMS: "sub" is a name of the gate's own or of API Gateway's`},
		"a claim of API Gateway's":        {map[string]string{"CONTEXT_CLAIMS": "principalid"}, `CONTEXT_CLAIMS: "principalid" is a name`},
		"a claim twice":                   {map[string]string{"CONTEXT_CLAIMS": "tenant,tenant"}, `CONTEXT_CLAIMS: "tenant" is listed twice, letter case aside`},
		"a claim twice, in two cases":     {map[string]string{"CONTEXT_CLAIMS": "tenant,Tenant"}, `CONTEXT_CLAIMS: "Tenant" is listed twice, letter case aside`},
		"a claim with a blank":            {map[string]string{"CONTEXT_CLAIMS": "a b"}, `CONTEXT_CLAIMS: "a b" must be 1 to 128 visible ASCII characters`},
		"an empty claim":                  {map[string]string{"CONTEXT_CLAIMS": "tenant,"}, `CONTEXT_CLAIMS: "tenant," must be a comma list without empty elements`},
		"too many claims":                 {map[string]string{"CONTEXT_CLAIMS": "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"}, "CONTEXT_CLAIMS: more than 16 names"},
		"metrics nobody knows":            {map[string]string{"METRICS": "on"}, "METRICS: "},
		"metrics in a log of warnings":    {map[string]string{"METRICS": "emf", "LOG_LEVEL": "warn"}, "METRICS: emf needs LOG_LEVEL debug or info"},
		"a log level nobody knows":        {map[string]string{"LOG_LEVEL": "loud"}, "LOG_LEVEL: "},
		"a key set file that isn't there": {map[string]string{"JWKS_FILE": "nowhere.json"}, "JWKS_FILE: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vars := maps.Clone(goodEnvironment)
			maps.Copy(vars, row.set)
			_, err := gate.LoadSettings(getenv(vars), t.TempDir())
			if err == nil || !strings.HasPrefix(err.Error(), "bad configuration: "+row.want) || strings.Contains(err.Error(), ";") {
				t.Errorf("got %v, want %s alone", err, row.want)
			}
			if _, err := gate.LoadSettings(getenv(goodEnvironment), t.TempDir()); err != nil {
				t.Errorf("unchanged: %v", err)
			}
		})
	}
}

// A bundled key set answers the first request without any network.
func TestBundledKeySet(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	document, err := cognitotest.Document(t.Context(), []cognitotest.Key{pool.Key()})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(document string) {
		if err := os.WriteFile(filepath.Join(folder, "jwks.json"), []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environment := map[string]string{"ISSUER": pool.Issuer(), "JWKS_URL": pool.Issuers[0].KeySetURL, "CLIENT_IDS": cognitotest.ClientID}

	write(string(document))
	s, err := gate.LoadSettings(getenv(environment), folder)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := gate.Open(t.Context(), s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	event := `{"type":"TOKEN","methodArn":"arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/GET/","authorizationToken":"` +
		pool.AccessToken(t, time.Now()) + `"}`
	answer, err := handler.Invoke(t.Context(), []byte(event))
	if err != nil || !strings.Contains(string(answer), `"Allow"`) {
		t.Errorf("got %s, %v, want an Allow", answer, err)
	}
	if pool.Requests() != 0 {
		t.Errorf("requests for the key set: got %d, want 0", pool.Requests())
	}

	write(`{"keys":[]}`)
	if _, err := gate.LoadSettings(getenv(environment), folder); err == nil || !strings.Contains(err.Error(), "JWKS_FILE: ") {
		t.Errorf("an empty bundled set: got %v, want JWKS_FILE named", err)
	}
	write(string(document))
	two := map[string]string{"USER_POOL_ID": "eu-west-1_A,eu-west-1_B", "CLIENT_IDS": "app"}
	if _, err := gate.LoadSettings(getenv(two), folder); err == nil || !strings.Contains(err.Error(), "JWKS_FILE: ") {
		t.Errorf("one bundled set for two pools: got %v, want JWKS_FILE named", err)
	}
}
