package cognito

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MaxClockSkew is the most that [Config.ClockSkew] may be.
const MaxClockSkew = 120 * time.Second

// Config says which tokens a [Verifier] accepts. Pools and ClientIDs are
// required; the zero value of everything else is the strict one.
type Config struct {
	Pools     []UserPool
	ClientIDs []string // app clients: client_id of an access token, aud of an ID token

	TokenUse       TokenUse // zero means AccessToken
	RequiredScopes []string // the token must have all of them
	RequiredGroups []string // the user must be in one of them
	Audience       string   // if set, aud must hold it (resource binding, RFC 8707)

	// AllowAnyAudience accepts access tokens that are bound to other APIs: those
	// with an aud claim, although no Audience is configured. Without it they are
	// refused, as RFC 7519 section 4.1.3 demands.
	AllowAnyAudience bool

	// ClockSkew is how far the clocks of Cognito and of this machine may differ,
	// at most MaxClockSkew. It lengthens the life of every token by as much.
	ClockSkew time.Duration

	// AllowM2M accepts tokens without a username, as the client credentials grant
	// gives them: their sub is an app client, not a user.
	AllowM2M bool

	Now func() time.Time // zero means time.Now
}

// validate reports everything that is wrong, on one line.
func (c Config) validate() error {
	var wrong []string
	if len(c.Pools) == 0 {
		wrong = append(wrong, "no user pool")
	}
	if len(c.ClientIDs) == 0 {
		wrong = append(wrong, "no app client id: without one, tokens of every client of the pool would pass")
	}
	for _, id := range c.ClientIDs {
		if id == "" || strings.ContainsAny(id, "* \t\r\n") {
			wrong = append(wrong, fmt.Sprintf("app client id %q must be a complete id, without wildcards or blanks", id))
		}
	}
	if c.TokenUse != "" && c.TokenUse != AccessToken && c.TokenUse != IDToken {
		wrong = append(wrong, fmt.Sprintf("token use %q must be %q or %q", c.TokenUse, AccessToken, IDToken))
	}
	if c.AllowAnyAudience && c.Audience != "" {
		wrong = append(wrong, "AllowAnyAudience contradicts Audience")
	}
	if c.ClockSkew < 0 || c.ClockSkew > MaxClockSkew {
		wrong = append(wrong, fmt.Sprintf("clock skew %s must be 0s to %s", c.ClockSkew, MaxClockSkew))
	}
	for _, name := range slices.Concat(c.RequiredScopes, c.RequiredGroups) {
		if name == "" {
			wrong = append(wrong, "a required scope or group is empty")
		}
	}
	if wrong != nil {
		return errors.New("cognito: " + strings.Join(wrong, "; "))
	}
	return nil
}
