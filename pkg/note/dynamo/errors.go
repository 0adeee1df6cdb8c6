package dynamo

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/notegate/notegate/pkg/note"
)

// throttled knows every code by which AWS says that it takes no more for now.
var throttled = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// wrap sorts the SDK's errors into the domain's. failure is what a failed
// condition means to the operation. What is left, such as a missing permission
// or table, is a fault of the deployment and stays as it is.
func wrap(operation string, err, failure error) error {
	var condition *types.ConditionalCheckFailedException
	switch {
	case failure != nil && errors.As(err, &condition):
		return failure
	case throttled.IsErrorThrottle(err) == aws.TrueTernary:
		return fmt.Errorf("dynamo: %s: %w: %w", operation, note.ErrThrottled, err)
	case unavailable(err):
		return fmt.Errorf("dynamo: %s: %w: %w", operation, note.ErrUnavailable, err)
	}
	return fmt.Errorf("dynamo: %s: %w", operation, err)
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
