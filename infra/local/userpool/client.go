package userpool

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A Client is an app client, in the members of UserPoolClientType. The zero value
// of each allows nothing, except for lifetimes, which are Cognito's defaults.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
type Client struct {
	ID     string `json:"ClientId"`
	Name   string `json:"ClientName"`             // For the log and the login page.
	Secret string `json:"ClientSecret,omitempty"` // Empty: a public client, unless GenerateSecret is set.

	GenerateSecret bool `json:"-"` // Open makes a secret, once.

	AuthFlows                []string             `json:"ExplicitAuthFlows,omitempty"` // AllowUserSRP and the like; none refuses every sign-in by the API.
	RefreshTokenRotation     refreshTokenRotation `json:",omitzero"`
	AccessTokenValidity      int                  `json:",omitzero"` // in TokenValidityUnits; 0 is an hour
	IDTokenValidity          int                  `json:"IdTokenValidity,omitzero"`
	RefreshTokenValidity     int                  `json:",omitzero"` // 0 is 30 days
	TokenValidityUnits       tokenValidityUnits   `json:",omitzero"`
	AuthSessionValidity      int                  `json:",omitzero"`                            // minutes for a challenge; 0 is 3
	TokenRevocation          *bool                `json:"EnableTokenRevocation,omitempty"`      // nil is true
	PreventUserExistence     string               `json:"PreventUserExistenceErrors,omitempty"` // LEGACY tells who is a user; empty is ENABLED
	ReadAttributes           []string             `json:",omitempty"`                           // none: all
	WriteAttributes          []string             `json:",omitempty"`                           // none: all
	PropagateUserContextData bool                 `json:"EnablePropagateAdditionalUserContextData"`

	// What the hosted login knows of the client; without callback URLs it refuses
	// every sign-in. URLs are compared character for character.
	OAuth              bool     `json:"AllowedOAuthFlowsUserPoolClient"` // false refuses all OAuth 2.0
	OAuthFlows         []string `json:"AllowedOAuthFlows,omitempty"`     // code, client_credentials
	Scopes             []string `json:"AllowedOAuthScopes,omitempty"`
	CallbackURLs       []string `json:",omitempty"`
	LogoutURLs         []string `json:",omitempty"`
	DefaultRedirectURI string   `json:",omitempty"`
	IdentityProviders  []string `json:"SupportedIdentityProviders,omitempty"`

	// StaticClaims are in every token of the client, as a trigger could add them.
	// Cognito has no such member.
	StaticClaims map[string]jsontext.Value `json:",omitempty"`
}

// The OAuth 2.0 grants that an app client may use. The implicit one, which
// RFC 9700 section 2.1.2 advises against, is not here.
const (
	oauthCode    = "code"
	oauthMachine = "client_credentials"
)

type tokenValidityUnits struct {
	AccessToken  string `json:",omitempty"` // seconds, minutes, hours (if empty) or days
	IDToken      string `json:"IdToken,omitempty"`
	RefreshToken string `json:",omitempty"` // days if empty
}

type refreshTokenRotation struct {
	Feature                 string // ENABLED or DISABLED
	RetryGracePeriodSeconds int    `json:",omitzero"` // 0 to 60
}

const (
	enabled  = "ENABLED"
	disabled = "DISABLED"
	legacy   = "LEGACY"
)

func (c Client) accessLifetime() time.Duration {
	return lifetime(c.AccessTokenValidity, c.TokenValidityUnits.AccessToken, "hours", time.Hour)
}

func (c Client) idLifetime() time.Duration {
	return lifetime(c.IDTokenValidity, c.TokenValidityUnits.IDToken, "hours", time.Hour)
}

func (c Client) refreshLifetime() time.Duration {
	return lifetime(c.RefreshTokenValidity, c.TokenValidityUnits.RefreshToken, "days", 30*24*time.Hour)
}

// challengeLifetime is how long an answer to a challenge is awaited.
func (c Client) challengeLifetime() time.Duration {
	return lifetime(c.AuthSessionValidity, "minutes", "", 3*time.Minute)
}

// rotates reports whether a refresh token is good for one refresh, and for how
// long after it another is let through, for an answer that got lost.
func (c Client) rotates() (grace time.Duration, ok bool) {
	return time.Duration(c.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second, c.RefreshTokenRotation.Feature == enabled
}

// tellsUsers reports whether refusals say that somebody is no user.
func (c Client) tellsUsers() bool { return c.PreventUserExistence == legacy }

func (c Client) allowsOAuth(flow string) bool { return c.OAuth && slices.Contains(c.OAuthFlows, flow) }

// mayWrite reports whether the client's users may write the attribute.
func (c Client) mayWrite(attribute string) bool {
	return len(c.WriteAttributes) == 0 || slices.Contains(c.WriteAttributes, attribute)
}

// mayRead reports whether the client's users see the attribute.
func (c Client) mayRead(attribute string) bool {
	return len(c.ReadAttributes) == 0 || attribute == "sub" || slices.Contains(c.ReadAttributes, attribute)
}

var units = map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}

func lifetime(n int, in, usual string, fallback time.Duration) time.Duration {
	if n == 0 {
		return fallback
	}
	const tooLong = 4000 * 24 * time.Hour // than which none may be longer
	if u := units[cmp.Or(in, usual)]; u == 0 || n < int(tooLong/u) {
		return time.Duration(n) * u
	}
	return tooLong
}

// check returns the fault that Cognito would refuse the client with. Messages
// that are not known word for word are ours.
func (c Client) check() error {
	switch {
	case !clientIDForm.MatchString(c.ID):
		return malformed("clientId", `satisfy regular expression pattern: [\w+]+`)
	case c.Secret != "" && !secretForm.MatchString(c.Secret):
		return malformed("clientSecret", `satisfy regular expression pattern: [\w+]+`)
	}
	if err := c.checkFlows(); err != nil {
		return err
	}
	for _, name := range slices.Concat(fixedInID, fixedInAccess) {
		if c.StaticClaims[name] != nil {
			return invalid("StaticClaims: only the user pool sets %s", name)
		}
	}
	if err := cmp.Or(c.checkLifetimes(), c.checkOAuth()); err != nil {
		return err
	}
	for _, uri := range slices.Concat(c.CallbackURLs, c.LogoutURLs) {
		if u, err := url.Parse(uri); err != nil || !u.IsAbs() || u.Fragment != "" || strings.ContainsAny(uri, " ;") {
			return invalid("want absolute URLs without a fragment, got %.200q", uri)
		}
	}
	if c.DefaultRedirectURI != "" && !slices.Contains(c.CallbackURLs, c.DefaultRedirectURI) {
		return invalid("DefaultRedirectURI is not among CallbackURLs")
	}
	if !slices.Contains([]string{"", enabled, legacy}, c.PreventUserExistence) {
		return invalid("PreventUserExistenceErrors: want ENABLED or LEGACY, got %.64q", c.PreventUserExistence)
	}
	for _, provider := range c.IdentityProviders {
		if provider != "COGNITO" {
			return invalid("The provider %.64s does not exist for User Pool", provider)
		}
	}
	return nil
}

func (c Client) checkOAuth() error {
	for _, flow := range c.OAuthFlows {
		if flow != oauthCode && flow != oauthMachine {
			return &fault{"InvalidOAuthFlowException", fmt.Sprintf("AllowedOAuthFlows: %.64s is not available here", flow)}
		}
	}
	switch machine := slices.Contains(c.OAuthFlows, oauthMachine); {
	case machine && len(c.OAuthFlows) > 1:
		return &fault{"InvalidOAuthFlowException", "client_credentials flow can not be selected along with code flow or implicit flow."}
	case machine && c.Secret == "":
		return &fault{"InvalidOAuthFlowException", "client_credentials flow can not be selected if client does not have a client secret."}
	case machine && slices.ContainsFunc(c.Scopes, func(scope string) bool { return !strings.Contains(scope, "/") }):
		return &fault{"InvalidOAuthFlowException", "client_credentials flow can not be selected along with openid, profile, email, phone or aws.cognito.signin.user.admin scopes."}
	case c.OAuth && (len(c.OAuthFlows) == 0 || len(c.Scopes) == 0):
		return invalid("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	}
	return nil
}

func (c Client) checkLifetimes() error {
	for _, in := range []string{c.TokenValidityUnits.AccessToken, c.TokenValidityUnits.IDToken, c.TokenValidityUnits.RefreshToken} {
		if in != "" && units[in] == 0 {
			return invalid("TokenValidityUnits: want seconds, minutes, hours or days, got %.64q", in)
		}
	}
	const day = 24 * time.Hour
	within := func(d, least, most time.Duration) bool { return least <= d && d <= most }
	switch {
	case !within(c.accessLifetime(), 5*time.Minute, day), !within(c.idLifetime(), 5*time.Minute, day),
		!within(c.refreshLifetime(), time.Hour, 3650*day), !within(c.challengeLifetime(), 3*time.Minute, maxChallengeLifetime):
		return invalid("Invalid range for token validity.")
	case c.refreshLifetime() < max(c.accessLifetime(), c.idLifetime()):
		return invalid("Refresh token validity must not be less than that of the access and the ID token.")
	}
	grace, rotates := c.rotates()
	switch {
	case !slices.Contains([]string{"", enabled, disabled}, c.RefreshTokenRotation.Feature) || !within(grace, 0, time.Minute):
		return invalid("RefreshTokenRotation: want ENABLED or DISABLED, and a RetryGracePeriodSeconds from 0 to 60")
	case rotates && c.allows(AllowRefreshToken):
		return invalid("Refresh token rotation is not available with the flow ALLOW_REFRESH_TOKEN_AUTH.")
	}
	return nil
}

// What an app client may do with InitiateAuth, by Cognito's own names.
const (
	AllowUserPassword  = "ALLOW_USER_PASSWORD_AUTH"
	AllowUserSRP       = "ALLOW_USER_SRP_AUTH"
	AllowUserAuth      = "ALLOW_USER_AUTH"
	AllowAdminPassword = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
	AllowRefreshToken  = "ALLOW_REFRESH_TOKEN_AUTH"
	allowCustom        = "ALLOW_CUSTOM_AUTH" // kept, but without an effect: it needs triggers
)

// oldFlows are the names of before, and the flow that each adds to SRP and
// refreshing. One of them turns SRP off.
var oldFlows = map[string]string{"ADMIN_NO_SRP_AUTH": AllowAdminPassword, "USER_PASSWORD_AUTH": AllowUserPassword, oldCustomOnly: allowCustom}

const oldCustomOnly = "CUSTOM_AUTH_FLOW_ONLY"

// allows reports whether ExplicitAuthFlows names the flow, or implies it by a name
// of before, when there were few to choose from.
func (c Client) allows(flow string) bool {
	if slices.Contains(c.AuthFlows, flow) {
		return true
	}
	for _, name := range c.AuthFlows {
		switch implied, ok := oldFlows[name]; {
		case ok && (flow == implied || flow == AllowRefreshToken):
			return true
		case ok && flow == AllowUserSRP && !slices.Contains(c.AuthFlows, oldCustomOnly):
			return true
		}
	}
	return false
}

func (c Client) checkFlows() error {
	old := 0
	for _, flow := range c.AuthFlows {
		switch {
		case oldFlows[flow] != "":
			old++
		case !slices.Contains([]string{AllowUserPassword, AllowUserSRP, AllowUserAuth, AllowAdminPassword, AllowRefreshToken, allowCustom}, flow):
			return invalid("ExplicitAuthFlows: %.64q is not available here", flow)
		}
	}
	if old > 0 && old < len(c.AuthFlows) {
		return invalid("ExplicitAuthFlows: ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY and USER_PASSWORD_AUTH exclude names that begin with ALLOW_")
	}
	return nil
}
