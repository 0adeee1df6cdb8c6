package gateway

import (
	"fmt"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// An asked1 is the event of an authorizer with payload 1.0.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
type asked1 struct {
	Version   string `json:"version"`
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	Identity  string `json:"identitySource"`
	Token     string `json:"authorizationToken"`
	requestFields
}

// An asked2 is that of payload 2.0.
type asked2 struct {
	Version  string   `json:"version"`
	Type     string   `json:"type"`
	RouteARN string   `json:"routeArn"`
	Identity []string `json:"identitySource"`
	fields2
}

func (h *httpAPI) lambda(a *api.Authorizer) lambdaRules {
	rules := lambdaRules{read: readTyped}
	if a.Simple {
		rules.read = readSimple
	}
	if a.Payload == "1.0" {
		rules.event = func(c *call, identity []string, arn string) any {
			all := strings.Join(identity, ",")
			fields := h.fields1(c, h.request(c))
			fields.MultiHeaders = nil
			return asked1{"1.0", string(api.Request), arn, all, all, fields}
		}
		return rules
	}
	rules.event = func(c *call, identity []string, arn string) any {
		return asked2{"2.0", string(api.Request), arn, identity, h.fields2(c, h.request(c))}
	}
	return rules
}

// readTyped reads a policy, whose context may hold values of every JSON type.
func readTyped(result []byte) (*verdict, error) {
	return readPolicy(result, func(value jsontext.Value) (any, error) { return value.Clone(), nil })
}

// readSimple reads a yes or no. What is neither is an error.
func readSimple(result []byte) (*verdict, error) {
	var in struct {
		Authorized *bool                     `json:"isAuthorized"`
		Context    map[string]jsontext.Value `json:"context"`
	}
	if jsonv2.Unmarshal(result, &in) != nil || in.Authorized == nil {
		return nil, fmt.Errorf("%w: isAuthorized must be true or false, and context an object", errVerdict)
	}
	v := &verdict{simple: iam.ExplicitDeny, context: map[string]any{}}
	if *in.Authorized {
		v.simple = iam.Allow
	}
	for name, value := range in.Context {
		v.context[name] = value.Clone()
	}
	return v, nil
}
