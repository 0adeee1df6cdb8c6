package gate

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/notegate/notegate/pkg/internal/invocation"
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
		invocation.Latency(took),
	}
	for _, optional := range [][2]string{
		{"reason", d.reason}, {"detail", d.detail}, {"pool", d.pool}, {"client_id", d.clientID}, {"request_id", invocation.RequestID(ctx)},
	} {
		if optional[1] != "" {
			attrs = append(attrs, slog.String(optional[0], optional[1]))
		}
	}
	h.cfg.Logger.LogAttrs(ctx, level, "authorizer decision", attrs...)
}
