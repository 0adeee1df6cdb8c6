package main_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// A refusal is one way in which the authorizer refuses, for that reason.
type refusal struct {
	reason string // empty for a good token
	env    string // one variable beside those that let a good token pass
	token  string
	event  string // if it is not that of a token
}

// TestNoSecretIsTold has a row for each reason there is, and a token full of secrets
// in each.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	key := cognitotest.NewKey(t)
	key.KID = lambdatest.Secret("kid")
	pool := cognitotest.NewPool(t, key)
	stranger := cognitotest.NewKey(t)
	stranger.KID = lambdatest.Secret("kid")
	garbage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"keys":[{"kty":"RSA","kid":%q}],`, key.KID)
	}))
	t.Cleanup(garbage.Close)

	hidden := lambdatest.Secret("claim")
	token := func(name string, value any) string {
		return pool.AccessToken(t, time.Now(), func(claims map[string]any) { claims["jti"], claims[name] = hidden, value })
	}
	good, other := token("email", hidden), token("email", "another")
	signed := func(s string) int { return strings.LastIndex(s, ".") + 1 }
	header := pool.Header()
	header["alg"] = hidden
	strangers := stranger.SignRaw(t, fmt.Appendf(nil, `{"alg":"RS256","kid":%q}`, stranger.KID),
		fmt.Appendf(nil, `{"iss":%q,"client_id":%q,"token_use":"access","exp":9999999999}`, pool.Issuer(), cognitotest.ClientID))
	request := `{"type":"REQUEST","methodArn":"` + methodARN + hidden + `",`
	refusals := []refusal{
		{"", "", good, ""},
		{"missing_token", "", "", request + `"headers":{"Cookie":"` + good + `"}}`},
		{"malformed", "", good + "." + hidden, ""},
		{"malformed", "", "Basic " + good, ""},
		{"malformed", "", token("exp", hidden), ""},
		{"malformed", "", token("cognito:groups", hidden), ""},
		{"malformed", "", "", request + `"multiValueHeaders":{"Authorization":["` + good + `","` + other + `"]}}`},
		{"wrong_alg", "", pool.Sign(t, header, pool.AccessClaims(time.Now())), ""},
		{"wrong_issuer", "", token("iss", "https://"+hidden), ""},
		{"unknown_kid", "", strangers, ""},
		{"bad_signature", "", good[:signed(good)] + other[signed(other):], ""},
		{"expired", "", token("exp", 1), ""},
		{"not_yet_valid", "", token("nbf", time.Now().Add(time.Hour).Unix()), ""},
		{"wrong_token_use", "", token("token_use", hidden), ""},
		{"wrong_client", "", token("client_id", hidden), ""},
		{"missing_subject", "", token("sub", ""), ""},
		{"insufficient_scope", "REQUIRED_SCOPES=notes/read", token("scope", hidden), ""},
		{"insufficient_group", "REQUIRED_GROUPS=staff", token("cognito:groups", []string{hidden}), ""},
		{"keys_unavailable", "JWKS_URL=http://127.0.0.1:1/nobody-listens", good, ""},
		{"keys_unavailable", "JWKS_URL=" + garbage.URL, good, ""},
		{"no_access_rule", "ACCESS_RULES=notes/read=GET /notes", token("scope", hidden), ""},
		{"unknown_event", "", "", `{"type":"TOKEN","methodArn":"` + hidden + `","authorizationToken":"` + good + `"}`},
		{"unknown_event", "", "", `{"type":"TOKEN","authorizationToken":"` + good + `","authorizationToken":"` + good + `"}`},
		{"unknown_event", "", "", `{"type":"` + hidden + `","authorizationToken":"` + good},
		{"malformed", "TOKEN_FROM=header:Authorization,cookie:token,query:token", "", request + `"headers":{"Authorization":"Bearer ` + good + `","Cookie":"token=` + other + `"}}`},
		{"malformed", "TOKEN_FROM=query:token", "", request + `"queryStringParameters":{"token":"Bearer ` + good + `"}}`},
		{"expired", "TOKEN_FROM=cookie:token", "", request + `"headers":{"Cookie":"token=` + token("exp", 1) + `"}}`},
		{"", "CONTEXT_CLAIMS=tenant", token("tenant", 7), ""},
		{"context_unavailable", "FUNCTION=authorizer-context", good, ""},
		{"internal_failure", "FUNCTION=authorizer", good, ""},
	}
	checkEveryReasonIsThere(t, refusals)

	secrets := []string{key.KID, stranger.KID, hidden}
	byEnv := map[string][]refusal{}
	for _, r := range refusals {
		byEnv[r.env] = append(byEnv[r.env], r)
		for part := range strings.SplitSeq(strings.TrimPrefix(r.token, "Basic ")+"."+other, ".") {
			if part != "" {
				secrets = append(secrets, part)
			}
		}
	}
	deployed, faulty := lambdatest.Build(t, "."), lambdatest.Build(t, "../infra/lambda/faulty")
	for env, refusals := range byEnv {
		for _, onReject := range []string{"unauthorized", "deny"} {
			binary := map[bool]string{false: deployed, true: faulty}[strings.HasPrefix(env, "FUNCTION=")]
			f := lambdatest.Start(t, binary, "ISSUER="+pool.Issuer(), "JWKS_URL="+pool.Issuers[0].KeySetURL,
				"CLIENT_IDS="+cognitotest.ClientID, "LOG_LEVEL=debug", "ON_REJECT="+onReject, env)
			var want []any
			for _, r := range refusals {
				event := r.event
				if event == "" {
					event = fmt.Sprintf(`{"type":"TOKEN","methodArn":%q,"authorizationToken":"Bearer %s"}`, methodARN+hidden, r.token)
				}
				lambdatest.CheckSilent(t, f.Invoke(t, []byte(event)).Body, secrets...)
				want = append(want, reasonInLog(r.reason))
			}
			log := f.Stop()
			lambdatest.CheckSilent(t, log, secrets...)
			if diff := cmp.Diff(want, lambdatest.Logged(log, "authorizer decision", "reason")); diff != "" {
				t.Errorf("%s, %s: reasons in the log (-want +got):\n%s", env, onReject, diff)
			}
		}
	}
}

// reasonInLog is nil for an Allow, which has none.
func reasonInLog(reason string) any {
	if reason == "" {
		return nil
	}
	return reason
}

const methodARN = "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/GET/"

func checkEveryReasonIsThere(t *testing.T, refusals []refusal) {
	t.Helper()
	want, got := map[string]bool{"": true}, map[string]bool{}
	for _, r := range refusals {
		got[r.reason] = true
	}
	for _, file := range []string{"../pkg/cognito/reason.go", "../pkg/gate/decide.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, reason := range reasonsIn(string(source)) {
			want[reason] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the reasons in the code and here (-want +got):\n%s", diff)
	}
}

// reasonsIn returns the reason codes that a source file declares.
func reasonsIn(source string) (codes []string) {
	for _, match := range regexp.MustCompile(`(?m)^(?:const )?\s*(?:Reason\w+ +Reason|reason\w+) += "(\w+)"`).FindAllStringSubmatch(source, -1) {
		codes = append(codes, match[1])
	}
	return codes
}
