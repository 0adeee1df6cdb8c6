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

// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
type appSyncAnswer struct {
	IsAuthorized    bool            `json:"isAuthorized"`
	ResolverContext json.RawMessage `json:"resolverContext,omitempty"`
	TTLOverride     *int            `json:"ttlOverride,omitempty"`
}

// https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
type eventAPIAnswer struct {
	IsAuthorized   bool            `json:"isAuthorized"`
	HandlerContext json.RawMessage `json:"handlerContext,omitempty"`
	TTLOverride    *int            `json:"ttlOverride,omitempty"`
}

// An answer is what all the shapes say, each in its own way.
type answer struct {
	authorized bool
	principal  string
	policy     policy.Document
	caller     json.RawMessage // of a policy, set if it opens anything, which need not be this request
	ttl        *int            // seconds that AppSync may keep it; nil leaves that to the API
}

// marshal returns the answer in the event's shape.
func (a answer) marshal(shape shape, response HTTPResponse) ([]byte, error) {
	if notUTF8(a.principal) { // or else it would become somebody else's
		return nil, errors.New("the principal is not UTF-8")
	}
	asPolicy := !shape.isAppSync() && (shape != httpV2 || response == PolicyResponse)
	if asPolicy {
		return marshal(policyAnswer{a.principal, a.policy, a.caller})
	}
	if !a.authorized {
		a.caller = nil
	}
	switch shape {
	case appSync:
		return marshal(appSyncAnswer{a.authorized, a.caller, a.ttl})
	case appSyncEvents:
		return marshal(eventAPIAnswer{a.authorized, a.caller, a.ttl})
	}
	return marshal(simpleAnswer{a.authorized, a.caller})
}

// marshal leaves < > & as they are: no page will hold this.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}
