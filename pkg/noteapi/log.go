package noteapi

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// logRequest writes one line, which holds nothing that a client chose: the
// route's template and not the path, and a method only of a route that is known.
func (h *Handler) logRequest(ctx context.Context, began time.Time, at route, id string, status int, err error) {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		id = cmp.Or(id, lc.AwsRequestID)
	}
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("method", at.method), slog.String("route", at.path), slog.Int("status", status),
		slog.String("request_id", id), slog.Int64("latency_ms", h.cfg.Now().Sub(began).Milliseconds()),
	}
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	case status == http.StatusTooManyRequests || status == http.StatusUnauthorized:
		level = slog.LevelWarn
	default:
		err = nil // the status says it all
	}
	if err != nil {
		attrs = append(attrs, slog.String("cause", err.Error()))
	}
	h.cfg.Logger.LogAttrs(ctx, level, "request", attrs...)
}
