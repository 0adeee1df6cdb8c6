package lambda

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/uuid"
)

// A Pool is one function of a [Service], with its processes.
type Pool struct {
	service *Service
	spec    Spec
	slots   chan struct{}   // one for each call under way
	ctx     context.Context // ends with the service
	end     context.CancelCauseFunc
	watched sync.Once

	mu         sync.Mutex
	calls      sync.WaitGroup
	closed     bool
	generation int            // of the code: counts its changes
	idle       []*environment // the last used one last
}

// Invoke calls the function with an event, as Lambda's Invoke does, under ctx's
// request id and ARN ([lambdacontext.LambdaContext]) and trace id ([WithTraceID]), if
// it has them. What the function or Lambda itself reports as an error is a [Failure]. ctx's end
// ends the wait, with its cause, not the call, which ends with its answer, the
// function's timeout or the service.
func (p *Pool) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if len(event) > MaxPayload {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(event), MaxPayload)
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-p.ctx.Done():
		return nil, ErrClosed
	}
	if !p.begin() {
		<-p.slots
		return nil, ErrClosed
	}
	done := make(chan outcome, 1) // buffered, so that a late call still ends
	go func() {
		defer p.calls.Done()
		defer func() { <-p.slots }()
		done <- p.call(p.invocation(ctx, event))
	}()
	select {
	case o := <-done:
		o.report.to(ctx)
		return o.payload, o.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// begin counts a call, unless the pool is closed.
func (p *Pool) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.calls.Add(1)
	return true
}

func (p *Pool) invocation(ctx context.Context, event []byte) *invocation {
	i := &invocation{id: uuid.NewString(), event: event, timeout: p.spec.Timeout, answer: make(chan Answer, 1)}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		i.id, i.arn = lc.AwsRequestID, lc.InvokedFunctionArn
	}
	i.traceID, _ = ctx.Value(traceKey{}).(string)
	return i
}

// An outcome is how a call ended.
type outcome struct {
	payload []byte
	err     error
	report  Report
}

// call has a process answer the event.
func (p *Pool) call(i *invocation) outcome {
	e, report, err := p.hand(i)
	if err != nil {
		return outcome{nil, err, report}
	}
	ctx, cancel := context.WithTimeoutCause(p.ctx, i.timeout, errTimeout)
	defer cancel()
	answer, err := e.answer(ctx, i)
	if err != nil {
		e.stop()
		return outcome{nil, e.failure(i, err), report}
	}
	p.putBack(e)
	if answer.Failed {
		return outcome{nil, failureOf(answer.Body), report}
	}
	return outcome{[]byte(answer.Body), nil, report}
}

// hand gives the event to a process that idles or, if none does, to a new one.
func (p *Pool) hand(i *invocation) (*environment, Report, error) {
	for e := p.takeIdle(); e != nil; e = p.takeIdle() {
		err := e.take(p.ctx, i, i.timeout)
		if err == nil {
			return e, Report{}, nil
		}
		e.stop()
		if !errors.Is(err, ErrExited) { // while it idled, so no call failed
			return nil, Report{}, e.failure(i, err)
		}
	}
	p.watched.Do(p.watch)
	e, err := p.start()
	if err != nil {
		return nil, Report{Cold: true}, p.initFailed(0, noEntrypoint(i, err))
	}
	err = e.take(p.ctx, i, p.service.config.InitTimeout+i.timeout)
	report := Report{Cold: true, Init: time.Since(e.Started)}
	if err != nil {
		e.stop()
		return nil, report, p.initFailed(report.Init, e.failure(i, err))
	}
	return e, report, nil
}

// initFailed logs the line that Lambda writes, and returns the error.
func (p *Pool) initFailed(after time.Duration, err error) error {
	if f := (*Failure)(nil); errors.As(err, &f) {
		status := "error Error Type: " + f.Type
		if f.Type == typeTimeout {
			status = "timeout"
		}
		p.log(fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms Phase: init Status: %s", float64(after)/float64(time.Millisecond), status))
	}
	return err
}

func (p *Pool) log(line string) { p.service.config.Log(p.spec.Name, line) }

// takeIdle returns the process that was used last, or nil.
func (p *Pool) takeIdle() *environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle) - 1
	if last < 0 {
		return nil
	}
	e := p.idle[last]
	p.idle = p.idle[:last]
	return e
}

// putBack keeps the process for the next call, unless its code has changed.
func (p *Pool) putBack(e *environment) {
	p.mu.Lock()
	keep := e.generation == p.generation && !p.closed
	if keep {
		p.idle = append(p.idle, e)
	}
	p.mu.Unlock()
	if !keep {
		e.stop()
	}
}

// changed makes the next call start a new process.
func (p *Pool) changed() {
	p.mu.Lock()
	p.generation++
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, e := range idle {
		e.stop()
	}
}

func (p *Pool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.end(ErrClosed)
	p.calls.Wait()
	p.changed()
}

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
