package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"time"

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
		if err != nil {
			return err
		}
		for _, c := range clients {
			old, ok := before[c.ID]
			now := storedClient{Client: c, Created: p.now(), Modified: p.now(), Configured: true}
			if ok {
				now.Created, now.Modified = old.Created, old.Modified
			}
			if c.GenerateSecret && ok {
				now.Secret = old.Secret
			}
			if c.GenerateSecret && now.Secret == "" {
				now.Secret = newSecret()
			}
			if err := put(tx, bucketClients, c.ID, now); err != nil {
				return err
			}
			p.log.Debug("app client", "id", c.ID, "name", c.Name)
		}
		return nil
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
