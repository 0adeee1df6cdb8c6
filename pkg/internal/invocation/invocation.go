// Package invocation has what every log line says of a Lambda invocation.
package invocation

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// RequestID returns Lambda's id of the invocation, empty outside Lambda. No
// client can choose it, unlike requestContext.requestId, which is the header
// x-amzn-RequestId where a REST API's client sends one.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
func RequestID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}

// Latency returns how long the invocation took, in milliseconds.
func Latency(took time.Duration) slog.Attr {
	return slog.Float64("latency_ms", float64(took.Microseconds())/1000)
}
