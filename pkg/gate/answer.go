package gate

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/notegate/notegate/pkg/policy"
)

// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
type policyAnswer struct {
	PrincipalID    string          `json:"principalId"`
	PolicyDocument policy.Document `json:"policyDocument"`
	Context        json.RawMessage `json:"context,omitempty"`
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
type simpleAnswer struct {
	IsAuthorized bool            `json:"isAuthorized"`
	Context      json.RawMessage `json:"context,omitempty"`
}

// answer returns the answer in the event's shape. The caller of a policy is set
// if the policy opens anything, which need not be this request.
func (r request) answer(authorized bool, principal string, doc policy.Document, caller json.RawMessage) ([]byte, error) {
	if notUTF8(principal) { // or else it would become somebody else's
		return nil, errors.New("the principal is not UTF-8")
	}
	if r.shape != httpV2 {
		return marshal(policyAnswer{principal, doc, caller})
	}
	if !authorized {
		caller = nil
	}
	return marshal(simpleAnswer{authorized, caller})
}

// marshal leaves < > & as they are: no page will hold this.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}
