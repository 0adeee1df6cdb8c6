package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/notegate/notegate/infra/lambda"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// Why there is no answer of a function.
var (
	errTimeout        = errors.New("gateway: the function did not answer in time")
	errEventTooLarge  = errors.New("gateway: the event exceeds Lambda's limit")
	errResultTooLarge = errors.New("gateway: the result exceeds Lambda's limit")
)

// A target is a function with the ARN that it has in the definition.
type target struct {
	function Function
	name     string
	arn      string
}

func (g *Gateway) target(f api.Function) (target, error) {
	function := g.Functions[f.Name]
	if function == nil {
		return target{}, fmt.Errorf("%w: %s", api.ErrNoFunction, f.Name)
	}
	return target{function, f.Name, f.ARN}, nil
}

// Lambda's bounds of an event and of a result.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxEvent  = 6 << 20
	maxResult = 6<<20 + 100
)

// invoke calls the function under a request id, notes that, and waits no longer
// than timeout. The client going away does not cancel it: a Lambda function runs on.
func (t target) invoke(c *call, note *FunctionCall, id string, event []byte, timeout time.Duration) ([]byte, error) {
	if len(event) > maxEvent {
		return nil, errEventTooLarge
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.http.Context()), timeout)
	defer cancel()
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: id, InvokedFunctionArn: t.arn})
	ctx = lambda.WithTraceID(ctx, c.traceID)
	report := &lambda.Report{}
	ctx = lambda.WithReport(ctx, report)
	note.Name, note.RequestID = t.name, id
	start := time.Now()
	defer func() { note.Duration = time.Since(start) }()

	type result struct {
		payload []byte
		err     error
	}
	done := make(chan result, 1) // buffered, so that a late function still ends
	go func() {
		var r result
		defer func() {
			// Lambda reports a panic as an error with the panic's text.
			if p := recover(); p != nil {
				r = result{nil, errors.New(fmt.Sprint(p))}
			}
			done <- r
		}()
		r.payload, r.err = t.function.Invoke(ctx, event)
	}()
	select {
	case r := <-done:
		note.Cold = report.Cold
		if len(r.payload) > maxResult {
			return nil, errResultTooLarge
		}
		return r.payload, r.err
	case <-ctx.Done():
		return nil, errTimeout
	}
}
