package gate_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// invoked is the context that package lambda makes of an invocation.
type invoked struct{ context.Context }

const traceID = "1-5759e988-bd862e3fe1be46a994272793"

func (i invoked) Value(key any) any {
	if key == "x-amzn-trace-id" {
		return "Root=" + traceID + ";Parent=53995c3f42cd8ad8;Sampled=1;Lineage=SECRET"
	}
	return i.Context.Value(key)
}

func invocation(t *testing.T) context.Context {
	return invoked{lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})}
}

// Every decision is observed, with why it is what it is.
func TestObserve(t *testing.T) {
	t.Parallel()
	token := testdata(t, "rest-token.json")
	secret := func() *cognito.Refusal { return &cognito.Refusal{Reason: "SECRET"} }
	for name, tt := range map[string]struct {
		cfg   gate.Config
		event string
		want  gate.Decision
	}{
		"allowed":     {gate.Config{}, token, gate.Decision{Outcome: gate.OutcomeAllow, Event: "rest_token"}},
		"refused":     {gate.Config{Verifier: returns(nil, cognito.ErrExpired)}, token, gate.Decision{Outcome: gate.OutcomeUnauthorized, Reason: "expired", Event: "rest_token"}},
		"denied":      {gate.Config{Verifier: returns(nil, cognito.ErrExpired), OnReject: gate.Deny}, token, gate.Decision{Outcome: gate.OutcomeDeny, Reason: "expired", Event: "rest_token"}},
		"no rule":     {gate.Config{Rules: accessRules(t, "x=GET /")}, token, gate.Decision{Outcome: gate.OutcomeDeny, Reason: "no_access_rule", Event: "rest_token"}},
		"undecided":   {gate.Config{Verifier: returns(nil, cognito.ErrKeysUnavailable)}, token, gate.Decision{Outcome: gate.OutcomeError, Reason: "keys_unavailable", Event: "rest_token"}},
		"panic":       {gate.Config{Verifier: verifierFunc(panics)}, token, gate.Decision{Outcome: gate.OutcomeError, Reason: "internal_failure", Event: "rest_token"}},
		"no event":    {gate.Config{}, "{}", gate.Decision{Outcome: gate.OutcomeError, Reason: "unknown_event", Event: "unknown"}},
		"websocket":   {gate.Config{}, testdata(t, "websocket.json"), gate.Decision{Outcome: gate.OutcomeAllow, Event: "websocket"}},
		"own refusal": {gate.Config{Verifier: returns(nil, secret())}, token, gate.Decision{Outcome: gate.OutcomeUnauthorized, Reason: "other", Event: "rest_token"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []gate.Decision
			cfg, now := tt.cfg, ticking()
			logger, out := jsonLog()
			cfg.Logger, cfg.Now = logger, now
			cfg.Observe = func(_ context.Context, d gate.Decision) { got = append(got, d) }
			h := newHandler(t, cfg)
			first := tt.want
			first.Latency, first.ColdStart, first.RequestID, first.TraceID = 1500*time.Microsecond, true, "request-1", traceID
			again := first
			again.ColdStart = false
			for range 2 {
				_, _ = h.Invoke(invocation(t), []byte(tt.event)) // the answers have tests of their own
			}
			if diff := cmp.Diff([]gate.Decision{first, again}, got); diff != "" {
				t.Errorf("observed (-want +got):\n%s", diff)
			}
			if strings.Contains(out.String(), "SECRET") {
				t.Errorf("the log holds what somebody else chose: %s", out)
			}
			if !slices.Contains(gate.Outcomes(), first.Outcome) || !slices.Contains(gate.Events(), first.Event) ||
				first.Reason != "" && !slices.Contains(gate.Reasons(), first.Reason) {
				t.Errorf("%+v is not from the closed lists", first)
			}
		})
	}
}

// The closed list of reasons is what the code declares.
func TestReasons(t *testing.T) {
	t.Parallel()
	want := []string{"other"}
	for _, file := range []string{"../cognito/reason.go", "decide.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^(?:const )?\s*(?:Reason\w+ +Reason|reason\w+) += "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
			want = append(want, match[1])
		}
	}
	if got := gate.Reasons(); len(want) < 15 || !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Each line has the trace id of its invocation, and nothing else of that header.
func TestTraceID(t *testing.T) {
	t.Parallel()
	logger, out := jsonLog()
	if _, err := newHandler(t, gate.Config{Logger: logger, Now: ticking()}).Invoke(invocation(t), []byte(testdata(t, "rest-token.json"))); err != nil {
		t.Fatal(err)
	}
	want := `,"request_id":"request-1","xray_trace_id":"` + traceID + "\"}\n"
	if !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %s, want it to end in %s", out, want)
	}
}
