package gate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/jwks"
)

// emfLine is a line as CloudWatch reads it.
type emfLine struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
	members map[string]any
}

func parseEMF(t *testing.T, line []byte) (l emfLine) {
	t.Helper()
	for _, into := range []any{&l, &l.members} {
		if err := json.Unmarshal(line, into); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
	}
	return l
}

// The names of metrics and dimensions are what dashboards and alarms are made of.
func TestMetricsOfADecision(t *testing.T) {
	t.Parallel()
	byFunction, byOutcome, byReason := []string{"FunctionName"}, []string{"FunctionName", "Outcome"}, []string{"FunctionName", "Outcome", "Reason"}
	wantDimensions := map[string][][]string{
		"Decisions/Count":      {byFunction, byOutcome, byReason},
		"Latency/Milliseconds": {byFunction, byOutcome},
		"ColdStarts/Count":     {byFunction},
		"KeySetFetches/Count":  {byFunction},
		"KeySetFailures/Count": {byFunction},
	}
	for name, tt := range map[string]struct {
		verifier gate.Verifier
		want     map[string]any
	}{
		"allowed": {nil, map[string]any{"Outcome": "allow", "Reason": "none"}},
		"refused": {returns(nil, cognito.ErrExpired), map[string]any{"Outcome": "unauthorized", "Reason": "expired"}},
		"other":   {returns(nil, &cognito.Refusal{Reason: "of somebody else"}), map[string]any{"Outcome": "unauthorized", "Reason": "other"}},
		"failed":  {returns(nil, cognito.ErrKeysUnavailable), map[string]any{"Outcome": "error", "Reason": "keys_unavailable"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logger, out := jsonLog()
			h := newHandler(t, gate.Config{Verifier: tt.verifier, Logger: logger, Now: ticking(), Metrics: gate.MetricsEMF, FunctionName: "orders-authorizer"})
			for _, coldStarts := range []float64{1, 0} {
				out.Reset()
				_, _ = h.Invoke(t.Context(), []byte(testdata(t, "rest-token.json"))) // the answers have tests of their own
				line := parseEMF(t, out.Bytes())
				got := map[string][][]string{}
				for _, directive := range line.AWS.CloudWatchMetrics {
					if directive.Namespace != "notegate" {
						t.Errorf("namespace: got %q, want notegate", directive.Namespace)
					}
					for _, metric := range directive.Metrics {
						got[metric.Name+"/"+metric.Unit] = directive.Dimensions
						if _, number := line.members[metric.Name].(float64); !number {
							t.Errorf("%s: got %v, want a number", metric.Name, line.members[metric.Name])
						}
					}
					for _, dimension := range slices.Concat(directive.Dimensions...) {
						if value, _ := line.members[dimension].(string); value == "" {
							t.Errorf("%s: got %v, want a text", dimension, line.members[dimension])
						}
					}
				}
				if diff := cmp.Diff(wantDimensions, got); diff != "" {
					t.Errorf("metrics and dimensions (-want +got):\n%s", diff)
				}
				want := map[string]any{
					"FunctionName": "orders-authorizer", "Outcome": tt.want["Outcome"], "Reason": tt.want["Reason"],
					"Decisions": 1., "Latency": 1.5, "ColdStarts": coldStarts, "KeySetFetches": 0., "KeySetFailures": 0.,
				}
				for member, value := range want {
					if line.members[member] != value {
						t.Errorf("%s: got %v, want %v", member, line.members[member], value)
					}
				}
				if since := line.AWS.Timestamp - time.Unix(1782996167, 0).UnixMilli(); since < 3 || since > 6 {
					t.Errorf("timestamp: %d ms after the clock's beginning, want the decision's end in milliseconds", since)
				}
			}
		})
	}
}

func TestMetricsAreRefusedWithoutWhatTheyNeed(t *testing.T) {
	t.Parallel()
	at := func(level slog.Level) *slog.Logger {
		return slog.New(slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{Level: level}))
	}
	good := gate.Config{Verifier: verifierFunc(knowsGoodValue), Logger: at(slog.LevelInfo), Metrics: gate.MetricsEMF, FunctionName: "f"}
	if _, err := gate.New(good); err != nil {
		t.Fatal(err)
	}
	for rule, tt := range map[string]struct {
		change func(*gate.Config)
		want   string
	}{
		"no function":       {func(c *gate.Config) { c.FunctionName = "" }, "gate: metrics: FunctionName is required outside Lambda"},
		"a log of warnings": {func(c *gate.Config) { c.Logger = at(slog.LevelWarn) }, "gate: metrics: the Logger must be enabled for level info, which decisions have"},
		"unknown metrics":   {func(c *gate.Config) { c.Metrics = 2 }, "gate: unknown Metrics"},
	} {
		cfg := good
		tt.change(&cfg)
		if h, err := gate.New(cfg); h != nil || err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, %v, want %s", rule, h, err, tt.want)
		}
		cfg.Metrics = gate.MetricsOff
		if _, err := gate.New(cfg); err != nil {
			t.Errorf("%s, without metrics: %v", rule, err)
		}
	}
}

// What happens to the key sets is in the next line, once, and observed.
func TestMetricsOfTheKeySets(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	document, err := cognitotest.Document(t.Context(), []cognitotest.Key{pool.Key()})
	if err != nil {
		t.Fatal(err)
	}
	var down atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		w.Write(document)
	}))
	t.Cleanup(server.Close)
	userPool, err := cognito.PoolByIssuer(pool.Issuer(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	logger, out := jsonLog()
	now := time.Now()
	var observed []jwks.EventKind
	settings := gate.Settings{
		Tokens:  cognito.Config{Pools: []cognito.UserPool{userPool}, ClientIDs: []string{cognitotest.ClientID}, Now: func() time.Time { return now }},
		Metrics: gate.MetricsEMF, FunctionName: "f",
		ObserveKeySet: func(_ context.Context, e jwks.Event) { observed = append(observed, e.Kind) },
	}
	h, err := gate.Open(t.Context(), settings, logger)
	if err != nil {
		t.Fatal(err)
	}
	event := []byte(strings.ReplaceAll(testdata(t, "rest-token.json"), goodValue, pool.AccessToken(t, now, func(c map[string]any) { c["exp"] = now.Add(48 * time.Hour).Unix() })))
	invoke := func(step string, fetches, failures float64) {
		t.Helper()
		out.Reset()
		_, _ = h.Invoke(invocation(t), event) // the answers have tests of their own
		if lines := strings.Count(out.String(), "\n"); strings.Count(out.String(), `"xray_trace_id":"`+traceID+`"`) != lines {
			t.Errorf("%s: not every line has the trace id: %s", step, out)
		}
		line := out.Bytes()[bytes.LastIndexByte(bytes.TrimSpace(out.Bytes()), '\n')+1:]
		members := parseEMF(t, line).members
		if got, want := [2]any{members["KeySetFetches"], members["KeySetFailures"]}, [2]any{fetches, failures}; got != want {
			t.Errorf("%s: fetches and failures: got %v, want %v", step, got, want)
		}
	}
	invoke("the prefetch", 1, 0)
	invoke("a cached key", 0, 0)
	down.Store(true)
	now = now.Add(jwks.MaxAge)
	invoke("an outage", 1, 1)
	invoke("in the back-off", 0, 0)
	if diff := cmp.Diff([]jwks.EventKind{jwks.Fetched, jwks.Refused, jwks.Stale, jwks.Stale}, observed); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
}
