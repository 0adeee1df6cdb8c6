package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// A function's word about a request that failed is on the request's line, and
// has none of its own.
func TestOneLinePerFailure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule  string
		says  func(function *slog.Logger)
		layer gateway.Layer
		want  []string // parts of the lines, in order
	}{
		{"its cause", func(l *slog.Logger) { l.Error("request", "cause", "no table", "request_id", "called-1") }, gateway.LayerFunction, []string{"503  function       0.0 ms  no table"}},
		{"the authorizer's detail", func(l *slog.Logger) {
			l.Error("authorizer decision", "reason", "keys", "detail", "no keys", "request_id", "asked-1")
		}, gateway.LayerAuthorizer, []string{"503  authorizer     0.0 ms  no keys"}},
		{"of another request", func(l *slog.Logger) { l.Error("request", "cause", "no table", "request_id", "called-2") }, gateway.LayerFunction, []string{"503  function       0.0 ms  Try later"}},
		{"of another layer", func(l *slog.Logger) { l.Error("request", "cause", "no table", "request_id", "called-1") }, gateway.LayerGateway, []string{"503  gateway"}},
		{"a line of no request", func(l *slog.Logger) { l.Error("no keys", "cause", "x") }, gateway.LayerFunction, []string{`ERROR no keys cause=x`, "Try later"}},
		{"a line without a cause", func(l *slog.Logger) { l.With("pool", "p").Warn("odd", "request_id", "called-1") }, gateway.LayerFunction, []string{`WARN odd pool=p request_id=called-1`, "Try later"}},
		{"with members of its own", func(l *slog.Logger) {
			l.With("pool", "p").Error("request", "cause", "no table", "request_id", "called-1")
		}, gateway.LayerFunction, []string{"no table"}},
		{"no failure", func(l *slog.Logger) { l.Info("request", "request_id", "called-1") }, gateway.LayerFunction, []string{"Try later"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			log := newLog(&out, slog.LevelInfo, false, environment())
			s := newSystem(config{}, log, requestsTo(log, true))
			tt.says(s.quiet)
			s.observe(gateway.Exchange{
				Method: "GET", Path: "/notes", Resource: "/notes", Status: 503, Layer: tt.layer, Message: "Try later",
				AuthorizerCall: gateway.FunctionCall{RequestID: "asked-1"}, IntegrationCall: gateway.FunctionCall{RequestID: "called-1"},
			})
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("got %q, want %q", lines, tt.want)
			}
			for i, want := range tt.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("got %q, want %q", lines[i], want)
				}
			}
		})
	}
}

// A reader of every line, a program or a developer who asked for it, gets the
// functions' own lines too.
func TestEveryLineWhereAskedFor(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		level  slog.Level
		asJSON bool
	}{"for programs": {slog.LevelInfo, true}, "debug": {slog.LevelDebug, false}} {
		var out bytes.Buffer
		s := newSystem(config{LogLevel: tt.level}, newLog(&out, tt.level, tt.asJSON, environment()), nil)
		s.quiet.LogAttrs(context.Background(), slog.LevelError, "request", slog.String("cause", "no table"), slog.String("request_id", "called-1"))
		if !strings.Contains(out.String(), "no table") {
			t.Errorf("%s: got %q", rule, out.String())
		}
	}
}
