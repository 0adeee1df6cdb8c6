package gate

import (
	"context"
	"log/slog"
	"time"

	"github.com/notegate/notegate/pkg/internal/invocation"
)

// log writes the decision's one line. Everything in it is from the
// configuration, from Lambda or in our own words; nothing is the client's.
func (h *Handler) log(ctx context.Context, d decision, now time.Time) {
	level := slog.LevelInfo
	if d.Outcome == OutcomeError {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("decision", string(d.Outcome)),
		slog.String("event", d.Event),
		invocation.Latency(d.Latency),
	}
	attrs = invocation.AppendTexts(attrs, "reason", d.Reason, "detail", d.detail, "pool", d.pool, "client_id", d.clientID,
		"request_id", d.RequestID, "xray_trace_id", d.TraceID)
	if h.emf != nil {
		attrs = append(attrs, h.emf.attrs(d.Decision, now)...)
	}
	h.cfg.Logger.LogAttrs(ctx, level, "authorizer decision", attrs...)
}
