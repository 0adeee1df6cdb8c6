package policy

import (
	"fmt"
	"strings"
)

// connect is what a WebSocket API's connection has in place of a method.
const connect = "$connect"

// ParseConnectARN parses the methodArn of a WebSocket API's connection request:
//
//	arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/$connect
//
// It has no method and no path: Method is $connect, and Path is empty. [AllowAll]
// and [DenyAll] make a policy on every route of the stage of it, also those of the
// messages that follow; no [Route] matches it. Anything else than this one form,
// with literal parts, is an [ErrARN].
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
func ParseConnectARN(s string) (MethodARN, error) {
	head, found := strings.CutSuffix(s, "/"+connect)
	if !found {
		return MethodARN{}, fmt.Errorf("%w: want a resource that ends in /%s", ErrARN, connect)
	}
	arn, err := ParseMethodARN(head + "/GET/") // which has the same parts
	if err != nil {
		return MethodARN{}, err
	}
	if arn.Path != "/" {
		return MethodARN{}, fmt.Errorf("%w: want the resource {apiId}/{stage}/%s", ErrARN, connect)
	}
	arn.Method, arn.Path = connect, ""
	return arn, nil
}
