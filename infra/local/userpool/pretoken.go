package userpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/infra/lambda"
)

// A Function is a Lambda function, such as a [lambda.Pool]. What the function
// itself reports as an error is a [lambda.Failure].
type Function interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// How long Cognito waits for a trigger, and how often it tries.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
const (
	triggerTimeout = 5 * time.Second
	triggerTries   = 3
)

// Why tokens are made: the triggerSource of the event.
const (
	sourceHosted      = "TokenGeneration_HostedAuth"
	sourceSignIn      = "TokenGeneration_Authentication"
	sourceNewPassword = "TokenGeneration_NewPasswordChallenge"
	sourceRefresh     = "TokenGeneration_RefreshTokens"
	sourceMachine     = "TokenGeneration_ClientCredentials"
)

// The trigger is told of the request that asks for tokens: its source, and its
// ClientMetadata.
type (
	sourceKey   struct{}
	metadataKey struct{}
)

func withSource(ctx context.Context, source string) context.Context {
	return context.WithValue(ctx, sourceKey{}, source)
}

func withMetadata(ctx context.Context, metadata map[string]string) context.Context {
	return context.WithValue(ctx, metadataKey{}, metadata)
}

// tokenEvent is the pre token generation event of version 2, and for machines of
// version 3.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
type tokenEvent struct {
	Version       string        `json:"version"`
	TriggerSource string        `json:"triggerSource"`
	Region        string        `json:"region"`
	UserPoolID    string        `json:"userPoolId"`
	UserName      string        `json:"userName"`
	CallerContext callerContext `json:"callerContext"`
	Request       tokenRequest  `json:"request"`
	Response      struct {
		Details jsontext.Value `json:"claimsAndScopeOverrideDetails"` // null
	} `json:"response"`
}

type callerContext struct {
	SDKVersion string `json:"awsSdkVersion"`
	ClientID   string `json:"clientId"`
}

type tokenRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	Groups         groupOverride     `json:"groupConfiguration"`
	Scopes         []string          `json:"scopes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// customize asks the trigger, if there is one, what the tokens of a user are to
// say, or of a machine if u is nil.
func (p *Pool) customize(ctx context.Context, c Client, u *user, scope string) (*customization, error) {
	if p.preToken == nil {
		return nil, nil
	}
	e, err := p.tokenEvent(ctx, c, u, scope)
	if err != nil {
		return nil, err
	}
	answer, err := p.invokeTrigger(ctx, must(json.Marshal(e)))
	if err != nil {
		return nil, err
	}
	return readCustomization(answer)
}

func (p *Pool) tokenEvent(ctx context.Context, c Client, u *user, scope string) (e *tokenEvent, err error) {
	source, _ := ctx.Value(sourceKey{}).(string)
	metadata, _ := ctx.Value(metadataKey{}).(map[string]string)
	e = &tokenEvent{Version: "2", TriggerSource: cmp.Or(source, sourceSignIn), Region: p.region(), UserPoolID: p.id, UserName: c.ID}
	e.CallerContext = callerContext{"aws-sdk-unknown-unknown", c.ID}
	e.Request = tokenRequest{UserAttributes: map[string]string{}, Scopes: strings.Fields(scope), ClientMetadata: metadata}
	if u == nil {
		e.Version = "3"
		return e, nil
	}
	e.UserName = u.Sub
	e.Request.UserAttributes["cognito:user_status"] = u.status()
	for _, a := range u.listed() {
		e.Request.UserAttributes[a.Name] = a.Value
	}
	e.Request.Groups, err = p.rolesOf(u)
	return e, err
}

// invokeTrigger answers a failure of the function, and none of its answers, with
// Cognito's exceptions.
func (p *Pool) invokeTrigger(ctx context.Context, event []byte) ([]byte, error) {
	for range triggerTries {
		answer, err := p.tryTrigger(ctx, event)
		failure, failed := errors.AsType[*lambda.Failure](err)
		switch {
		case err == nil:
			return answer, nil
		case failed:
			return nil, &fault{"UserLambdaValidationException", "PreTokenGeneration failed with error " + failure.Message + "."}
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !errors.Is(err, context.DeadlineExceeded):
			return nil, &fault{"UnexpectedLambdaException", fmt.Sprintf("PreTokenGeneration invocation failed due to error %v.", err)}
		}
	}
	return nil, &fault{"UnexpectedLambdaException", "PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function."}
}

func (p *Pool) tryTrigger(ctx context.Context, event []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, triggerTimeout)
	defer cancel()
	return p.preToken.Invoke(ctx, event)
}

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
