package userpool

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// redeemSecret gives a client with a secret a token of its own, which names no
// user: the client credentials grant of RFC 6749, section 4.4. Its scopes are
// those of resource servers.
func (p *Pool) redeemSecret(_ context.Context, c Client, requested string) (*authenticationResult, error) {
	if c.Secret == "" || !c.allowsOAuth(oauthMachine) {
		return nil, errUnauthorizedClient
	}
	scopes := strings.Fields(requested)
	if len(scopes) == 0 {
		scopes = c.Scopes
	}
	for _, scope := range scopes {
		if !slices.Contains(c.Scopes, scope) {
			return nil, errInvalidScope
		}
	}
	now := p.now()
	token, err := p.keys.Load().access.sign(jwt.MapClaims{
		"sub":       c.ID,
		"client_id": c.ID,
		"iss":       p.issuer,
		"token_use": "access",
		"scope":     strings.Join(scopes, " "),
		"version":   2,
		"auth_time": now.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(c.accessLifetime()).Unix(),
		"jti":       uuid.NewString(),
	})
	return &authenticationResult{AccessToken: token, ExpiresIn: int64(c.accessLifetime() / time.Second), TokenType: "Bearer"}, err
}
