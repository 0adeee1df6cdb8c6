package gate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
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

// jsonLog returns a logger and the buffer that it writes to, without the time.
func jsonLog() (*slog.Logger, *bytes.Buffer) {
	var out bytes.Buffer
	return slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})), &out
}

// ticking is a clock that is 1.5 ms later each time it is asked.
func ticking() func() time.Time {
	now := time.Unix(1782996167, 0)
	return func() time.Time {
		now = now.Add(1500 * time.Microsecond)
		return now
	}
}

func TestOneLinePerDecision(t *testing.T) {
	t.Parallel()
	token := testdata(t, "rest-token.json")
	notes := accessRules(t, "notes/read=GET /notes; notes/write=POST /notes")
	writes := accessRules(t, "notes/write=POST /notes")
	notUTF8 := goodClaims()
	notUTF8.Groups = []string{"\xff"}
	tests := []struct {
		name  string
		cfg   gate.Config
		event string
		want  string // after level and message
	}{
		{"allow", gate.Config{}, token,
			`"decision":"allow","event":"rest_token","latency_ms":1.5,"pool":"eu-central-1_EXAMPLE","client_id":"client1","request_id":"request-1"`},
		{"allow by payload format 2.0", gate.Config{}, testdata(t, "http-2.0.json"),
			`"decision":"allow","event":"http_2.0","latency_ms":1.5,"pool":"eu-central-1_EXAMPLE","client_id":"client1","request_id":"request-1"`},
		{"bad token", gate.Config{Verifier: returns(nil, &cognito.Refusal{Reason: cognito.ReasonExpired, Pool: "pool", ClientID: "client1"})}, token,
			`"decision":"unauthorized","event":"rest_token","latency_ms":1.5,"reason":"expired","detail":"cognito: expired","pool":"pool","client_id":"client1","request_id":"request-1"`},
		{"bad token denied", gate.Config{Verifier: returns(nil, &cognito.Refusal{Reason: cognito.ReasonSignature}), OnReject: gate.Deny}, token,
			`"decision":"deny","event":"rest_token","latency_ms":1.5,"reason":"bad_signature","detail":"cognito: bad_signature","request_id":"request-1"`},
		{"two Authorization values", gate.Config{}, strings.Replace(testdata(t, "rest-request.json"), `"Authorization": [`, `"Authorization": ["x",`, 1),
			`"decision":"unauthorized","event":"rest_request","latency_ms":1.5,"reason":"malformed","detail":"several values, or sources that differ","request_id":"request-1"`},
		{"missing scope", gate.Config{Verifier: returns(nil, &cognito.Refusal{Reason: cognito.ReasonScope, Claims: goodClaims()})}, token,
			`"decision":"deny","event":"rest_token","latency_ms":1.5,"reason":"insufficient_scope","detail":"cognito: insufficient_scope","request_id":"request-1"`},
		{"no rule for the caller", gate.Config{Rules: writes}, token,
			`"decision":"deny","event":"rest_token","latency_ms":1.5,"reason":"no_access_rule","pool":"eu-central-1_EXAMPLE","client_id":"client1","request_id":"request-1"`},
		{"no rule for this route", gate.Config{Rules: notes}, token,
			`"decision":"deny","event":"rest_token","latency_ms":1.5,"reason":"no_access_rule","pool":"eu-central-1_EXAMPLE","client_id":"client1","request_id":"request-1"`},
		{"keys unavailable", gate.Config{Verifier: returns(nil, &cognito.Refusal{Reason: cognito.ReasonKeysUnavailable, Pool: "pool"})}, token,
			`"decision":"error","event":"rest_token","latency_ms":1.5,"reason":"keys_unavailable","detail":"cognito: keys_unavailable","pool":"pool","request_id":"request-1"`},
		{"error of another kind", gate.Config{Verifier: returns(nil, context.Canceled)}, token,
			`"decision":"error","event":"rest_token","latency_ms":1.5,"reason":"internal_failure","request_id":"request-1"`},
		{"no claims", gate.Config{Verifier: returns(nil, nil)}, token,
			`"decision":"error","event":"rest_token","latency_ms":1.5,"reason":"internal_failure","detail":"the verifier returned no claims, or no subject","request_id":"request-1"`},
		{"context", gate.Config{Verifier: returns(notUTF8, nil)}, token,
			`"decision":"error","event":"rest_token","latency_ms":1.5,"reason":"internal_failure","detail":"the verifier returned a claim that is not UTF-8","pool":"eu-central-1_EXAMPLE","client_id":"client1","request_id":"request-1"`},
		{"unknown event", gate.Config{}, `{}`,
			`"decision":"error","event":"unknown","latency_ms":1.5,"reason":"unknown_event","detail":"gate: unknown event: type and version are not an authorizer's","request_id":"request-1"`},
		{"bad ARN", gate.Config{}, strings.Replace(token, "GET/notes/42", "$connect", 1),
			`"decision":"error","event":"rest_token","latency_ms":1.5,"reason":"unknown_event","detail":"gate: unknown event: policy: method ARN: want the resource {apiId}/{stage}/{VERB}/{path}","request_id":"request-1"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out *bytes.Buffer
			tt.cfg.Logger, out = jsonLog()
			tt.cfg.Now = ticking()
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
			_, err := newHandler(t, tt.cfg).Invoke(ctx, []byte(tt.event))
			level := "INFO"
			if err != nil && err != gate.ErrUnauthorized {
				level = "ERROR"
			}
			want := `{"level":"` + level + `","msg":"authorizer decision",` + tt.want + "}\n"
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoRequestIDOutsideLambda(t *testing.T) {
	t.Parallel()
	logger, out := jsonLog()
	if _, err := newHandler(t, gate.Config{Logger: logger, Now: ticking()}).Invoke(t.Context(), []byte(testdata(t, "rest-token.json"))); err != nil {
		t.Fatal(err)
	}
	const want = `{"level":"INFO","msg":"authorizer decision","decision":"allow","event":"rest_token","latency_ms":1.5,"pool":"eu-central-1_EXAMPLE","client_id":"client1"}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

// A client, or the signer of its token, chooses each text of an event in turn.
func TestLogHoldsNothingOfTheEvent(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	for _, shape := range slices.Concat(shapes, appSyncShapes) {
		event := testdata(t, shape+".json")
		for _, at := range text.FindAllStringIndex(event, -1) {
			logger, out := jsonLog()
			marked := event[:at[0]] + `"SECRET"` + event[at[1]:]
			_, _ = newHandler(t, gate.Config{Logger: logger}).Invoke(t.Context(), []byte(marked)) // the answers have tests of their own
			if strings.Count(out.String(), "\n") != 1 || strings.Contains(out.String(), "SECRET") {
				t.Errorf("%s: got log %q of %s", shape, out, marked)
			}
		}
	}
}

func panics(_ context.Context, authorization string) (*cognito.Claims, error) {
	panic("cannot read " + authorization)
}

func panicsAtRunTime(_ context.Context, authorization string) (*cognito.Claims, error) {
	var claims *cognito.Claims
	claims.Subject = authorization
	return claims, nil
}

// A panic's text may hold the token: only the place goes to the log.
func TestPanicNamesItsPlaceOnly(t *testing.T) {
	t.Parallel()
	for name, verifier := range map[string]verifierFunc{"panics": panics, "panicsAtRunTime": panicsAtRunTime} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logger, out := jsonLog()
			h := newHandler(t, gate.Config{Verifier: verifier, Logger: logger})
			answer, err := h.Invoke(t.Context(), []byte(testdata(t, "rest-token.json")))
			if err != gate.ErrUndecided || answer != nil {
				t.Fatalf("Invoke = %s, %v, want no answer and ErrUndecided", answer, err)
			}
			var line struct{ Decision, Reason, Detail, Event string }
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			place, lineNumber, _ := strings.Cut(line.Detail, ":")
			if got, want := place, "panic in github.com/notegate/notegate/pkg/gate_test."+name; got != want || lineNumber == "" {
				t.Errorf("detail = %q, want %q and a line", line.Detail, want)
			}
			line.Detail = ""
			if diff := cmp.Diff(struct{ Decision, Reason, Detail, Event string }{"error", "internal_failure", "", "rest_token"}, line); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
			if strings.Contains(out.String(), "payload") {
				t.Errorf("the log holds the token: %s", out)
			}
		})
	}
}
