// Package invocation has what every log line says of a Lambda invocation.
package invocation

import (
	"context"
	"log/slog"
	"slices"
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

// AppendTexts adds texts to a line, each after its name, except for those that are
// empty.
func AppendTexts(attrs []slog.Attr, namesAndTexts ...string) []slog.Attr {
	for pair := range slices.Chunk(namesAndTexts, 2) {
		if pair[1] != "" {
			attrs = append(attrs, slog.String(pair[0], pair[1]))
		}
	}
	return attrs
}

// Latency returns how long the invocation took, in milliseconds.
func Latency(took time.Duration) slog.Attr {
	return slog.Float64("latency_ms", float64(took.Microseconds())/1000)
}
