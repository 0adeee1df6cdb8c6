package userpool

import (
	"context"
	"slices"
)

// adminFlows are values of AuthFlow that InitiateAuth refuses: one flow by two
// names.
var adminFlows = []string{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}

type adminInitiateAuthInput struct {
	poolInput
	ClientID       string `json:"ClientId"`
	AuthFlow       string
	AuthParameters map[string]string
}

// adminInitiateAuth takes passwords as they are from servers, which have AWS
// credentials in the cloud, beside the flows that need none.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
func (p *Pool) adminInitiateAuth(ctx context.Context, in *adminInitiateAuthInput) (any, error) {
	if err := require("clientId", in.ClientID, "authFlow", in.AuthFlow); err != nil {
		return nil, err
	}
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if in.AuthFlow == "USER_PASSWORD_AUTH" {
		return nil, errInitiateAdmin
	}
	flow := flows[in.AuthFlow]
	if slices.Contains(adminFlows, in.AuthFlow) {
		flow.allowed, flow.run = AllowAdminPassword, (*Pool).passwordAuth
	}
	if flow.run == nil || !c.allows(flow.allowed) {
		return nil, invalid("Auth flow not enabled for this client")
	}
	return p.runFlow(ctx, c, flow.run, in.AuthParameters)
}

type adminRespondInput struct {
	poolInput
	respondInput
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html
func (p *Pool) adminRespondToAuthChallenge(ctx context.Context, in *adminRespondInput) (any, error) {
	return p.respondToAuthChallenge(ctx, &in.respondInput)
}

// runFlow holds a flow to the client's secret.
func (p *Pool) runFlow(ctx context.Context, c Client, run func(*Pool, context.Context, Client, map[string]string) (*authOutput, error), params map[string]string) (*authOutput, error) {
	if name := params["USERNAME"]; name != "" {
		if err := c.checkSecretHash(name, params["SECRET_HASH"]); err != nil {
			return nil, err
		}
	}
	return run(p, ctx, c, params)
}
