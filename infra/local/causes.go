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
	values := map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		values[a.Key] = a.Value.String()
		return true
	})
	id, cause := values["request_id"], cmp.Or(values["cause"], values["detail"], values["reason"])
	if id == "" || cause == "" {
		return h.Handler.Handle(ctx, r)
	}
	h.causes.add(id, cause)
	return nil
}

func (h causesHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return causesHandler{h.Handler.WithAttrs(attrs), h.causes}
}
