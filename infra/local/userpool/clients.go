package userpool

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	bolt "go.etcd.io/bbolt"
)

// A storedClient is an app client in the state file, where those of the
// configuration are, too: what Cognito makes of them once, secret and date of
// creation, is kept.
type storedClient struct {
	Client
	Created, Modified time.Time
	Configured        bool // set anew at each start, and not to be changed by the API
}

var (
	clientIDForm = regexp.MustCompile(`^[\w+]{1,128}$`)
	secretForm   = regexp.MustCompile(`^[\w+]{1,64}$`)
)

// client returns the app client of that id.
func (p *Pool) client(id string) (Client, error) {
	return p.clientOr(errUnknownClient(id), id)
}

func errUnknownClient(id string) error {
	return notFound("User pool client %.128s does not exist.", id)
}

func (p *Pool) clientOr(absent error, id string) (Client, error) {
	c, err := p.storedClient(absent, id)
	if err != nil {
		return Client{}, err
	}
	return c.Client, nil
}

func (p *Pool) storedClient(absent error, id string) (*storedClient, error) {
	c, err := read(p, func(tx *bolt.Tx) (*storedClient, error) { return get[storedClient](tx, bucketClients, id) })
	if err == nil && c == nil {
		err = absent
	}
	return c, err
}

// configureClients puts the configuration's clients in place of those of the last
// start.
func (p *Pool) configureClients(clients []Client) error {
	return p.db.Update(func(tx *bolt.Tx) error {
		before, err := drop(tx, bucketClients, func(c *storedClient) bool { return c.Configured })
		for _, c := range clients {
			now := storedClient{Client: c, Created: p.now(), Modified: p.now(), Configured: true}
			if old := before[c.ID]; old != nil {
				now.Created, now.Modified = old.Created, old.Modified
				if c.GenerateSecret {
					now.Secret = old.Secret
				}
			}
			if c.GenerateSecret && now.Secret == "" {
				now.Secret = newSecret()
			}
			err = errors.Join(err, put(tx, bucketClients, c.ID, now))
			p.log.Debug("app client", "id", c.ID, "name", c.Name)
		}
		return err
	})
}

// checkSecretHash holds the SECRET_HASH of an operation to the client's secret
// and the username that it names: base64 of HMAC-SHA256 over both.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
func (c Client) checkSecretHash(username, hash string) error {
	switch {
	case c.Secret == "" && hash == "":
		return nil
	case c.Secret == "":
		return invalid("App client %s is not configured for secret but secret hash was received", c.ID)
	case hash == "":
		return unauthorized(fmt.Sprintf("Client %s is configured with secret but SECRET_HASH was not received", c.ID))
	}
	want := base64.StdEncoding.EncodeToString(macOf([]byte(c.Secret), []byte(username+c.ID)))
	if !hmac.Equal([]byte(hash), []byte(want)) {
		return unauthorized(fmt.Sprintf("Unable to verify secret hash for client %s", c.ID))
	}
	return nil
}

// hasSecret reports whether the secret is the client's: none for a public one.
func (c Client) hasSecret(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(c.Secret), []byte(secret)) == 1
}

// newClientID and newSecret have the form of Cognito's own: 26 and 51 lower-case
// letters and digits.
func newClientID() string { return lowerCase(26, randomBytes(26)) }
func newSecret() string   { return lowerCase(51, randomBytes(51)) }

// lowerCase returns the last of so many bytes' digits as n letters and digits.
func lowerCase(n int, from []byte) string {
	text := new(big.Int).SetBytes(from).Text(36) // n bytes are more than n digits
	return text[len(text)-n:]
}

// named gives each configured client without an id one that is derived from its
// name, the same at each start.
func named(poolID string, clients []Client) []Client {
	clients = slices.Clone(clients)
	for i, c := range clients {
		if c.ID == "" && c.Name != "" {
			sum := sha256.Sum256([]byte(poolID + "/" + c.Name))
			clients[i].ID = lowerCase(26, append([]byte{1}, sum[:]...))
		}
	}
	return clients
}

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

// namedClientInput names an app client.
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
	in, err := readStrictly[clientInput]("client", text)
	if err != nil {
		return Client{}, err
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
