package noteapi_test

import (
	"context"
	"strings"
	"testing"
)

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
