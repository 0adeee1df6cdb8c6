package dynamo

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// An attempt that takes seconds is lost: DynamoDB answers in milliseconds. All
// attempts together end well before the 29 s that API Gateway waits.
const (
	attempts       = 3
	attemptTimeout = 3 * time.Second
	maxBackoff     = 500 * time.Millisecond
)

// Patience is how long a request takes at most: all attempts, and the pauses
// between them.
const Patience = attempts*attemptTimeout + (attempts-1)*maxBackoff

// NewClient returns a client with timeouts and retries that suit a Lambda
// function behind API Gateway. AWS_MAX_ATTEMPTS changes the number of attempts.
func NewClient(cfg aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(attemptTimeout)
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts, r.MaxBackoff = attempts, maxBackoff
		})
	})
}
