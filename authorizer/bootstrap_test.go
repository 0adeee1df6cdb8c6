package main_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// The binary, as it is deployed, over the Runtime API: the recorded events of
// all six kinds of authorizer, and the very bytes that API Gateway decides by.
func TestBootstrap(t *testing.T) {
	pool := cognitotest.NewPool(t)
	now := time.Now()
	claims := func(c map[string]any) { // those of the golden answers
		c["sub"], c["username"], c["client_id"] = "11111111-2222-4333-8444-555555555555", "demo", "client1"
		c["scope"], c["cognito:groups"] = "openid notes/read", []string{"staff", "readers"}
	}
	good := pool.AccessToken(t, now, claims)
	expired := pool.AccessToken(t, now.Add(-2*time.Hour), claims)
	environment := []string{"ISSUER=" + pool.Issuer(), "JWKS_URL=" + pool.Issuers[0].KeySetURL, "CLIENT_IDS=client1"}
	binary := lambdatest.Build(t, ".")

	for _, tt := range []struct {
		name   string
		env    []string
		token  string
		golden string // the answer in pkg/gate's testdata; empty if it is an error
		failed string // the error
	}{
		{"a good token is allowed", nil, good, "allow", ""},
		{"a good token opens what rules list", []string{"ACCESS_RULES=notes/read=GET /notes,GET /notes/*; notes/write=POST /notes"}, good, "rules", ""},
		{"a bad token is denied where that is asked for", []string{"ON_REJECT=deny"}, expired, "deny", ""},
		{"a bad token is exactly Unauthorized", nil, expired, "", `{"errorMessage":"Unauthorized","errorType":"loggedError"}`},
		{"no key set is another error", []string{"JWKS_URL=http://127.0.0.1:1/nobody-listens"}, good, "", `{"errorMessage":"gate: cannot decide","errorType":"loggedError"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			function := lambdatest.Start(t, binary, append(environment, tt.env...)...)
			for _, shape := range []string{"rest-token", "rest-request", "http-1.0", "http-2.0", "websocket", "appsync", "appsync-connect", "appsync-events"} {
				want := lambdatest.Answer{Failed: true, Body: tt.failed}
				if strings.HasPrefix(shape, "appsync") && strings.Contains(tt.failed, "Unauthorized") {
					want = lambdatest.Answer{Body: testdata(t, "appsync.deny")}
				}
				if tt.golden != "" {
					exp := fmt.Sprint(now.Add(time.Hour).Unix())
					want = lambdatest.Answer{Body: strings.ReplaceAll(testdata(t, shape+"."+tt.golden), "1782999767", exp)}
				}
				event := strings.ReplaceAll(testdata(t, shape), "header.payload.signature", tt.token)
				if diff := cmp.Diff(want, function.Invoke(t, []byte(event))); diff != "" {
					t.Errorf("%s: want(-) got(+):\n%s", shape, diff)
				}
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

// testdata returns a recorded event of package gate, or its golden answer.
func testdata(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../pkg/gate/testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}
