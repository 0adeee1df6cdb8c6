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

func (r Report) to(ctx context.Context) {
	if to, ok := ctx.Value(reportKey{}).(*Report); ok {
		*to = r
	}
}
