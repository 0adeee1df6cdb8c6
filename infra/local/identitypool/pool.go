// Package identitypool is a stand-in for an Amazon Cognito identity pool on one
// machine: it gives users who signed in to a user pool credentials of a role, and
// recognises them when they sign requests.
//
// It speaks the service's wire protocol, as far as the enhanced flow goes: GetId
// and GetCredentialsForIdentity. Ids come only from the login, and credentials
// live in memory, so nothing is stored.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
package identitypool

import (
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/iam"
	"github.com/notegate/notegate/infra/local/gateway/tokens"
)

// A Role is what a caller may do.
type Role struct {
	Name     string
	Policies []iam.Policy
}

// A Provider is a user pool whose ID tokens are logins.
type Provider struct {
	Name     string   // such as cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI
	Aliases  []string // further names under which clients may send the token
	Verifier *tokens.Verifier
}

// Config says what a [Pool] is. Unauthenticated is given to callers without a
// login; nil refuses them.
type Config struct {
	ID              string // region:uuid
	Account         string // 12 digits
	Provider        Provider
	Authenticated   Role
	Unauthenticated *Role
	Now             func() time.Time
}

// Lifetime is how long credentials are good, as the enhanced flow has it.
const Lifetime = time.Hour

// maxKept bounds the credentials, and the identities without a login, that are
// remembered: a full pool drops any of them for the next.
const maxKept = 10000

// A Pool is an http.Handler, safe for concurrent use. Make it with [New].
type Pool struct {
	Config
	region string

	mu          sync.Mutex
	credentials map[string]gateway.Principal // by access key
	strangers   map[string]bool              // identities without a login
}

// New returns the pool that cfg describes.
func New(cfg Config) *Pool {
	region, _, _ := strings.Cut(cfg.ID, ":")
	return &Pool{Config: cfg, region: region, credentials: map[string]gateway.Principal{}, strangers: map[string]bool{}}
}

// Principal finds who has an access key.
func (p *Pool) Principal(accessKey string) (gateway.Principal, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	principal, ok := p.credentials[accessKey]
	return principal, ok
}

// identityID is the same for one user each time.
func (p *Pool) identityID(sub string) string {
	return p.region + ":" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(p.ID+"\n"+p.Provider.Name+"\n"+sub)).String()
}

// stranger makes an identity without a login.
func (p *Pool) stranger() string {
	id := p.region + ":" + uuid.NewString()
	p.mu.Lock()
	defer p.mu.Unlock()
	put(p.strangers, id, true)
	return id
}

func (p *Pool) isStranger(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.strangers[id]
}

// issue makes credentials of a role; sub is empty if no user signed in.
func (p *Pool) issue(role Role, identity, sub string) (accessKey string, _ gateway.Principal) {
	accessKey = "ASIA" + rand.Text()[:16]
	id := "AROA" + strings.ToUpper(strings.ReplaceAll(uuid.NewSHA1(uuid.NameSpaceURL, []byte(role.Name)).String(), "-", ""))[:17]
	const session = "CognitoIdentityCredentials"
	principal := gateway.Principal{
		SecretKey: rand.Text() + rand.Text()[:14], SessionToken: rand.Text() + rand.Text() + rand.Text(), Expires: p.Now().Add(Lifetime).Truncate(time.Second),
		Policies: role.Policies, AccountID: p.Account, Caller: id + ":" + session,
		UserARN:    fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", p.Account, role.Name, session),
		IdentityID: identity, IdentityPoolID: p.ID, Type: "unauthenticated",
	}
	if sub != "" {
		principal.Type = "authenticated"
		principal.Provider = p.Provider.Name + "," + p.Provider.Name + ":CognitoSignIn:" + sub
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	put(p.credentials, accessKey, principal)
	return accessKey, principal
}

func put[V any](kept map[string]V, key string, value V) {
	for other := range kept {
		if len(kept) < maxKept {
			break
		}
		delete(kept, other)
	}
	kept[key] = value
}
