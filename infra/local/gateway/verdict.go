package gateway

import (
	"errors"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// errVerdict is the cause when an authorizer's result makes no sense.
var errVerdict = errors.New("gateway: authorizer result")

// A verdict is an authorizer's result. It is shared between requests and not
// changed.
type verdict struct {
	decision  string // request id of the invocation that it came from
	principal string
	policy    iam.Policy
	simple    iam.Decision // of an answer without a policy; ImplicitDeny: the policy decides
	context   map[string]any
}

// decide weighs the verdict against one request.
func (v *verdict) decide(arn string) iam.Decision {
	if v.simple != iam.ImplicitDeny {
		return v.simple
	}
	return v.policy.Evaluate("execute-api:Invoke", arn)
}

// parsePolicy reads a REST API's policy, whose context's values become strings.
func parsePolicy(result []byte) (*verdict, error) {
	return readPolicy(result, func(value jsontext.Value) (any, error) { return scalar(value) })
}

// readPolicy is as strict as the service where that is known, and where it is
// not, refuses: a result that works here must work there. A missing principalId
// is such a case: the documentation requires it, two reports saw the policy
// evaluated nevertheless.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
func readPolicy(result []byte, convert func(jsontext.Value) (any, error)) (*verdict, error) {
	var in struct {
		PrincipalID *string        `json:"principalId"`
		Policy      jsontext.Value `json:"policyDocument"`
		Context     jsontext.Value `json:"context"`
		APIKey      jsontext.Value `json:"usageIdentifierKey"` // matters only where the API takes keys from authorizers
	}
	if err := jsonv2.Unmarshal(result, &in); err != nil {
		// The error's own text may hold a part of the result.
		return nil, fmt.Errorf("%w: not an object, or a member is duplicated or has the wrong type", errVerdict)
	}
	if in.PrincipalID == nil {
		return nil, fmt.Errorf("%w: principalId must be a string", errVerdict)
	}
	policy, err := iam.Parse(in.Policy)
	if err != nil {
		return nil, fmt.Errorf("%w: policyDocument: %w", errVerdict, err)
	}
	context, err := parseContext(in.Context, convert)
	return &verdict{principal: *in.PrincipalID, policy: policy, context: context}, err
}

func parseContext(raw jsontext.Value, convert func(jsontext.Value) (any, error)) (map[string]any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var members map[string]jsontext.Value
	if raw.Kind() != '{' || jsonv2.Unmarshal(raw, &members) != nil {
		return nil, fmt.Errorf("%w: context must be an object", errVerdict)
	}
	context := make(map[string]any, len(members))
	for name, value := range members {
		converted, err := convert(value)
		if err != nil {
			return nil, fmt.Errorf("%w: context: %w", errVerdict, err)
		}
		context[name] = converted
	}
	return context, nil
}

// scalar is the text of a string, a number or a boolean.
func scalar(value jsontext.Value) (string, error) {
	switch value.Kind() {
	case '"':
		text, err := jsontext.AppendUnquote(nil, value)
		return string(text), err
	case '0', 't', 'f':
		return string(value), nil
	}
	return "", errors.New("a value must be a string, a number or a boolean")
}
