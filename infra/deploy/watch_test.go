package deploy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// refusedToken refuses every token.
type refusedToken struct{ err error }

func (r refusedToken) Verify(context.Context, string) (*cognito.Claims, error) { return nil, r.err }

// The metrics count what the authorizer really logs: each refusal under its
// reason, each failure to decide under its cause, and no request that was
// allowed. An event that is not an authorizer's triggers no alarm, no matter who sent it.
func TestMetricsCountWhatTheAuthorizerLogs(t *testing.T) {
	t.Parallel()
	stack := deploy(t, template(t), doors.RestLambda, nil)
	token, err := os.ReadFile("../../pkg/gate/testdata/rest-token.json")
	if err != nil {
		t.Fatal(err)
	}
	const message = `{"type":"REQUEST","methodArn":"arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/$disconnect","headers":{"Authorization":"Bearer a.b.c"}}`
	const refusal, keys, failure = "RefusalsMetric", "KeysUnavailableMetric", "FailuresMetric"
	for _, tt := range []struct {
		verifier gate.Verifier
		event    string
		reason   string // empty: allowed
		counts   []string
	}{
		{goodToken{caller}, string(token), "", nil},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonExpired}}, string(token), "expired", []string{refusal}},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonClient}}, string(token), "wrong_client", []string{refusal}},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonScope}}, string(token), "insufficient_scope", []string{refusal}},
		{refusedToken{&cognito.Refusal{Reason: cognito.ReasonKeysUnavailable}}, string(token), "keys_unavailable", []string{refusal, keys}},
		{refusedToken{context.DeadlineExceeded}, string(token), "internal_failure", []string{refusal, failure}},
		{goodToken{caller}, `{}`, "unknown_event", []string{refusal}},
		{goodToken{caller}, `{"source":"serverless-plugin-warmup"}`, "unknown_event", []string{refusal}},
		{goodToken{caller}, message, "unknown_event", []string{refusal}},
	} {
		line := decisionLine(t, tt.verifier, tt.event)
		if got := fmt.Sprint(line["reason"]); tt.reason != "" && got != tt.reason {
			t.Errorf("%s: reason %s, want %s", tt.event, got, tt.reason)
		}
		if got := countedBy(t, stack, line); !slices.Equal(got, tt.counts) {
			t.Errorf("%q of %s counts in %v, want %v", tt.reason, tt.event, got, tt.counts)
		}
	}
	// A reason that the code does not have yet is not passed over.
	tomorrow := map[string]any{"msg": "authorizer decision", "decision": "error", "reason": "of_tomorrow"}
	if got, want := countedBy(t, stack, tomorrow), []string{refusal, failure}; !slices.Equal(got, want) {
		t.Errorf("%v counts in %v, want %v", tomorrow, got, want)
	}
	transformation := list(stack.Resources["RefusalsMetric"].Properties["MetricTransformations"])[0]
	if diff := cmp.Diff([]any{map[string]any{"Key": "reason", "Value": "$.reason"}}, dig(transformation, "Dimensions")); diff != "" {
		t.Errorf("dimensions (-want +got):\n%s", diff)
	}
}

// countedBy names the metric filters that count a line.
func countedBy(t *testing.T, s *cloudformation.Stack, line map[string]any) (filters []string) {
	t.Helper()
	for _, name := range []string{"RefusalsMetric", "KeysUnavailableMetric", "FailuresMetric"} {
		if counts(t, text(s.Resources[name].Properties["FilterPattern"]), line) {
			filters = append(filters, name)
		}
	}
	return filters
}

// reasonName declares one of the gate's own reasons.
var reasonName = regexp.MustCompile(`(?m)^\treason\w+ += "([a-z_]+)"`)

// The runbook explains every alarm, and every reason for which the authorizer
// could not decide: a person whom an alarm woke finds the cause there.
func TestRunbookExplainsEveryAlarmAndReason(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, runbook, _ := strings.Cut(string(readme), "\n## What to watch\n")
	runbook, _, _ = strings.Cut(runbook, "\n## ")
	explained := rows(t, string(readme), "## What to watch")
	for _, door := range doors.Names() {
		for _, name := range deploy(t, template(t), door, nil).OfType("AWS::CloudWatch::Alarm") {
			if !explained[name] {
				t.Errorf("README.md: no row on the alarm %s", name)
			}
		}
	}
	code, err := os.ReadFile("../../pkg/gate/decide.go")
	if err != nil {
		t.Fatal(err)
	}
	reasons := []string{string(cognito.ReasonKeysUnavailable)}
	for _, match := range reasonName.FindAllStringSubmatch(string(code), -1) {
		reasons = append(reasons, match[1])
	}
	if !slices.Contains(reasons, "unknown_event") || !slices.Contains(reasons, "internal_failure") {
		t.Fatalf("found only %v: where are the gate's reasons declared now?", reasons)
	}
	for _, reason := range reasons {
		if !strings.Contains(runbook, "`"+reason+"`") {
			t.Errorf("README.md: What to watch does not explain %s", reason)
		}
	}
}

// decisionLine is the line that the authorizer logs.
func decisionLine(t *testing.T, verifier gate.Verifier, event string) (line map[string]any) {
	t.Helper()
	var out bytes.Buffer
	handler, err := gate.New(gate.Config{Verifier: verifier, Logger: slog.New(slog.NewJSONHandler(&out, nil))})
	if err != nil {
		t.Fatal(err)
	}
	handler.Invoke(t.Context(), []byte(event)) // for its log line alone
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return line
}

var term = regexp.MustCompile(`^\$\.([a-z_]+) (!?)= "([^"]+)"$`)

// counts evaluates the part of CloudWatch's filter patterns that the template
// uses: terms of equality and inequality, all of which must hold; an asterisk is any
// value. What a line lacks, no term on it counts.
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
		if equal := match[3] == "*" || match[3] == value; !there || equal == (match[2] == "!") {
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
			want = []string{"AuthorizerFailureAlarm", "AuthorizerSlowAlarm", "AuthorizerThrottledAlarm", "KeysUnavailableAlarm", "NotesSlowAlarm", "NotesThrottledAlarm", "ServerErrorAlarm"}
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
