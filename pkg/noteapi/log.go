package noteapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/notegate/notegate/pkg/internal/invocation"
)

// noStatus is the status of an event that is answered with an error.
const noStatus = 0

// logRequest writes the request's one line. A client chooses nothing in it: the
// route is the template and not the path, and stays empty unless it is known.
func (h *Handler) logRequest(ctx context.Context, began time.Time, at route, status int, err error) {
	level, cause := slog.LevelInfo, ""
	if err != nil {
		cause = err.Error()
	}
	switch {
	case status >= http.StatusInternalServerError || status == noStatus:
		level = slog.LevelError
	case status == http.StatusTooManyRequests || status == http.StatusUnauthorized:
		level = slog.LevelWarn
	default:
		cause = "" // the status says it all
	}
	attrs := []slog.Attr{slog.String("method", at.method), slog.String("route", at.path)}
	if status != noStatus {
		attrs = append(attrs, slog.Int("status", status))
	}
	attrs = append(attrs, invocation.Latency(h.cfg.Now().Sub(began)))
	attrs = invocation.AppendTexts(attrs, "cause", cause, "request_id", invocation.RequestID(ctx), "xray_trace_id", invocation.TraceID(ctx))
	h.cfg.Logger.LogAttrs(ctx, level, "request", attrs...)
}
