package gateway

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Why there is no answer of a function.
var (
	errTimeout        = errors.New("gateway: the function did not answer in time")
	errEventTooLarge  = errors.New("gateway: the event is larger than Lambda takes")
	errResultTooLarge = errors.New("gateway: the result is larger than Lambda hands on")
)

// invocation is the uri by which API Gateway calls a function, with the
// function's name, without version or alias.
var invocation = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]+:lambda:path/2015-03-31/functions/(arn:[^:]+:lambda:[^:]+:[^:]+:function:([A-Za-z0-9_-]+))/invocations$`)

// A target is a function with the ARN that it has in the definition.
type target struct {
	function Function
	arn      string
}

func (l *loader) target(where, uri string) target {
	m := invocation.FindStringSubmatch(uri)
	if m == nil {
		l.fail(ErrUnsupported, "%s: uri is not the invocation of a Lambda function", where)
		return target{}
	}
	f := l.Functions[m[2]]
	if f == nil {
		l.fail(ErrNoFunction, "%s: %s", where, m[2])
	}
	return target{f, m[1]}
}

// Lambda's bounds of an event and of a result.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxEvent  = 6 << 20
	maxResult = 6<<20 + 100
)

// invoke calls the function under a request id and waits no longer than
// timeout. The client going away does not cancel it: a Lambda function runs on.
func (t target) invoke(c *call, id string, event []byte, timeout time.Duration) ([]byte, error) {
	if len(event) > maxEvent {
		return nil, errEventTooLarge
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.http.Context()), timeout)
	defer cancel()
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: id, InvokedFunctionArn: t.arn})

	type result struct {
		payload []byte
		err     error
	}
	done := make(chan result, 1) // buffered, so that a late function ends all the same
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
		if len(r.payload) > maxResult {
			return nil, errResultTooLarge
		}
		return r.payload, r.err
	case <-ctx.Done():
		return nil, errTimeout
	}
}
