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

// A simpleAnswer is a yes or no. The context has another name for each kind of API.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
// https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
type simpleAnswer struct {
	IsAuthorized    bool            `json:"isAuthorized"`
	Context         json.RawMessage `json:"context,omitempty"`         // HTTP API
	ResolverContext json.RawMessage `json:"resolverContext,omitempty"` // AppSync, GraphQL API
	HandlerContext  json.RawMessage `json:"handlerContext,omitempty"`  // AppSync, Event API
	TTLOverride     *int            `json:"ttlOverride,omitempty"`     // AppSync
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
		return marshal(simpleAnswer{IsAuthorized: a.authorized, ResolverContext: a.caller, TTLOverride: a.ttl})
	case appSyncEvents:
		return marshal(simpleAnswer{IsAuthorized: a.authorized, HandlerContext: a.caller, TTLOverride: a.ttl})
	}
	return marshal(simpleAnswer{IsAuthorized: a.authorized, Context: a.caller})
}

// marshal leaves < > & as they are: no page will hold this.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}
