package userpool

import (
	"context"
	"errors"
	"regexp"

	bolt "go.etcd.io/bbolt"
)

// A ResourceServer is an API and its scopes, whose names are IDENTIFIER/SCOPE.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
type ResourceServer struct {
	Identifier string  `required:"identifier"`
	Name       string  `required:"name"`
	Scopes     []Scope `json:",omitempty"`
}

// A Scope is one of a resource server.
type Scope struct {
	Name        string `json:"ScopeName"`
	Description string `json:"ScopeDescription"`
}

// ReadResourceServer reads the members of CreateResourceServer. Another member is
// an error that names it.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateResourceServer.html
func ReadResourceServer(text []byte) (ResourceServer, error) {
	return readStrictly[ResourceServer]("resource server", text)
}

// storedServer is a resource server in the state file.
type storedServer struct {
	ResourceServer
	Configured bool // set anew at each start, and not to be changed by the API
}

// configureServers puts the configuration's resource servers in place of those
// of the last start.
func (p *Pool) configureServers(servers []ResourceServer) error {
	return p.db.Update(func(tx *bolt.Tx) error {
		_, err := drop(tx, bucketServers, func(s *storedServer) bool { return s.Configured })
		for _, s := range servers {
			err = errors.Join(err, put(tx, bucketServers, s.Identifier, storedServer{s, true}))
		}
		return err
	})
}

var (
	serverForm = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,256}$`)
	scopeForm  = regexp.MustCompile(`^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$`)
)

// resourceServerType is a resource server as it is answered.
type resourceServerType struct {
	ResourceServer
	UserPoolID string `json:"UserPoolId"`
}

func (p *Pool) describedServer(s *storedServer) resourceServerType {
	return resourceServerType{s.ResourceServer, p.id}
}

type serverOutput struct{ ResourceServer resourceServerType }

type serverInput struct {
	poolInput
	ResourceServer
}

func (p *Pool) createResourceServer(_ context.Context, in *serverInput) (any, error) {
	return p.keepServer(in.ResourceServer, func(tx *bolt.Tx) error {
		before, err := get[storedServer](tx, bucketServers, in.Identifier)
		if before != nil {
			err = invalid("%s already exists in user pool %s.", in.Identifier, p.id)
		}
		return err
	})
}

func (p *Pool) updateResourceServer(_ context.Context, in *serverInput) (any, error) {
	return p.keepServer(in.ResourceServer, func(tx *bolt.Tx) error { return changeableServer(tx, in.Identifier) })
}

// check returns the fault that Cognito would refuse the resource server with.
func (s ResourceServer) check() error {
	if !serverForm.MatchString(s.Identifier) {
		return malformed("identifier", `satisfy regular expression pattern: [\x21\x23-\x5B\x5D-\x7E]+`)
	}
	for _, scope := range s.Scopes {
		if !scopeForm.MatchString(scope.Name) {
			return malformed("scopes", `satisfy regular expression pattern: [\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`)
		}
	}
	return nil
}

func (p *Pool) keepServer(s ResourceServer, may func(*bolt.Tx) error) (any, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	kept := storedServer{ResourceServer: s}
	return serverOutput{p.describedServer(&kept)}, p.db.Update(func(tx *bolt.Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		return put(tx, bucketServers, s.Identifier, kept)
	})
}

type namedServerInput struct {
	poolInput
	Identifier string `required:"identifier"`
}

func (in namedServerInput) who(p *Pool) (*storedServer, error) {
	return read(p, func(tx *bolt.Tx) (*storedServer, error) { return findServer(tx, in.Identifier) })
}

func (p *Pool) describeResourceServer(_ context.Context, s *storedServer, _ *namedServerInput) (any, error) {
	return serverOutput{p.describedServer(s)}, nil
}

func findServer(tx *bolt.Tx, identifier string) (*storedServer, error) {
	s, err := get[storedServer](tx, bucketServers, identifier)
	if err == nil && s == nil {
		err = notFound("Resource server %.256s does not exist.", identifier)
	}
	return s, err
}

// changeableServer refuses those of the configuration: the next start would undo
// the change.
func changeableServer(tx *bolt.Tx, identifier string) error {
	s, err := findServer(tx, identifier)
	if err == nil && s.Configured {
		err = invalid("Resource server %s is set when the local pool starts, from infra/deploy/template.yaml: change it there", s.Identifier)
	}
	return err
}

func (p *Pool) deleteResourceServer(_ context.Context, in *namedServerInput) (any, error) {
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error {
		if err := changeableServer(tx, in.Identifier); err != nil {
			return err
		}
		return tx.Bucket(bucketServers).Delete([]byte(in.Identifier))
	})
}

type listServersInput struct {
	poolInput
	maxResultsInput
}

func (p *Pool) listResourceServers(_ context.Context, in *listServersInput) (any, error) {
	servers, next, err := listOf(p, bucketServers, every, p.describedServer, in.NextToken, in.MaxResults, 50)
	return struct {
		ResourceServers []resourceServerType
		NextToken       string `json:",omitempty"`
	}{servers, next}, err
}
