package invocation

import (
	"context"
	"log/slog"
	"strings"
)

// TraceID returns the X-Ray trace id of the invocation, such as
// 1-5759e988-bd862e3fe1be46a994272793, or nothing if there is none. The header
// that Lambda hands on may have been a client's, so only an id of that form is
// taken out of it, and the rest is left.
//
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func TraceID(ctx context.Context) string {
	header, _ := ctx.Value("x-amzn-trace-id").(string) // package lambda's key
	for field := range strings.SplitSeq(header, ";") {
		if id, ok := strings.CutPrefix(strings.TrimSpace(field), "Root="); ok && isTraceID(id) {
			return id
		}
	}
	return ""
}

// isTraceID reports whether id is version 1, 8 hexadecimal digits of a time and
// 24 of chance.
func isTraceID(id string) bool {
	parts := strings.Split(id, "-")
	return len(parts) == 3 && parts[0] == "1" && len(parts[1]) == 8 && len(parts[2]) == 24 &&
		strings.Trim(parts[1]+parts[2], "0123456789abcdef") == ""
}

// Traced returns a logger that adds the trace id of each record's context to the
// record.
func Traced(logger *slog.Logger) *slog.Logger { return slog.New(traced{logger.Handler()}) }

type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, record slog.Record) error {
	if id := TraceID(ctx); id != "" {
		record = record.Clone()
		record.AddAttrs(slog.String("xray_trace_id", id))
	}
	return t.Handler.Handle(ctx, record)
}

func (t traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(attrs)} }

func (t traced) WithGroup(name string) slog.Handler { return traced{t.Handler.WithGroup(name)} }
