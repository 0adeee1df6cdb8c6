package userpool

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"
)

// A customization is what a pre token generation trigger makes of the tokens. It
// is kept with an authorization code, because Cognito asks before it issues one.
// A nil one changes nothing.
type customization struct {
	ID     claimChanges   `json:"idTokenGeneration"`
	Access accessChanges  `json:"accessTokenGeneration"`
	Groups jsontext.Value `json:"groupOverrideDetails,omitempty"` // absent: as they are; null: none
}

type claimChanges struct {
	Set      map[string]jsontext.Value `json:"claimsToAddOrOverride"`
	Suppress []string                  `json:"claimsToSuppress"`
}

type accessChanges struct {
	claimChanges
	AddScopes      []string `json:"scopesToAdd"`
	SuppressScopes []string `json:"scopesToSuppress"`
}

type groupOverride struct {
	Groups        []string `json:"groupsToOverride"`
	Roles         []string `json:"iamRolesToOverride"`
	PreferredRole *string  `json:"preferredRole"`
}

var (
	errLambdaJSON   = &fault{"InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON"}
	errLambdaOutput = &fault{"InvalidLambdaResponseException", "Unrecognizable lambda output"}
)

// readCustomization returns nil for an event that comes back as it was.
func readCustomization(answer []byte) (*customization, error) {
	if !jsontext.Value(answer).IsValid() {
		return nil, errLambdaJSON
	}
	var event *struct {
		Response *struct {
			Details *customization `json:"claimsAndScopeOverrideDetails"`
		} `json:"response"`
	}
	if err := json.Unmarshal(answer, &event); err != nil || event == nil || event.Response == nil {
		return nil, errLambdaOutput
	}
	c := event.Response.Details
	if c == nil {
		return nil, nil
	}
	if c.Groups != nil && json.Unmarshal(c.Groups, &groupOverride{}) != nil {
		return nil, errLambdaOutput
	}
	// A scope with a blank would be several.
	if slices.ContainsFunc(c.Access.AddScopes, func(scope string) bool { return scope == "" || strings.ContainsAny(scope, " \t\r\n") }) {
		return nil, errLambdaOutput
	}
	return c, nil
}

// Claims that no trigger and no app client sets: attempts to are ignored. Those
// of groups come only from groupOverrideDetails, and scopes have lists of their
// own.
var (
	fixedClaims = []string{
		"acr", "amr", "at_hash", "auth_time", "azp", "exp", "iat", "iss", "jti", "nbf", "nonce", "origin_jti", "sub", "token_use",
		claimGroups, claimRoles, claimPreferredRole,
	}
	fixedInID     = append([]string{"identities", "aud", "cognito:username"}, fixedClaims...)
	fixedInAccess = append([]string{"username", "client_id", "scope", "device_key", "event_id", "version"}, fixedClaims...)
)

const (
	claimGroups        = "cognito:groups"
	claimRoles         = "cognito:roles"
	claimPreferredRole = "cognito:preferred_role"
)

// access changes the claims of an access token.
func (c *customization) access(claims jwt.MapClaims) {
	if c == nil {
		return
	}
	c.regroup(claims, false)
	c.Access.change(claims, fixedInAccess)
	claims["scope"] = c.Access.scopes(claims["scope"].(string))
	// An audience can only be the app client that the token is for.
	var aud string
	if value, ok := claims["aud"].(jsontext.Value); ok && (json.Unmarshal(value, &aud) != nil || aud != claims["client_id"]) {
		delete(claims, "aud")
	}
}

// scopes adds, then suppresses, and keeps the order.
func (c accessChanges) scopes(before string) string {
	var after []string
	for _, scope := range slices.Concat(strings.Fields(before), c.AddScopes) {
		if !slices.Contains(after, scope) && !slices.Contains(c.SuppressScopes, scope) {
			after = append(after, scope)
		}
	}
	return strings.Join(after, " ")
}

// id changes the claims of an ID token.
func (c *customization) id(claims jwt.MapClaims) {
	if c == nil {
		return
	}
	c.regroup(claims, true)
	c.ID.change(claims, fixedInID)
}

// regroup puts the trigger's groups in place of the user's. Roles are of ID tokens.
func (c *customization) regroup(claims jwt.MapClaims, roles bool) {
	if c.Groups == nil {
		return
	}
	var to groupOverride
	_ = json.Unmarshal(c.Groups, &to) // was read before
	put := func(name string, value any, present bool) {
		delete(claims, name)
		if present {
			claims[name] = value
		}
	}
	put(claimGroups, to.Groups, len(to.Groups) > 0)
	put(claimRoles, to.Roles, roles && len(to.Roles) > 0)
	put(claimPreferredRole, to.PreferredRole, roles && to.PreferredRole != nil)
}

// change sets claims, then suppresses: a claim of both lists is not there.
func (c claimChanges) change(claims jwt.MapClaims, fixed []string) {
	for name, value := range c.Set {
		if !slices.Contains(fixed, name) && value.Kind() != 'n' {
			claims[name] = value
		}
	}
	for _, name := range c.Suppress {
		if !slices.Contains(fixed, name) {
			delete(claims, name)
		}
	}
}
