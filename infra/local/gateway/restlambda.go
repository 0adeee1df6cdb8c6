package gateway

import (
	"fmt"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

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

func (s *rest) lambda(a *api.Authorizer) lambdaRules {
	if a.Type == api.Token {
		return lambdaRules{limit: true, read: parsePolicy, event: func(_ *call, identity []string, arn string) any {
			return tokenEvent{string(api.Token), arn, identity[0]}
		}}
	}
	return lambdaRules{limit: true, read: parsePolicy, event: func(c *call, _ []string, arn string) any {
		return requestEvent{string(api.Request), arn, s.requestFields(c)}
	}}
}

// methodARN names the request: its path is the caller's text, as sent.
func (g *Gateway) methodARN(c *call) string {
	return fmt.Sprintf("arn:%s:execute-api:%s:%s:%s/%s/%s/%s", g.partition, g.Region, g.Account, g.APIID, g.Stage,
		c.http.Method, strings.TrimPrefix(c.path, "/"))
}
