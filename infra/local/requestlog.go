package main

import (
	"context"
	"log/slog"

	"github.com/notegate/notegate/infra/local/gateway"
)

// observe logs one line per request: what was asked, which layer answered, and
// why.
func (s *system) observe(e gateway.Exchange) {
	attrs := []slog.Attr{
		slog.String("method", e.Method),
		slog.String("path", e.Path),
		slog.Int("status", e.Status),
		slog.String("answered_by", string(e.Layer)),
		slog.Bool("cached", e.Cached),
		slog.Float64("latency_ms", float64(e.Latency.Microseconds())/1000),
	}
	level := slog.LevelInfo
	if e.Response != "" {
		attrs = append(attrs, slog.String("response", e.Response))
	}
	if e.Err != nil {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	s.log.LogAttrs(context.Background(), level, "request", attrs...)
}
