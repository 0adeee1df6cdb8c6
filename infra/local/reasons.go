package main

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
)

// maxReasons bounds the memory: a policy lives five minutes in the gateway's
// cache, and nobody reads the log of more refusals than this.
const maxReasons = 10000

// reasons remembers why the gate refused, by the Lambda request id of the
// decision, because the gateway may answer from its cache long after. The zero
// value is empty. When it is full it forgets everything.
type reasons struct {
	mu   sync.Mutex
	byID map[string]string
}

func (r *reasons) add(id, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID == nil || len(r.byID) == maxReasons {
		r.byID = map[string]string{}
	}
	r.byID[id] = reason
}

func (r *reasons) of(id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}

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
