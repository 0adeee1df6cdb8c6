package gateway

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/tokens"
)

// A poolGuard is a REST API's Cognito user pool authorizer.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
type poolGuard struct {
	*api.Authorizer
	verifier *tokens.Verifier
}

// authorize takes ID tokens where the route lists no scopes, and else access
// tokens with one of them. That a Bearer before the token is taken off is
// inference [I].
func (p *poolGuard) authorize(g *Gateway, c *call) *fault {
	values, ok := g.identity(c, p.Authorizer)
	if !ok {
		return &fault{reason: unauthorized, layer: LayerGateway}
	}
	token, err := p.verifier.Verify(c.http.Context(), strings.TrimPrefix(values[0], "Bearer "))
	if errors.Is(err, tokens.ErrExpired) {
		return &fault{reason: unauthorized, layer: LayerAuthorizer, message: "The incoming token has expired", note: describe(err)}
	}
	if err != nil {
		return poolRefused(describe(err))
	}
	scopes, use := c.route.Scopes, token.Text("token_use")
	switch {
	case p.Expression != nil && !p.Expression.MatchString(token.Text("aud")):
		return poolRefused("aud does not match the expression")
	case len(scopes) == 0 && use != "id":
		return poolRefused("the route has no scopes, so it takes ID tokens")
	case len(scopes) > 0 && use != "access":
		return poolRefused("the route has scopes, so it takes access tokens")
	case !anyOf(token.Scopes(), scopes):
		return poolRefused("none of the route's scopes")
	}
	c.auth = &authorization{token: token, userPool: true}
	return nil
}

func poolRefused(why string) *fault {
	return &fault{reason: unauthorized, layer: LayerAuthorizer, note: why}
}

// javaDate is how the service writes exp and iat.
const javaDate = "Mon Jan 02 15:04:05 MST 2006"

// userPoolClaims are strings as recorded: exp and iat as dates of Java's, a list's
// elements with commas between.
func userPoolClaims(claims map[string]jsontext.Value) map[string]string {
	out := make(map[string]string, len(claims))
	for name, value := range claims {
		seconds, err := strconv.ParseInt(string(value), 10, 64)
		switch {
		case (name == "exp" || name == "iat") && err == nil:
			out[name] = time.Unix(seconds, 0).UTC().Format(javaDate)
		case value.Kind() == '[':
			out[name] = joined(value, ",")
		default:
			out[name] = plain(value)
		}
	}
	return out
}
