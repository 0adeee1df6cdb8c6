package lambda

import (
	"context"
	"time"
)

// A Report tells how a call was served.
type Report struct {
	Cold bool          // by a process that was started for it
	Init time.Duration // from the start of a cold process until it took the event
}

type reportKey struct{}

// WithReport returns a context with which [Pool.Invoke] writes its report to r
// before it returns, unless ctx ends first.
func WithReport(ctx context.Context, r *Report) context.Context {
	return context.WithValue(ctx, reportKey{}, r)
}

type traceKey struct{}

// WithTraceID returns a context whose calls tell the function the X-Ray trace id.
func WithTraceID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, traceKey{}, id)
}

func (r Report) to(ctx context.Context) {
	if to, ok := ctx.Value(reportKey{}).(*Report); ok {
		*to = r
	}
}
