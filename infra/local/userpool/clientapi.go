package userpool

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	bolt "go.etcd.io/bbolt"
)

// userPoolClientType is an app client as it is answered.
type userPoolClientType struct {
	Client
	UserPoolID       string `json:"UserPoolId"`
	CreationDate     epoch
	LastModifiedDate epoch
}

type clientOutput struct{ UserPoolClient userPoolClientType }

func (p *Pool) describedClient(c *storedClient) clientOutput {
	return clientOutput{userPoolClientType{c.Client, p.id, epoch(c.Created), epoch(c.Modified)}}
}

// createUserPoolClient makes up what Cognito does: the id, and the secret if one
// is asked for.
func (p *Pool) createUserPoolClient(_ context.Context, in *clientInput) (any, error) {
	if err := require("clientName", in.Name); err != nil {
		return nil, err
	}
	if in.Generate && in.Secret != "" {
		return nil, invalid("GenerateSecret and ClientSecret exclude each other.")
	}
	c := in.client()
	c.ID, c.StaticClaims = newClientID(), nil
	if in.Generate {
		c.Secret = newSecret()
	}
	return p.keepClient(&storedClient{Client: c, Created: p.now()})
}

// updateUserPoolClient sets what the request leaves out to Cognito's defaults,
// which is what Cognito does too. The secret stays.
func (p *Pool) updateUserPoolClient(_ context.Context, in *clientInput) (any, error) {
	if err := require("clientId", in.ID); err != nil {
		return nil, err
	}
	before, err := p.storedClient(errUnknownClient(in.ID), in.ID)
	if err != nil {
		return nil, err
	}
	if err := before.changeable(); err != nil {
		return nil, err
	}
	c := in.client()
	c.Secret, c.StaticClaims = before.Secret, before.StaticClaims
	if c.Name == "" {
		c.Name = before.Name
	}
	return p.keepClient(&storedClient{Client: c, Created: before.Created})
}

func (p *Pool) keepClient(c *storedClient) (any, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.Modified = p.now()
	err := p.db.Update(func(tx *bolt.Tx) error {
		if err := checkScopes(tx, c.Scopes); err != nil {
			return err
		}
		return put(tx, bucketClients, c.ID, c)
	})
	if err != nil {
		return nil, err
	}
	return p.describedClient(c), nil
}

// checkScopes refuses scopes of no resource server.
func checkScopes(tx *bolt.Tx, scopes []string) error {
	known := []string{scopeOpenID, adminScope}
	known = slices.AppendSeq(known, maps.Keys(claimsOf))
	servers, err := all[storedServer](tx, bucketServers)
	if err != nil {
		return err
	}
	for _, s := range servers {
		for _, scope := range s.Scopes {
			known = append(known, s.Identifier+"/"+scope.Name)
		}
	}
	for _, scope := range scopes {
		if !slices.Contains(known, scope) {
			return &fault{"ScopeDoesNotExistException", "Invalid scope requested: " + scope}
		}
	}
	return nil
}

// namedClient begins what names an app client.
type namedClientInput struct {
	poolInput
	ClientID string `json:"ClientId" required:"clientId"`
}

func (in namedClientInput) who(p *Pool) (*storedClient, error) {
	return p.storedClient(errUnknownClient(in.ClientID), in.ClientID)
}

func (p *Pool) describeUserPoolClient(_ context.Context, c *storedClient, _ *namedClientInput) (any, error) {
	return p.describedClient(c), nil
}

func (p *Pool) deleteUserPoolClient(_ context.Context, c *storedClient, _ *namedClientInput) (any, error) {
	if err := c.changeable(); err != nil {
		return nil, err
	}
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketClients).Delete([]byte(c.ID)) })
}

// changeable refuses those of the configuration: the next start would undo the
// change.
func (c *storedClient) changeable() error {
	if c.Configured {
		return invalid("App client %s is set when the local pool starts, from infra/deploy/template.yaml or CLIENTS_FILE: change it there", c.ID)
	}
	return nil
}

type listClientsInput struct {
	poolInput
	maxResultsInput
}

type clientDescription struct {
	ClientID   string `json:"ClientId"`
	ClientName string
	UserPoolID string `json:"UserPoolId"`
}

func (p *Pool) listUserPoolClients(_ context.Context, in *listClientsInput) (any, error) {
	describe := func(c *storedClient) clientDescription { return clientDescription{c.ID, c.Name, p.id} }
	clients, next, err := listOf(p, bucketClients, every, describe, in.NextToken, in.MaxResults, maxPage)
	return struct {
		UserPoolClients []clientDescription
		NextToken       string `json:",omitempty"`
	}{clients, next}, err
}

// clientInput is an app client as CreateUserPoolClient takes it and as
// DescribeUserPoolClient gives it.
type clientInput struct {
	Client
	poolInput
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
		c.TokenRevocation = new(true)
	}
	return c
}
