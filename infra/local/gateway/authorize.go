package gateway

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// maxMethodARN is how many bytes the ARN of a request may have.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const maxMethodARN = 1600

// An authorization is a verdict that let a call pass.
type authorization struct {
	*verdict
	cached  bool
	latency int64 // of the authorizer, ms; 0 for a cached verdict [I]
}

// authorize asks the operation's authorizer, or the cache in its place, and
// weighs its policy against this very request.
func (g *Gateway) authorize(c *call) *fault {
	a := c.op.authorizer
	if a == nil {
		return nil
	}
	arn := g.methodARN(c)
	if len(arn) > maxMethodARN {
		return &uriTooLong
	}
	identity, ok := a.identity(g, c)
	if !ok {
		return &unauthorized
	}
	auth, err := g.verdict(c, a, identity, arn)
	if err != nil {
		// The whole message, with regard to case: anything more is a failure.
		if err.Error() == "Unauthorized" {
			return &refused
		}
		return authorizerFailed(err)
	}
	c.auth = auth
	switch auth.policy.Evaluate("execute-api:Invoke", arn) {
	case iam.Allow:
		return nil
	case iam.ExplicitDeny:
		return &explicitDeny
	}
	return &implicitDeny
}

// verdict is cached whatever it says; an error is not [I].
func (g *Gateway) verdict(c *call, a *authorizer, identity []string, arn string) (*authorization, error) {
	key := a.verdictKey(identity)
	if a.ttl > 0 {
		if v := g.verdicts.get(key, g.Now()); v != nil {
			c.decision = v.decision
			return &authorization{verdict: v, cached: true}, nil
		}
	}
	event, err := json.Marshal(g.authorizerEvent(c, a, identity, arn))
	if err != nil {
		return nil, fmt.Errorf("gateway: authorizer event: %w", err)
	}
	start := g.Now()
	c.decision = uuid.NewString()
	result, err := a.target.invoke(c, c.decision, event, g.AuthorizerTimeout)
	if err != nil {
		return nil, err
	}
	v, err := parseVerdict(result)
	if err != nil {
		return nil, err
	}
	v.decision = c.decision
	now := g.Now()
	if a.ttl > 0 {
		g.verdicts.put(key, v, now.Add(a.ttl))
	}
	return &authorization{verdict: v, latency: now.Sub(start).Milliseconds()}, nil
}

// methodARN names the request: its path is the caller's text, as sent.
func (g *Gateway) methodARN(c *call) string {
	return fmt.Sprintf("arn:%s:execute-api:%s:%s:%s/%s/%s/%s", g.partition, g.Region, g.Account, g.APIID, g.Stage,
		c.http.Method, strings.TrimPrefix(c.path(), "/"))
}

type tokenEvent struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	Token     string `json:"authorizationToken"`
}

type requestEvent struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	requestFields
}

func (g *Gateway) authorizerEvent(c *call, a *authorizer, identity []string, arn string) any {
	if a.kind == typeToken {
		return tokenEvent{typeToken, arn, identity[0]}
	}
	return requestEvent{typeRequest, arn, g.requestFields(c)}
}
