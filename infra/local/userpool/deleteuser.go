package userpool

import (
	"context"

	bolt "go.etcd.io/bbolt"
)

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html
func (p *Pool) deleteUser(_ context.Context, in *accessTokenInput) (any, error) {
	u, err := p.authorize(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, u.Sub)
		if err != nil || u == nil { // gone meanwhile
			return err
		}
		return deleteUser(tx, u)
	})
}
