package userpool

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// redeemSecret gives a client with a secret a token of its own, which names no
// user: the client credentials grant of RFC 6749, section 4.4. Its scopes are
// those of resource servers.
func (p *Pool) redeemSecret(ctx context.Context, c Client, form url.Values) (*authenticationResult, error) {
	if c.Secret == "" || !c.allowsOAuth(oauthMachine) {
		return nil, errUnauthorizedClient
	}
	scopes := strings.Fields(form.Get("scope"))
	if len(scopes) == 0 {
		scopes = c.Scopes
	}
	for _, scope := range scopes {
		if !slices.Contains(c.Scopes, scope) {
			return nil, errInvalidScope
		}
	}
	var metadata map[string]string
	if text := form.Get("aws_client_metadata"); text != "" && json.Unmarshal([]byte(text), &metadata) != nil {
		return nil, errInvalidRequest
	}
	custom, err := p.customize(withMetadata(withSource(ctx, sourceMachine), metadata), c, nil, strings.Join(scopes, " "))
	if err != nil {
		return nil, err
	}
	now := p.now()
	claims := jwt.MapClaims{
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
	}
	maps.Copy(claims, c.staticClaims())
	custom.access(claims)
	token, err := p.keys.Load().access.sign(claims)
	return &authenticationResult{AccessToken: token, ExpiresIn: int64(c.accessLifetime() / time.Second), TokenType: "Bearer"}, err
}
