package main

import (
	"cmp"
	"context"
	"log/slog"
)

// A causesHandler is where the functions log for a person. Of a request's own line
// it keeps the cause, which the gateway's line of that request tells; every other
// line goes on.
type causesHandler struct {
	slog.Handler
	causes *reasons // by Lambda's request id
}

func (h causesHandler) Handle(ctx context.Context, r slog.Record) error {
	var id, cause, reason, detail string
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "request_id":
			id = a.Value.String()
		case "cause":
			cause = a.Value.String()
		case "reason":
			reason = a.Value.String()
		case "detail":
			detail = a.Value.String()
		}
		return true
	})
	if cause = cmp.Or(cause, detail, reason); id == "" || cause == "" {
		return h.Handler.Handle(ctx, r)
	}
	h.causes.add(id, cause)
	return nil
}

func (h causesHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return causesHandler{h.Handler.WithAttrs(attrs), h.causes}
}
