package gate

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// log writes the decision's one line. Everything in it is from the
// configuration, from Lambda or in our own words; nothing is the client's.
func (h *Handler) log(ctx context.Context, d decision, took time.Duration) {
	level := slog.LevelInfo
	if d.outcome == failed {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("decision", string(d.outcome)),
		slog.String("event", cmp.Or(string(d.event), "unknown")),
		slog.Float64("latency_ms", float64(took.Microseconds())/1000),
	}
	for _, optional := range [][2]string{
		{"reason", d.reason}, {"detail", d.detail}, {"pool", d.pool}, {"client_id", d.clientID}, {"request_id", requestID(ctx)},
	} {
		if optional[1] != "" {
			attrs = append(attrs, slog.String(optional[0], optional[1]))
		}
	}
	h.cfg.Logger.LogAttrs(ctx, level, "authorizer decision", attrs...)
}

func requestID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}
