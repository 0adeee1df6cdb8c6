package noteapi_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
)

var discard = slog.New(slog.DiscardHandler)

func TestLogLine(t *testing.T) {
	t.Parallel()
	const id = "deef4878-7910-11e6-8f14-25afc3e9ae33"
	line := func(level, method, route string, status float64) map[string]any {
		return map[string]any{"level": level, "msg": "request", "method": method, "route": route, "status": status, "request_id": id, "latency_ms": 0.0}
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
		a.send(t, c.event)
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

// TestLogRequestID falls back on Lambda's id where API Gateway's is not known.
func TestLogRequestID(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "lambda-id"})
	if _, err := a.Invoke(ctx, list(t).set("requestContext.requestId", nil).json(t)); err != nil {
		t.Fatal(err)
	}
	if got, want := a.log.String(), `"request_id":"lambda-id"`; !strings.Contains(got, want) {
		t.Errorf("got log %s, want %s", got, want)
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
