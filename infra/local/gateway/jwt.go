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

// A jwtGuard is a built-in JWT authorizer.
type jwtGuard struct {
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

// authorize checks the token and then the route's scopes, of which one is enough.
func (j *jwtGuard) authorize(g *Gateway, c *call) *fault {
	values, ok := g.identity(c, j.Authorizer)
	if !ok {
		return &fault{reason: unauthorized, layer: LayerGateway, challenge: "Bearer"}
	}
	token, err := j.verifier.Verify(c.http.Context(), strings.TrimPrefix(values[0], "Bearer "))
	if err != nil {
		why := describe(err)
		return &fault{reason: unauthorized, layer: LayerAuthorizer, note: why, challenge: challenge(c.route.Scopes, "invalid_token", why)}
	}
	if !anyOf(token.Scopes(), c.route.Scopes) {
		why := fmt.Sprint("expected scopes: ", c.route.Scopes)
		return &fault{reason: forbidden, layer: LayerAuthorizer, note: why, challenge: challenge(c.route.Scopes, "insufficient_scope", why)}
	}
	c.auth = &authorization{token: token}
	if len(c.route.Scopes) > 0 {
		c.auth.scopes = token.Scopes()
	}
	return nil
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
