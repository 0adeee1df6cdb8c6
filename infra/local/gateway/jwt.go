package gateway

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/tokens"
	"github.com/notegate/notegate/pkg/jwks"
)

// An Issuer is where the tokens come from that a definition expects from another
// issuer.
type Issuer struct {
	URL  string    // the tokens' iss
	Keys *jwks.Set // that sign them
}

// A tokenGuard is an authorizer that verifies tokens itself: a JWT authorizer, or a
// REST API's Cognito user pool authorizer.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
type tokenGuard struct {
	*api.Authorizer
	verifier *tokens.Verifier
}

func (g *Gateway) newVerifier(a *api.Authorizer) *tokens.Verifier {
	v := &tokens.Verifier{Algorithms: a.Algorithms, Now: g.Now}
	for _, i := range a.Issuers {
		out := tokens.Issuer{URL: i.URL, Audiences: i.Audiences, ClientID: i.ClientID}
		if other, ok := g.Issuers[i.URL]; ok {
			out.URL, out.Keys = other.URL, other.Keys
		} else {
			out.Find = &tokens.Discovery{Issuer: i.URL, Now: g.Now}
		}
		v.Issuers = append(v.Issuers, out)
	}
	return v
}

// authorize checks the token, and then what the route asks for. That a user pool
// authorizer takes off a Bearer before the token is inference [I].
func (t *tokenGuard) authorize(g *Gateway, c *call) *fault {
	values, ok := g.identity(c, t.Authorizer)
	if !ok {
		return &fault{reason: unauthorized, layer: LayerGateway, challenge: "Bearer"}
	}
	token, err := t.verifier.Verify(c.http.Context(), strings.TrimPrefix(values[0], "Bearer "))
	if err != nil {
		why := describe(err)
		f := &fault{reason: unauthorized, layer: LayerAuthorizer, note: why, challenge: challenge(c.route.Scopes, "invalid_token", why)}
		if t.Type == api.UserPools && errors.Is(err, tokens.ErrExpired) {
			f.message = "The incoming token has expired"
		}
		return f
	}
	if t.Type == api.UserPools {
		if why := t.misfit(c.route.Scopes, token); why != "" {
			return &fault{reason: unauthorized, layer: LayerAuthorizer, note: why}
		}
	} else if !anyOf(token.Scopes(), c.route.Scopes) {
		why := fmt.Sprint("expected scopes: ", c.route.Scopes)
		return &fault{reason: forbidden, layer: LayerAuthorizer, note: why, challenge: challenge(c.route.Scopes, "insufficient_scope", why)}
	}
	c.auth = &authorization{token: token, userPool: t.Type == api.UserPools}
	if len(c.route.Scopes) > 0 {
		c.auth.scopes = token.Scopes()
	}
	return nil
}

// misfit says why a user pool's token does not open a route: ID tokens do where it
// lists no scopes, and else access tokens with one of them.
func (t *tokenGuard) misfit(scopes []string, token *tokens.Token) string {
	use := token.Text("token_use")
	switch {
	case t.Expression != nil && !t.Expression.MatchString(token.Text("aud")):
		return "aud does not match the expression"
	case len(scopes) == 0 && use != "id":
		return "the route has no scopes, so it takes ID tokens"
	case len(scopes) > 0 && use != "access":
		return "the route has scopes, so it takes access tokens"
	case !anyOf(token.Scopes(), scopes):
		return "none of the route's scopes"
	}
	return ""
}

// anyOf tells whether a token has one of the scopes that a route asks for, if it
// asks for any.
func anyOf(has, wanted []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(scope string) bool { return slices.Contains(has, scope) })
}

// challenge is an HTTP API's www-authenticate, as recorded.
func challenge(scopes []string, code, description string) string {
	return fmt.Sprintf(`Bearer scope="%s" error="%s" error_description="%s"`, strings.Join(scopes, " "), code, description)
}

// describe is what an HTTP API calls the error. Recorded are the texts about
// segments, the issuer, the audience and the key set's server; the others are
// inference [I].
func describe(err error) string {
	for _, d := range []struct {
		err  error
		text string
	}{
		{tokens.ErrMalformed, "token contains an invalid number of segments"},
		{tokens.ErrIssuer, "issuer does not match"},
		{tokens.ErrAudience, "the token does not have a valid audience"},
		{tokens.ErrKeysUnavailable, "JWKS communication error"},
		{tokens.ErrExpired, "the token has expired"},
		{tokens.ErrNotYetValid, "the token is not valid yet"},
		{tokens.ErrNoExpiry, "the token has no exp"},
		{tokens.ErrAlgorithm, "signing method is invalid"},
		{tokens.ErrKey, "no key matches the kid"},
	} {
		if errors.Is(err, d.err) {
			return d.text
		}
	}
	return "signature is invalid"
}
