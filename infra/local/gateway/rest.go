package gateway

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// rest is how a REST API does it.
type rest struct{ *Gateway }

// route looks by the path as sent, so that an encoded slash separates nothing.
// Slashes before the first segment count as one, and one trailing slash is ignored,
// as recorded of the service; other empty segments match nothing but a greedy
// variable, which keeps them.
func (s *rest) route(c *call) (*answer, *fault) {
	c.path = "/" + strings.TrimLeft(c.rawPath(), "/")
	path := c.path
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	if !s.find(c, path) {
		return nil, unsigned(c.http.Header)
	}
	return nil, nil
}

// stamp: the client sees the kind of an error in a header.
func (s *rest) stamp(h http.Header, a *answer, c *call) {
	h.Set("X-Amzn-RequestId", c.id)
	h.Set("X-Amz-Apigw-Id", c.extendedID)
	if !a.untraced {
		h.Set("X-Amzn-Trace-Id", c.traceID)
	}
	h.Del("X-Amzn-ErrorType")
	if a.kind != "" {
		h.Set("X-Amzn-ErrorType", a.kind)
	}
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

func (s *rest) lambda(a *api.Authorizer) lambdaRules {
	if a.Type == api.Token {
		return lambdaRules{read: parsePolicy, event: func(_ *call, identity []string, arn string) any {
			return tokenEvent{string(api.Token), arn, identity[0]}
		}}
	}
	return lambdaRules{read: parsePolicy, event: func(c *call, _ []string, arn string) any {
		return requestEvent{string(api.Request), arn, s.requestFields(c)}
	}}
}

// methodARN names the request: its path is the caller's text, as sent.
func (g *Gateway) methodARN(c *call) string {
	return fmt.Sprintf("arn:%s:execute-api:%s:%s:%s/%s/%s/%s", g.partition, g.Region, g.Account, g.APIID, g.Stage,
		c.http.Method, strings.TrimPrefix(c.path, "/"))
}
