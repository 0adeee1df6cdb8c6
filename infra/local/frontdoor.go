package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/pkg/env"
	"github.com/notegate/notegate/pkg/jwks"
)

// A frontDoor is the API and authorizer in front of the notes, see
// infra/deploy/README.md.
type frontDoor struct {
	name        string
	routeScopes bool // its routes demand a scope
	accessRules bool // our authorizer can tell apart two paths of one route
}

// The doors that run here: all except the one with a mapping template, which
// needs a VTL engine. infra/deploy tests that one with a renderer from npm.
func localDoors() []string {
	return slices.DeleteFunc(doors.Names(), func(door string) bool { return door == doors.RestMapped })
}

// builtIn tells whether AWS's own authorizer decides, not ours.
func (d frontDoor) builtIn() bool {
	return d.name == doors.RestCognito || d.name == doors.RestJWT || d.name == doors.HTTPJWT || d.name == doors.RestIAM
}

// demandsScopes tells whether the door's routes can ask for scopes.
func (d frontDoor) demandsScopes() bool {
	return d.name == doors.RestCognito || d.name == doors.HTTPJWT
}

// takesAccessTokens tells whether an access token opens every route, as the page
// needs.
func (d frontDoor) takesAccessTokens() bool {
	return d.name != doors.RestJWT && d.name != doors.RestIAM && (d.name != doors.RestCognito || d.routeScopes)
}

// tokenUse is the assignment that make token needs for what opens the door.
func (d frontDoor) tokenUse() string {
	switch {
	case d.takesAccessTokens():
		return ""
	case d.name == doors.RestIAM:
		return "TOKEN_USE=credentials "
	}
	return "TOKEN_USE=id "
}

// readDoor reads the settings of the front door, and holds the others to it as
// the template's rules do.
func readDoor(r *env.Reader, c *config) {
	c.Door = frontDoor{name: r.OneOf("FRONT_DOOR", localDoors()...), routeScopes: r.Bool("ROUTE_SCOPES"), accessRules: r.String("ACCESS_RULES", "") != ""}
	if c.Door.routeScopes && !c.Door.demandsScopes() {
		r.Reject("ROUTE_SCOPES", "must be false behind %s, which demands no scopes", c.Door.name)
	}
	if !c.Door.builtIn() {
		return
	}
	for _, name := range []string{"REQUIRED_SCOPES", "REQUIRED_GROUPS", "AUDIENCE", "ACCESS_RULES"} {
		if r.String(name, "") != "" {
			r.Reject(name, "must be empty behind %s: AWS's own authorizers do not look at it", c.Door.name)
		}
	}
	for _, name := range []string{"ISSUER", "JWKS_URL"} {
		if r.String(name, "") != "" {
			r.Reject(name, "must be empty behind %s, which knows user pools by their ids: set USER_POOL_ID", c.Door.name)
		}
	}
	if c.Door.name == doors.RestIAM && !c.OwnPool {
		r.Reject("FRONT_DOOR", "must not be rest-iam with a user pool on AWS: the local identity pool accepts users of the local user pool only")
	}
	if strings.Contains(r.String("USER_POOL_ID", ""), ",") {
		r.Reject("USER_POOL_ID", "must be one user pool behind %s", c.Door.name)
	}
}

// definition is the door's, as make build derives it and the template deploys it.
func (s *system) definition() (gateway.Config, error) {
	text := infra.OpenAPI
	if s.cfg.Door.name != doors.RestLambda {
		var err error
		if text, err = doors.Definition(s.cfg.Door.name); err != nil {
			return gateway.Config{}, err
		}
	}
	config := gateway.Config{
		Definition: text,
		Region:     s.cfg.region(),
		Account:    account,
		APIID:      apiID,
		Issuers:    s.issuers(),
		Parameters: map[string]string{
			"AllowedOrigin": cmp.Or(s.allowedOrigin(), nobodysOrigin), "AllowedHeaders": infra.AllowedHeaders,
			"UserPool": s.cfg.Reach.PoolID, "AppClient": clientID,
			"UserPoolId": s.userPoolID(), "ClientIds": strings.Join(s.cfg.Authorizer.Tokens.ClientIDs, ","),
		},
		Conditions: map[string]bool{"OwnPool": false, "DemandScopes": s.cfg.Door.routeScopes, "Rules": s.cfg.Door.accessRules},
	}
	if s.identities != nil {
		config.Principals = s.identities.Principal
	}
	if s.cfg.Door.name == doors.HTTPJWT || s.cfg.Door.name == doors.HTTPLambda {
		config.Kind = api.HTTP
	} else {
		config.Stage = stage
	}
	return config, nil
}

// region is the user pool's, as an API of the template's has it.
func (c config) region() string {
	id := c.UserPoolID
	if c.OwnPool {
		if c.Reach.Issuer == "" { // POOL_ID is not of AWS's form
			return region
		}
		id = c.Reach.PoolID
	}
	if home, _, ok := strings.Cut(id, "_"); ok {
		return home
	}
	return region
}

// issuers lets the local user pool stand in for one on AWS.
func (s *system) issuers() map[string]gateway.Issuer {
	if s.pool == nil {
		return nil
	}
	return map[string]gateway.Issuer{s.cfg.localIssuer(): s.issuer}
}

// openIssuer is the local user pool for those who verify its tokens here.
func (s *system) openIssuer() error {
	keys, err := jwks.New(jwks.Config{
		URL: s.keySetURL, Now: s.clock.Now,
		AllowInsecureHTTP: true, // whatever its address, it is this process that answers
	})
	s.issuer = gateway.Issuer{URL: s.pool.Issuer(), Keys: keys}
	return err
}

// userPoolID is the user pool of the API's users.
func (s *system) userPoolID() string {
	if s.pool != nil {
		return s.cfg.Reach.PoolID
	}
	return s.cfg.UserPoolID
}
