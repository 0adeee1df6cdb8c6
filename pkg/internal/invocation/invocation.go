// Package invocation has what every log line says of a Lambda invocation.
package invocation

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// RequestID returns Lambda's id of the invocation, empty outside Lambda. No
// client can choose it, unlike requestContext.requestId, which is the header
// x-amzn-RequestId where a REST API's client sends one.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
func RequestID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}

// AppendTexts adds texts to a line, each after its name, except for those that are
// empty.
func AppendTexts(attrs []slog.Attr, namesAndTexts ...string) []slog.Attr {
	for pair := range slices.Chunk(namesAndTexts, 2) {
		if pair[1] != "" {
			attrs = append(attrs, slog.String(pair[0], pair[1]))
		}
	}
	return attrs
}

// Latency returns how long the invocation took, in milliseconds.
func Latency(took time.Duration) slog.Attr {
	return slog.Float64("latency_ms", float64(took.Microseconds())/1000)
}

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
