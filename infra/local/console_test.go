package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway"
)

func environment(variables ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(variables); i += 2 {
			if variables[i] == name {
				return variables[i+1]
			}
		}
		return ""
	}
}

// observed returns what the log says of exchanges, without the time of day.
func observed(t *testing.T, asJSON bool, exchanges ...gateway.Exchange) string {
	t.Helper()
	var out bytes.Buffer
	s := &system{answered: requestsTo(newLog(&out, slog.LevelInfo, asJSON, environment()), !asJSON)}
	s.reasons.add("decision-1", "expired")
	for _, e := range exchanges {
		s.observe(e)
	}
	return out.String()
}

func TestRequestForAPerson(t *testing.T) {
	t.Parallel()
	base := gateway.Exchange{Method: "GET", Path: "/notes", Resource: "/notes", Status: 200, Layer: gateway.LayerFunction, Latency: 1234 * time.Microsecond}
	const head = "GET     /notes                       "
	for _, tt := range []struct {
		rule   string
		change func(*gateway.Exchange)
		want   string
	}{
		{"answered", func(*gateway.Exchange) {}, head + "200  function       1.2 ms"},
		{"by a cached policy", func(e *gateway.Exchange) { e.Cached = true }, head + "200  function       1.2 ms  policy cached"},
		{"refused", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response, e.Decision = 401, gateway.LayerAuthorizer, "UNAUTHORIZED", "decision-1"
		}, head + "401  authorizer     1.2 ms  expired"},
		{"a reason is of its own decision only", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response, e.Decision = 403, gateway.LayerAuthorizer, "ACCESS_DENIED", "decision-2"
		}, head + "403  authorizer     1.2 ms  the policy does not open this route"},
		{"a reason is of refusals only", func(e *gateway.Exchange) { e.Decision = "decision-1" }, head + "200  function       1.2 ms"},
		{"not asked", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response = 401, gateway.LayerGateway, "UNAUTHORIZED"
		}, head + "401  gateway        1.2 ms  no token, or a header that cannot hold one"},
		{"refused without a reason", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response, e.Decision = 401, gateway.LayerAuthorizer, "UNAUTHORIZED", "decision-2"
		}, head + "401  authorizer     1.2 ms  the authorizer's answer was Unauthorized"},
		{"not signed", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response, e.Message = 403, gateway.LayerAuthorizer, "MISSING_AUTHENTICATION_TOKEN", "the request is not signed"
		}, head + "403  authorizer     1.2 ms  the request is not signed"},
		{"without an API key", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response = 403, gateway.LayerGateway, "INVALID_API_KEY"
		}, head + "403  gateway        1.2 ms  no API key, or one that the API does not take"},
		{"without a parameter", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response = 400, gateway.LayerValidator, "BAD_REQUEST_PARAMETERS"
		}, head + "400  validator      1.2 ms  a required parameter is missing"},
		{"body over Lambda's limit", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response = 413, gateway.LayerGateway, "REQUEST_TOO_LARGE"
		}, head + "413  gateway        1.2 ms  the body exceeds the limit of API Gateway or Lambda"},
		{"failed", func(e *gateway.Exchange) {
			e.Status, e.Response, e.Err = 502, "DEFAULT_5XX", errors.New("boom")
		}, head + "502  function       1.2 ms  boom"},
		{"another gateway response", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response = 415, gateway.LayerGateway, "UNSUPPORTED_MEDIA_TYPE"
		}, head + "415  gateway        1.2 ms  UNSUPPORTED_MEDIA_TYPE"},
		{"preflight", func(e *gateway.Exchange) { e.Status, e.Layer = 204, gateway.LayerGateway }, head + "204  gateway        1.2 ms"},
		{"body over a limit", func(e *gateway.Exchange) { e.Status, e.Layer = 413, gateway.LayerGateway },
			head + "413  gateway        1.2 ms  the body exceeds the limit of API Gateway or Lambda"},
		{"path over a limit", func(e *gateway.Exchange) { e.Status, e.Layer = 414, gateway.LayerGateway },
			head + "414  gateway        1.2 ms  the path exceeds the longest method ARN"},
		{"headers over a limit", func(e *gateway.Exchange) { e.Status, e.Layer = 431, gateway.LayerGateway },
			head + "431  gateway        1.2 ms  the headers exceed API Gateway's limit"},
		{"refused by the function", func(e *gateway.Exchange) { e.Status, e.Message = 404, "No such note" }, head + "404  function       1.2 ms  No such note"},
		{"refused by the function without a word", func(e *gateway.Exchange) { e.Status = 413 }, head + "413  function       1.2 ms  Request Entity Too Large"},
		{"refused by the function after a cached policy", func(e *gateway.Exchange) { e.Status, e.Cached, e.Message = 401, true, "Unauthorized" },
			head + "401  function       1.2 ms  policy cached  Unauthorized"},
		{"only refusals have words", func(e *gateway.Exchange) { e.Message = "Note created" }, head + "200  function       1.2 ms"},
		{"template and not the id", func(e *gateway.Exchange) { e.Path, e.Resource = "/notes/buy%20milk", "/notes/{noteid}" },
			"GET     /notes/{noteid}              200  function       1.2 ms"},
		{"unknown path", func(e *gateway.Exchange) { e.Path, e.Resource = "/nots", "" }, "GET     /nots                        200  function       1.2 ms"},
		{"unknown path with an id", func(e *gateway.Exchange) { e.Path, e.Resource = "/nots/buy%20milk/x", "" }, "GET     /nots/...                    200  function       1.2 ms"},
		{"no path", func(e *gateway.Exchange) { e.Method, e.Path, e.Resource = "OPTIONS", "*", "" }, "OPTIONS *                            200  function       1.2 ms"},
		{"longest unknown path", func(e *gateway.Exchange) { e.Path, e.Resource = "/"+strings.Repeat("a", 59), "" }, "GET     /" + strings.Repeat("a", 26) + "… 200  function       1.2 ms"},
		{"longer unknown path", func(e *gateway.Exchange) { e.Path, e.Resource = "/"+strings.Repeat("a", 60), "" }, "GET     /" + strings.Repeat("a", 26) + "… 200  function       1.2 ms"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			e := base
			tt.change(&e)
			_, got, _ := strings.Cut(observed(t, false, e), " ") // after the time of day
			if diff := cmp.Diff(tt.want+"\n", got); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequestForMachines(t *testing.T) {
	t.Parallel()
	base := gateway.Exchange{RequestID: "r", Method: "GET", Path: "/notes", Resource: "/notes", Status: 200, Layer: gateway.LayerFunction, Latency: time.Millisecond}
	type members map[string]any
	for _, tt := range []struct {
		rule   string
		change func(*gateway.Exchange)
		want   members // beside those of every request
	}{
		{"answered", func(*gateway.Exchange) {}, members{"status": 200.0, "answered_by": "function"}},
		{"refused by a cached policy", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response, e.Decision, e.Cached = 401, gateway.LayerAuthorizer, "UNAUTHORIZED", "decision-1", true
		}, members{"status": 401.0, "answered_by": "authorizer", "cached": true, "reason": "expired", "response": "UNAUTHORIZED"}},
		{"refused by the gateway", func(e *gateway.Exchange) {
			e.Status, e.Layer, e.Response = 401, gateway.LayerGateway, "UNAUTHORIZED"
		}, members{"status": 401.0, "answered_by": "gateway", "response": "UNAUTHORIZED"}},
		{"refused by the function", func(e *gateway.Exchange) { e.Status, e.Message = 404, "No such note" },
			members{"status": 404.0, "answered_by": "function", "reason": "No such note"}},
		{"refused by the function without a word", func(e *gateway.Exchange) { e.Status = 409 },
			members{"status": 409.0, "answered_by": "function", "reason": "Conflict"}},
		{"failed", func(e *gateway.Exchange) { e.Status, e.Response, e.Err = 502, "DEFAULT_5XX", errors.New("boom") },
			members{"level": "WARN", "status": 502.0, "answered_by": "function", "response": "DEFAULT_5XX", "error": "boom"}},
		{"body over a limit", func(e *gateway.Exchange) { e.Status, e.Layer = 413, gateway.LayerGateway },
			members{"status": 413.0, "answered_by": "gateway", "reason": "the body exceeds the limit of API Gateway or Lambda"}},
		{"path over a limit", func(e *gateway.Exchange) { e.Status, e.Layer = 414, gateway.LayerGateway },
			members{"status": 414.0, "answered_by": "gateway", "reason": "the path exceeds the longest method ARN"}},
		{"headers over a limit", func(e *gateway.Exchange) { e.Status, e.Layer = 431, gateway.LayerGateway },
			members{"status": 431.0, "answered_by": "gateway", "reason": "the headers exceed API Gateway's limit"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			e := base
			tt.change(&e)
			line := observed(t, true, e)
			var got members
			if err := json.Unmarshal([]byte(line), &got); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			delete(got, "time")
			want := members{"level": "INFO", "msg": "request", "request_id": "r", "method": "GET", "route": "/notes", "cached": false, "latency_ms": 1.0}
			maps.Copy(want, tt.want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}

// A preflight is a word on the line of its request, and of no other.
func TestPreflightsAreFolded(t *testing.T) {
	t.Parallel()
	get := gateway.Exchange{Method: "GET", Path: "/notes/a", Resource: "/notes/{noteid}", Status: 200, Layer: gateway.LayerFunction}
	other := get
	other.Path = "/notes/b"
	good := gateway.Exchange{Method: "OPTIONS", Path: "/notes/a", Resource: "/notes/{noteid}", Status: 204, Layer: gateway.LayerGateway}
	failed, nowhere, functions := good, good, good
	failed.Status, nowhere.Resource, functions.Layer = 500, "", gateway.LayerFunction
	for _, tt := range []struct {
		rule      string
		exchanges []gateway.Exchange
		lines     int
		folded    int
	}{
		{"its request tells of it", []gateway.Exchange{good, get}, 1, 1},
		{"once", []gateway.Exchange{good, get, get}, 2, 1},
		{"of its own path alone", []gateway.Exchange{good, other}, 1, 0},
		{"one that failed is shown", []gateway.Exchange{failed, get}, 2, 0},
		{"one for no route is shown", []gateway.Exchange{nowhere, get}, 2, 0},
		{"one that a function answers is shown", []gateway.Exchange{functions, get}, 2, 0},
	} {
		log := observed(t, false, tt.exchanges...)
		if got := strings.Count(log, "\n"); got != tt.lines {
			t.Errorf("%s: got %d lines, want %d:\n%s", tt.rule, got, tt.lines, log)
		}
		if got := strings.Count(log, "after a preflight"); got != tt.folded {
			t.Errorf("%s: got %d lines with a preflight, want %d:\n%s", tt.rule, got, tt.folded, log)
		}
		if got := strings.Count(observed(t, true, tt.exchanges...), "\n"); got != len(tt.exchanges) {
			t.Errorf("%s: got %d lines for programs, want all %d", tt.rule, got, len(tt.exchanges))
		}
	}
}

// A path that the API does not have is readable, and keeps the columns.
func TestUnknownPathsAreReadable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, path, want string }{
		{"plain", "/nots", "/nots"},
		{"percent-encoded", "/caf%C3%A9%20au", "/café au"},
		{"with an id", "/nots/secret", "/nots/..."},
		{"what moves the cursor stays encoded", "/a%1B%5B2J", "/a%1B%5B2J"},
		{"no UTF-8 stays encoded", "/a%FF", "/a%FF"},
		{"no escape", "/100%", "/100%"},
		{"long", "/" + strings.Repeat("%C3%A9", 40), ""},
	} {
		got := requestLine{Exchange: gateway.Exchange{Method: "GET", Path: tt.path, Status: 403}}
		if tt.want != "" && got.route() != tt.want {
			t.Errorf("%s: got %q, want %q", tt.rule, got.route(), tt.want)
		}
		if column := len([]rune(strings.Split(got.text(plain), "403")[0])); column != len("GET     ")+routeColumn+1 {
			t.Errorf("%s: the status stands at %d: %s", tt.rule, column, got.text(plain))
		}
	}
}

// A character device is taken for a terminal; here it is the null device.
func TestColourOnATerminalOnly(t *testing.T) {
	t.Parallel()
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	const plain, painted = "401", "\x1b[33m401\x1b[0m"
	for rule, tt := range map[string]struct{ got, want string }{
		"terminal": {painterFor(device, environment())(yellow, "401"), painted},
		"NO_COLOR": {painterFor(device, environment("NO_COLOR", "1"))(yellow, "401"), plain},
		"dumb":     {painterFor(device, environment("TERM", "dumb"))(yellow, "401"), plain},
		"file":     {painterFor(file, environment())(yellow, "401"), plain},
		"buffer":   {painterFor(&bytes.Buffer{}, environment())(yellow, "401"), plain},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", rule, tt.got, tt.want)
		}
	}
}

func TestOtherLinesForAPerson(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := newLog(&out, slog.LevelInfo, false, environment())
	log.Debug("not shown")
	log.Info("signed up")
	log.With("pool", "p").Warn("no key set", "error", errors.New("two\nlines"))
	log.Error("broken", "n", 1)
	quiet := log.Handler().(*console).above(slog.LevelWarn)
	slog.New(quiet).Info("not shown either")
	slog.New(quiet).Warn("shown")
	slog.New(quiet.above(slog.LevelDebug)).Info("nor shown")
	var got []string
	for line := range strings.Lines(out.String()) {
		got = append(got, line[len("15:04:05 "):])
	}
	want := []string{"signed up\n", "WARN no key set pool=p error=\"two\\nlines\"\n", "ERROR broken n=1\n", "WARN shown\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestReasonsAreBounded(t *testing.T) {
	t.Parallel()
	var r reasons
	for i := range maxReasons + 1 {
		if got := len(r.byID); got > maxReasons {
			t.Fatalf("got %d reasons, want at most %d", got, maxReasons)
		}
		id := fmt.Sprint(i)
		r.add(id, "expired")
		if got := r.of(id); got != "expired" {
			t.Fatalf("decision %s: got %q, want expired", id, got)
		}
	}
	if got := len(r.byID); got != 1 {
		t.Errorf("after one more than there is room for: got %d reasons, want 1", got)
	}
}
