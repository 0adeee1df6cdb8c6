package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/local/gateway/iam"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
	"github.com/notegate/notegate/infra/local/gateway/tokens"
	"github.com/notegate/notegate/infra/local/identitypool"
)

// What the gateway's ARNs have in them.
const (
	account = "123456789012"
	apiID   = "localapi00"
	stage   = "local"
)

// openIdentities makes the template's identity pool: users of the local user pool
// get the role that may invoke the API's routes, and nobody else gets any.
func (s *system) openIdentities() error {
	policy, err := routesPolicy()
	if err != nil {
		return err
	}
	s.identities = identitypool.New(identitypool.Config{
		ID:      s.cfg.Reach.identityPoolID(),
		Account: account,
		Provider: identitypool.Provider{
			Name:    s.cfg.Reach.identityProvider(),
			Aliases: []string{"cognito-idp." + s.cfg.region() + ".amazonaws.com/" + s.cfg.Reach.PoolID},
			Verifier: &tokens.Verifier{
				Issuers:    []tokens.Issuer{{URL: s.issuer.URL, Audiences: s.cfg.Authorizer.Tokens.ClientIDs[:1], Keys: s.issuer.Keys}},
				Algorithms: []string{"RS256"}, Now: s.clock.Now,
			},
		},
		Authenticated: identitypool.Role{Name: "SignedInRole", Policies: []iam.Policy{policy}},
		Now:           s.clock.Now,
	})
	return nil
}

// identityPoolID is the same at each start.
func (c *reach) identityPoolID() string {
	return region + ":" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(c.PoolID)).String()
}

// identityProvider is what an identity pool calls the local user pool.
func (c *reach) identityProvider() string {
	home, _, _ := strings.Cut(c.PoolID, "_")
	return "cognito-idp." + home + ".amazonaws.com/" + c.PoolID
}

// routesPolicy is the one that the template gives the role of signed-in users.
func routesPolicy() (iam.Policy, error) {
	text, err := doors.RoutesPolicy()
	if err != nil {
		return iam.Policy{}, err
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return iam.Policy{}, err
	}
	values := map[string]string{
		"AWS::Partition": "aws", "AWS::Region": region, "AWS::AccountId": account, "RestApi": apiID, "Stage": stage,
	}
	resolver := intrinsic.Resolver{Ref: func(name string) (any, bool, error) { v, ok := values[name]; return v, ok, nil }}
	resolved, problems := resolver.Resolve(document)
	for _, p := range problems {
		return iam.Policy{}, fmt.Errorf("the policy of signed-in users: %w", p.Err)
	}
	if text, err = json.Marshal(resolved); err != nil {
		return iam.Policy{}, err
	}
	return iam.Parse(text)
}

// withIdentities lets the identity pool answer at the user pool's address, as
// clients tell the two services apart by the operation's name.
func (s *system) withIdentities(userPool http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.identities != nil && r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("X-Amz-Target"), identitypool.Target) {
			s.identities.ServeHTTP(w, r)
			return
		}
		userPool.ServeHTTP(w, r)
	})
}
