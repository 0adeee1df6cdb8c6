package gateway

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// A lambdaGuard asks a function who may call, or the cache in its place.
type lambdaGuard struct {
	*api.Authorizer
	target target
	lambdaRules
}

// lambdaRules are what differs between the kinds of API, types of authorizer and
// payloads.
type lambdaRules struct {
	event func(c *call, identity []string, arn string) any
	read  func(result []byte) (*verdict, error)
}

// maxMethodARN is how many bytes the ARN of a REST API's request may have.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const maxMethodARN = 1600

// authorize weighs what the function says against this very request.
func (l *lambdaGuard) authorize(g *Gateway, c *call) *fault {
	arn := g.methodARN(c)
	if g.api.Kind == api.REST && len(arn) > maxMethodARN {
		return &fault{reason: uriTooLong, layer: LayerGateway}
	}
	identity, ok := g.identity(c, l.Authorizer)
	if !ok {
		return &fault{reason: unauthorized, layer: LayerGateway}
	}
	auth, err := l.verdict(g, c, identity, arn)
	if err != nil {
		// The whole message, with regard to case: anything more is a failure.
		if err.Error() == "Unauthorized" {
			return &fault{reason: unauthorized, layer: LayerAuthorizer}
		}
		return &fault{reason: badAuthorizer, layer: LayerAuthorizer, cause: err}
	}
	c.auth = auth
	switch auth.verdict.decide(arn) {
	case iam.Allow:
		return nil
	case iam.ExplicitDeny:
		return &fault{reason: explicitlyDenied, layer: LayerAuthorizer}
	}
	return &fault{reason: implicitlyDenied, layer: LayerAuthorizer}
}

// verdict is cached whatever it says; an error is not [I].
func (l *lambdaGuard) verdict(g *Gateway, c *call, identity []string, arn string) (*authorization, error) {
	key := keyOf(l.Name, identity)
	if l.TTL > 0 {
		if v := g.verdicts.get(key, g.Now()); v != nil {
			c.decision = v.decision
			return &authorization{verdict: v, cached: true}, nil
		}
	}
	event, err := json.Marshal(l.event(c, identity, arn))
	if err != nil {
		return nil, fmt.Errorf("gateway: authorizer event: %w", err)
	}
	start := g.Now()
	c.decision = uuid.NewString()
	result, err := l.target.invoke(c, &c.authorizerCall, c.decision, event, g.AuthorizerTimeout)
	if err != nil {
		return nil, err
	}
	v, err := l.read(result)
	if err != nil {
		return nil, err
	}
	v.decision = c.decision
	now := g.Now()
	if l.TTL > 0 {
		g.verdicts.put(key, v, now.Add(l.TTL))
	}
	return &authorization{verdict: v, latency: now.Sub(start).Milliseconds()}, nil
}
