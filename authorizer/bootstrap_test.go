package main_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/internal/lambdatest"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

const methodARN = "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/GET/notes"

// The binary, as it is deployed, over the Runtime API: the very bytes that
// API Gateway decides by.
func TestBootstrap(t *testing.T) {
	pool := cognitotest.NewPool(t)
	now := time.Now()
	good := pool.AccessToken(t, now)
	expired := pool.AccessToken(t, now.Add(-2*time.Hour))
	sub := pool.AccessClaims(now)["sub"].(string)
	binary := lambdatest.Build(t, ".")
	environment := func(p *cognitotest.Pool, more ...string) []string {
		return append([]string{"ISSUER=" + p.Issuer(), "JWKS_URL=" + p.Issuers[0].KeySetURL, "CLIENT_IDS=" + cognitotest.ClientID}, more...)
	}
	statement := func(effect, resource string) string {
		return `{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],"Effect":"` + effect + `","Resource":["` + resource + `"]}]}`
	}
	allow := `{"principalId":"` + sub + `","policyDocument":` + statement("Allow", "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/*") +
		`,"context":{"client_id":"` + cognitotest.ClientID + `","exp":"` + fmt.Sprint(now.Add(time.Hour).Unix()) +
		`","scope":"aws.cognito.signin.user.admin","sub":"` + sub + `","username":"` + sub + `"}}`
	deny := `{"principalId":"anonymous","policyDocument":` + statement("Deny", "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/*") + `}`

	for _, tt := range []struct {
		name  string
		env   []string
		token string
		want  lambdatest.Answer
	}{
		{"a good token is allowed", environment(pool), good, lambdatest.Answer{Body: allow}},
		{"a bad token is exactly Unauthorized", environment(pool), expired,
			lambdatest.Answer{Failed: true, Body: `{"errorMessage":"Unauthorized","errorType":"errorString"}`}},
		{"a bad token is denied where that is asked for", environment(pool, "ON_REJECT=deny"), expired, lambdatest.Answer{Body: deny}},
		{"no key set is an error of another name", append(environment(pool), "JWKS_URL=http://127.0.0.1:1/nobody-listens"), good,
			lambdatest.Answer{Failed: true, Body: `{"errorMessage":"gate: cannot decide","errorType":"errorString"}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			function := lambdatest.Start(t, binary, tt.env...)
			got := function.Invoke(t, fmt.Appendf(nil, `{"type":"TOKEN","methodArn":%q,"authorizationToken":"Bearer %s"}`, methodARN, tt.token))
			if diff := cmp.Diff(normal(t, tt.want), normal(t, got)); diff != "" {
				t.Errorf("want(-) got(+):\n%s", diff)
			}
			if signature := tt.token[strings.LastIndex(tt.token, ".")+1:]; strings.Contains(function.Output(), signature) {
				t.Errorf("the log holds a signature: %s", function.Output())
			}
		})
	}
}

func TestBootstrapRefusesABadEnvironment(t *testing.T) {
	function := lambdatest.Start(t, lambdatest.Build(t, "."), "CLOCK_SKEW=1h", "ALLOW_M2M=maybe")
	if code := function.Wait(); code == 0 {
		t.Error("exit code: got 0, want another")
	}
	for _, variable := range []string{"USER_POOL_ID", "CLIENT_IDS", "CLOCK_SKEW", "ALLOW_M2M"} {
		if !strings.Contains(function.Output(), variable+": ") {
			t.Errorf("%s is not named: %s", variable, function.Output())
		}
	}
}

// normal is the answer with its members in one order.
func normal(t *testing.T, a lambdatest.Answer) any {
	t.Helper()
	var body any
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
	return []any{a.Failed, body}
}
