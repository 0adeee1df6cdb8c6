package userpool

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// clientInput is an app client as CreateUserPoolClient takes it and as
// DescribeUserPoolClient gives it.
type clientInput struct {
	Client
	UserPoolID   string         `json:"UserPoolId"`
	Generate     bool           `json:"GenerateSecret"`
	CreationDate jsontext.Value // which a described client has
	LastModified jsontext.Value `json:"LastModifiedDate"`
}

// ReadClient reads an app client in the members of CreateUserPoolClient, with
// ClientId, ClientSecret and StaticClaims beside them. A member that it does not have is
// an error that names it.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
func ReadClient(text []byte) (Client, error) {
	var in clientInput
	if err := json.Unmarshal(text, &in, json.RejectUnknownMembers(true)); err != nil {
		return Client{}, fmt.Errorf("userpool: read client: %w", err)
	}
	return in.client(), nil
}

// client fills in what Cognito gives a client that says nothing of it.
func (in clientInput) client() Client {
	c := in.Client
	c.GenerateSecret = in.Generate
	if len(c.AuthFlows) == 0 {
		c.AuthFlows = []string{AllowRefreshToken, AllowUserSRP, allowCustom}
	}
	if c.PreventUserExistence == "" {
		c.PreventUserExistence = legacy
	}
	if c.AuthSessionValidity == 0 {
		c.AuthSessionValidity = 3
	}
	if c.RefreshTokenValidity == 0 && (c.TokenValidityUnits.RefreshToken == "" || c.TokenValidityUnits.RefreshToken == "days") {
		c.RefreshTokenValidity = 30
	}
	if c.TokenRevocation == nil {
		yes := true
		c.TokenRevocation = &yes
	}
	return c
}
