package invocation_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/internal/invocation"
)

// invoked is the context of an invocation with that trace header, as package
// lambda makes it.
type invoked struct {
	context.Context
	header string
}

func (i invoked) Value(key any) any {
	if key == "x-amzn-trace-id" {
		return i.header
	}
	return i.Context.Value(key)
}

const id = "1-5759e988-bd862e3fe1be46a994272793"

func TestTraceID(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct{ header, want string }{
		"alone":                   {"Root=" + id, id},
		"before other fields":     {"Root=" + id + ";Parent=53995c3f42cd8ad8;Sampled=1", id},
		"after other fields":      {"Self=1-67891234-12456789abcdef012345678; Root=" + id, id},
		"none":                    {"", ""},
		"without its name":        {id, ""},
		"another field's":         {"Self=" + id, ""},
		"of another version":      {"Root=2" + id[1:], ""},
		"one digit short":         {"Root=" + id[:len(id)-1], ""},
		"one digit long":          {"Root=" + id + "0", ""},
		"in capitals":             {"Root=" + strings.ToUpper(id), ""},
		"text instead of chance":  {"Root=1-5759e988-ghijklmnopqrstuvwxyzabcd", ""},
		"one digit of time short": {"Root=" + strings.Replace(id, "9e988", "9e98", 1), ""},
		"without chance":          {"Root=1-5759e988", ""},
		"one part more":           {"Root=" + id + "-0", ""},
		"without a hyphen":        {"Root=" + strings.Replace(id, "-bd", "0bd", 1), ""},
	} {
		if got := invocation.TraceID(invoked{t.Context(), tt.header}); got != tt.want {
			t.Errorf("%s: got %q, want %q", rule, got, tt.want)
		}
	}
	if got := invocation.TraceID(t.Context()); got != "" {
		t.Errorf("outside Lambda: got %q, want none", got)
	}
}

func TestTraced(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := invocation.Traced(slog.New(slog.NewJSONHandler(&out, nil)))
	ctx := invoked{t.Context(), "Root=" + id}
	for rule, log := range map[string]func(){
		"plain":           func() { logger.InfoContext(ctx, "x", "a", 1) },
		"with attributes": func() { logger.With("a", 1).InfoContext(ctx, "x") },
		"in a group":      func() { logger.WithGroup("g").InfoContext(ctx, "x", "a", 1) },
	} {
		out.Reset()
		log()
		if got := out.String(); strings.Count(got, `"a":1`) != 1 || strings.Count(got, `"xray_trace_id":"`+id+`"`) != 1 {
			t.Errorf("%s: got %s, want the attribute and the trace id", rule, got)
		}
	}
	out.Reset()
	logger.Info("x")
	if got := out.String(); got == "" || strings.Contains(got, "xray_trace_id") {
		t.Errorf("without a trace: got %q", got)
	}
}
