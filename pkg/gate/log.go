package gate

import (
	"context"
	"log/slog"
	"time"

	"github.com/notegate/notegate/pkg/internal/invocation"
)

// log writes the decision's one line. Everything in it is from the
// configuration, from Lambda or in our own words; nothing is the client's.
func (h *Handler) log(ctx context.Context, d decision, out Decision, now time.Time) {
	level := slog.LevelInfo
	if d.outcome == OutcomeError {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("decision", string(d.outcome)),
		slog.String("event", out.Event),
		invocation.Latency(out.Latency),
	}
	for _, optional := range [][2]string{
		{"reason", d.reason}, {"detail", d.detail}, {"pool", d.pool}, {"client_id", d.clientID}, {"request_id", out.RequestID}, {"xray_trace_id", out.TraceID},
	} {
		if optional[1] != "" {
			attrs = append(attrs, slog.String(optional[0], optional[1]))
		}
	}
	if h.emf != nil {
		attrs = append(attrs, h.emf.attrs(out, now)...)
	}
	h.cfg.Logger.LogAttrs(ctx, level, "authorizer decision", attrs...)
}
