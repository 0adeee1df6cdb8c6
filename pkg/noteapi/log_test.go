package noteapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/noteapi"
)

var discard = slog.New(slog.DiscardHandler)

func TestLogLine(t *testing.T) {
	t.Parallel()
	line := func(level, method, route string, status float64) map[string]any {
		return map[string]any{"level": level, "msg": "request", "method": method, "route": route, "status": status, "latency_ms": 0.0, "request_id": "lambda's"}
	}
	for name, c := range map[string]struct {
		event event
		want  map[string]any
	}{
		"ok":        {get(t), line("INFO", "GET", "/notes/{noteid}", 200)},
		"bad input": {create(t, "x"), line("INFO", "POST", "/notes", 400)},
		"no route":  {rest(t, "GET", "/secret", ""), line("INFO", "", "", 404)},
		"no method": {rest(t, "SECRET", "/notes", ""), line("INFO", "", "", 405)},
	} {
		a := newApp(t)
		a.seed(t)
		ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "lambda's"})
		if _, err := a.Invoke(ctx, c.event.json(t)); err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(a.log.Bytes(), &got); err != nil { // one line, or this fails
			t.Fatalf("%s: %v in %s", name, err, a.log)
		}
		delete(got, "time")
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: log line (-want +got):\n%s", name, diff)
		}
	}
}

func TestLogLatency(t *testing.T) {
	t.Parallel()
	clock := now
	a := newApp(t, func(cfg *noteapi.Config) {
		cfg.Now = func() time.Time {
			clock = clock.Add(1500 * time.Microsecond)
			return clock
		}
	})
	a.send(t, rest(t, "GET", "/", ""))
	if got, want := a.log.String(), `"latency_ms":1.5`; !strings.Contains(got, want) || strings.Contains(got, "request_id") {
		t.Errorf("got log %s, want %s and, outside Lambda, no request_id", got, want)
	}
}

// TestLogHoldsNothingOfTheEvent has a client choose each text of an event in
// turn, even API Gateway's requestId.
func TestLogHoldsNothingOfTheEvent(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	for _, name := range append(slices.Collect(maps.Keys(doors)), "mapped") {
		for body, storeErr := range map[string]error{"": nil, `{"noteid":"1","note":"x"}`: errSome} {
			e := fixture(t, name)
			if name != "mapped" {
				e.set("body", body)
			}
			event := string(e.json(t))
			for _, at := range text.FindAllStringIndex(event, -1) {
				a := newApp(t, func(cfg *noteapi.Config) { cfg.MappedEvents = name == "mapped" })
				a.store.err = storeErr
				marked := event[:at[0]] + `"SECRET"` + event[at[1]:]
				_, _ = a.Invoke(t.Context(), []byte(marked)) // the answers have tests of their own
				if strings.Count(a.log.String(), "\n") != 1 || strings.Contains(a.log.String(), "SECRET") {
					t.Errorf("%s: got log %q of %s", name, a.log, marked)
				}
			}
		}
	}
}

// TestLogHoldsNoSecret marks every place that a client or a user fills.
func TestLogHoldsNoSecret(t *testing.T) {
	t.Parallel()
	mark := func(e event) event {
		return e.set("path", "/SECRET").set("headers.Authorization", "SECRET").set("multiValueHeaders.X-SECRET", []any{"SECRET"}).
			set("pathParameters.noteid", "SECRET").set("requestContext.authorizer.principalId", "SECRET").set("requestContext.path", "SECRET").
			set("requestContext.identity.userAgent", "SECRET").set("requestContext.authorizer.scope", "SECRET")
	}
	for _, e := range []event{
		create(t, `{"noteid":"SECRET","note":"SECRET"}`), create(t, `{"SECRET":1}`), create(t, `{"note":"SECRET`), create(t, `{"noteid":"1","note":"x","note":"SECRET"}`),
		create(t, `SECRET`), create(t, "{}").header("Content-Type", "SECRET"), list(t).query("next", "SECRET"), list(t).query("limit", "SECRET"), get(t),
		update(t, `{"note":"SECRET"}`), update(t, `{"note":"SECRET"}`).header("If-Match", "SECRET"), remove(t), rest(t, "SECRET", "/SECRET", ""),
		rest(t, "SECRET", "/notes", ""), get(t).set("requestContext.authorizer.exp", "SECRET"),
	} {
		for _, storeErr := range []error{nil, errSome} {
			a := newApp(t)
			a.store.err = storeErr
			a.send(t, mark(e))
			if a.log.Len() == 0 || strings.Contains(a.log.String(), "SECRET") {
				t.Errorf("got log %q of %s", a.log, mark(e).json(t))
			}
		}
	}
}

// traced is the context of an invocation that X-Ray traces, as package lambda
// makes it.
type traced struct{ context.Context }

func (t traced) Value(key any) any {
	if key == "x-amzn-trace-id" {
		return "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
	}
	return t.Context.Value(key)
}

func TestLogTraceID(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		want int
	}{"traced": {traced{t.Context()}, 1}, "not traced": {t.Context(), 0}} {
		a := newApp(t)
		if _, err := a.Invoke(tt.ctx, get(t).json(t)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(a.log.String(), "xray_trace_id"); got != tt.want {
			t.Errorf("%s: got %s", name, a.log)
		}
	}
}
