package gate

import (
	"github.com/go-json-experiment/json"

	"github.com/notegate/notegate/pkg/policy"
)

// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
type policyAnswer struct {
	PrincipalID    string          `json:"principalId"`
	PolicyDocument policy.Document `json:"policyDocument"`
	Context        *caller         `json:"context,omitempty"`
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
type simpleAnswer struct {
	IsAuthorized bool    `json:"isAuthorized"`
	Context      *caller `json:"context,omitempty"`
}

// answer returns the answer in the event's shape. The caller of a policy is set
// if the policy opens anything, which need not be this request.
func (r request) answer(authorized bool, principal string, doc policy.Document, caller *caller) ([]byte, error) {
	if r.shape != httpV2 {
		return json.Marshal(policyAnswer{principal, doc, caller})
	}
	if !authorized {
		caller = nil
	}
	return json.Marshal(simpleAnswer{authorized, caller})
}
