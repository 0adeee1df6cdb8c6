package userpool

import (
	"fmt"

	"github.com/go-json-experiment/json"
	bolt "go.etcd.io/bbolt"
)

// A ResourceServer is an API and its scopes, whose names are IDENTIFIER/SCOPE.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
type ResourceServer struct {
	Identifier string
	Name       string
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
	var s ResourceServer
	if err := json.Unmarshal(text, &s, json.RejectUnknownMembers(true)); err != nil {
		return ResourceServer{}, fmt.Errorf("userpool: read resource server: %w", err)
	}
	return s, nil
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
		before, err := all[storedServer](tx, bucketServers)
		if err != nil {
			return err
		}
		for id, s := range before {
			if s.Configured {
				if err := tx.Bucket(bucketServers).Delete([]byte(id)); err != nil {
					return err
				}
			}
		}
		for _, s := range servers {
			if err := put(tx, bucketServers, s.Identifier, storedServer{s, true}); err != nil {
				return err
			}
		}
		return nil
	})
}
