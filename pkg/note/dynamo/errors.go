package dynamo

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/notegate/notegate/pkg/note"
)

// throttled knows every code by which AWS says that it takes no more for now.
var throttled = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// wrap sorts the SDK's errors into the domain's. failure is what a failed
// condition means to the operation. What is left, such as a missing permission
// or table, is a fault of the deployment and stays what it is.
func wrap(operation string, err, failure error) error {
	var condition *types.ConditionalCheckFailedException
	redacted := &discreet{err}
	switch {
	case failure != nil && errors.As(err, &condition):
		return failure
	case throttled.IsErrorThrottle(err) == aws.TrueTernary:
		return fmt.Errorf("dynamo: %s: %w: %w", operation, note.ErrThrottled, redacted)
	case unavailable(err):
		return fmt.Errorf("dynamo: %s: %w: %w", operation, note.ErrUnavailable, redacted)
	}
	return fmt.Errorf("dynamo: %s: %w", operation, redacted)
}

// unavailable reports whether DynamoDB failed to answer, or to send the request
// at all, or answered with a 5xx: no answer of DynamoDB's is an API error of a
// status below 500.
func unavailable(err error) bool {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) && response.HTTPStatusCode() >= 500 {
		return true
	}
	var api smithy.APIError
	var params smithy.InvalidParamsError
	return !errors.As(err, &api) && !errors.As(err, &params)
}

// discreet leaves out of an error the sentence that DynamoDB wrote, which may
// quote the request and so a note. The code says as much, and AWS can find the
// rest by the request's id.
type discreet struct{ err error }

func (d *discreet) Error() string {
	var api smithy.APIError
	var response *awshttp.ResponseError
	if !errors.As(d.err, &api) || !errors.As(d.err, &response) {
		return d.err.Error()
	}
	return fmt.Sprintf("%s, status %d, request %s", api.ErrorCode(), response.HTTPStatusCode(), response.ServiceRequestID())
}

func (d *discreet) Unwrap() error { return d.err }
