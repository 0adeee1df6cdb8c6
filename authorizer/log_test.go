package main_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// All that the function writes is JSON: a line with its version, and each decision
// is one line. Package lambda's own line about an error is not there.
func TestOneLinePerDecision(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	good, expired := pool.AccessToken(t, time.Now()), pool.AccessToken(t, time.Now().Add(-2*time.Hour))
	event := func(token string) string {
		return `{"type":"TOKEN","methodArn":"` + methodARN + `","authorizationToken":"` + token + `"}`
	}
	deployed, faulty := lambdatest.Build(t, "."), lambdatest.Build(t, "../infra/lambda/faulty")
	for name, tt := range map[string]struct {
		binary    string
		env       string
		events    []string
		decisions []any
	}{
		"decided": {deployed, "", []string{event(good), event(expired), event(""), event(good)},
			[]any{"allow", "unauthorized", "unauthorized", "allow"}},
		"denied":        {deployed, "ON_REJECT=deny", []string{event(expired), event(good)}, []any{"deny", "allow"}},
		"unknown event": {deployed, "", []string{`{}`, `null`, event(good)}, []any{"error", "error", "allow"}},
		"panic":         {faulty, "FUNCTION=authorizer", []string{event(good), event(good)}, []any{"error", "error"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := lambdatest.Start(t, tt.binary, "ISSUER="+pool.Issuer(), "JWKS_URL="+pool.Issuers[0].KeySetURL, "CLIENT_IDS="+cognitotest.ClientID, tt.env)
			for _, e := range tt.events {
				f.Invoke(t, []byte(e))
			}
			var got []any
			for i, line := range lambdatest.Lines(t, f.Stop()) {
				if i == 0 && line["msg"] == "started" && line["version"] == "(devel)" {
					continue
				}
				got = append(got, line["decision"])
			}
			if diff := cmp.Diff(tt.decisions, got); diff != "" {
				t.Errorf("decisions, a line each (-want +got):\n%s", diff)
			}
		})
	}
}

// What package lambda says of anything else is kept, as JSON.
func TestRuntimeMessagesAreKept(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(lambdatest.Build(t, "."))
	cmd.Env = []string{"ISSUER=https://issuer.test", "JWKS_URL=http://127.0.0.1:1/nobody-listens", "CLIENT_IDS=app"}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("outside Lambda: got %v, want exit code 1", err)
	}
	lines := lambdatest.Lines(t, string(out))
	last := lines[len(lines)-1]
	if detail, _ := last["detail"].(string); last["level"] != "ERROR" || !strings.Contains(detail, "AWS_LAMBDA_RUNTIME_API") {
		t.Errorf("got %v, want package lambda's error", last)
	}
}
