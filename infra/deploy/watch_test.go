package deploy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// refusedToken refuses every token.
type refusedToken struct{ err error }

func (r refusedToken) Verify(context.Context, string) (*cognito.Claims, error) { return nil, r.err }

// The metrics count what the authorizer really logs: each refusal under its
// reason, each failure to decide, and no request that was allowed.
func TestMetricsCountWhatTheAuthorizerLogs(t *testing.T) {
	t.Parallel()
	stack := deploy(t, template(t), doors.RestLambda, nil)
	count := func(metric string, line map[string]any) bool {
		properties := stack.Resources[metric].Properties
		return counts(t, properties["FilterPattern"].(string), line)
	}
	for _, tt := range []struct {
		verifier           gate.Verifier
		reason             string // empty: allowed
		refusal, undecided bool
	}{
		{goodToken{caller}, "", false, false},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonExpired}}, "expired", true, false},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonClient}}, "wrong_client", true, false},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonScope}}, "insufficient_scope", true, false},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonKeysUnavailable}}, "keys_unavailable", true, true},
		{refusedToken{context.DeadlineExceeded}, "internal_failure", true, true},
	} {
		line := decisionLine(t, tt.verifier)
		if got := fmt.Sprint(line["reason"]); tt.reason != "" && got != tt.reason {
			t.Errorf("reason %s, want %s", got, tt.reason)
		}
		if got := count("RefusalsMetric", line); got != tt.refusal {
			t.Errorf("%q counts as a refusal: %v, want %v", tt.reason, got, tt.refusal)
		}
		if got := count("UndecidedMetric", line); got != tt.undecided {
			t.Errorf("%q counts as undecided: %v, want %v", tt.reason, got, tt.undecided)
		}
	}
	transformation := list(stack.Resources["RefusalsMetric"].Properties["MetricTransformations"])[0]
	if diff := cmp.Diff([]any{map[string]any{"Key": "reason", "Value": "$.reason"}}, dig(transformation, "Dimensions")); diff != "" {
		t.Errorf("dimensions (-want +got):\n%s", diff)
	}
}

// decisionLine is the line that the authorizer logs.
func decisionLine(t *testing.T, verifier gate.Verifier) (line map[string]any) {
	t.Helper()
	var out bytes.Buffer
	handler, err := gate.New(gate.Config{Verifier: verifier, Logger: slog.New(slog.NewJSONHandler(&out, nil))})
	if err != nil {
		t.Fatal(err)
	}
	event, err := os.ReadFile("../../pkg/gate/testdata/rest-token.json")
	if err != nil {
		t.Fatal(err)
	}
	handler.Invoke(t.Context(), event) // for its log line alone
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return line
}

var term = regexp.MustCompile(`^\$\.([a-z_]+) = "([^"]+)"$`)

// counts evaluates the part of CloudWatch's filter patterns that the template
// uses: terms of equality, all of which must hold; a star is any value.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func counts(t *testing.T, pattern string, line map[string]any) bool {
	t.Helper()
	inner, ok := strings.CutPrefix(pattern, "{ ")
	inner, closed := strings.CutSuffix(inner, " }")
	if !ok || !closed {
		t.Fatalf("not a pattern for JSON: %s", pattern)
	}
	for part := range strings.SplitSeq(inner, " && ") {
		match := term.FindStringSubmatch(part)
		if match == nil {
			t.Fatalf("not a term of equality: %s", part)
		}
		value, there := line[match[1]].(string)
		if !there || match[2] != "*" && match[2] != value {
			return false
		}
	}
	return true
}

// Each alarm watches something that is there, and tells the topic if there is one.
func TestAlarms(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	for _, door := range doors.Names() {
		want := []string{"NotesSlowAlarm", "NotesThrottledAlarm", "ServerErrorAlarm"}
		if usesOurAuthorizer(door) {
			want = []string{"AuthorizerSlowAlarm", "AuthorizerThrottledAlarm", "NotesSlowAlarm", "NotesThrottledAlarm", "ServerErrorAlarm", "UndecidedAlarm"}
		}
		for variant, actions := range map[string]any{"defaults": nil, "all options": []any{variants["all options"]["AlarmTopicArn"]}} {
			stack := deploy(t, tmpl, door, variants[variant])
			if diff := cmp.Diff(want, stack.OfType("AWS::CloudWatch::Alarm")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", door, diff)
			}
			for _, name := range want {
				if sum := stack.Resources[name].Properties; sum["Statistic"] == "Sum" && (sum["Threshold"] != 0 || sum["ComparisonOperator"] != "GreaterThanThreshold") {
					t.Errorf("%s: %s does not ring at the first one", door, name)
				}
				if diff := cmp.Diff(actions, stack.Resources[name].Properties["AlarmActions"]); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", door, name, diff)
				}
			}
			metric := "5XXError"
			dimensions := []any{map[string]any{"Name": "ApiName", "Value": "notegate"}, map[string]any{"Name": "Stage", "Value": "v1"}}
			if isHTTP(door) {
				metric = "5xx"
				dimensions = []any{map[string]any{"Name": "ApiId", "Value": "${HttpApi}"}, map[string]any{"Name": "Stage", "Value": "$default"}}
			}
			if got := stack.Resources["ServerErrorAlarm"].Properties["MetricName"]; got != metric {
				t.Errorf("%s: metric %v, want %s", door, got, metric)
			}
			if diff := cmp.Diff(any(dimensions), stack.Resources["ServerErrorAlarm"].Properties["Dimensions"]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", door, diff)
			}
		}
	}
}
