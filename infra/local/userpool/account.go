package userpool

import (
	"context"
	"errors"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// nothing is an empty answer.
type nothing struct{}

type getUserOutput struct {
	Username       string
	UserAttributes []attribute
	userFactors
}

func (p *Pool) getUser(_ context.Context, u appUser, _ *appTokenInput) (any, error) {
	readable := slices.DeleteFunc(u.listed(), func(a attribute) bool { return !u.app.mayRead(a.Name) })
	return getUserOutput{u.Sub, readable, u.factors()}, nil
}

func globalSignOut[In any](p *Pool, _ context.Context, u *user, _ *In) (any, error) {
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error { return revokeAll(tx, u.Sub) })
}

// deleteUser removes the user, whose tokens open nothing here from then on.
func deleteUser[In any](p *Pool, _ context.Context, u *user, _ *In) (any, error) {
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, u.Sub)
		if u == nil { // gone meanwhile, or not to be read
			return err
		}
		return errors.Join(revokeAll(tx, u.Sub), tx.Bucket(bucketEmails).Delete(emailKey(u.Email)), tx.Bucket(bucketUsers).Delete([]byte(u.Sub)))
	})
}

type changePasswordInput struct {
	accessTokenInput
	PreviousPassword string `required:"previousPassword"`
	ProposedPassword string `required:"proposedPassword"`
}

func (p *Pool) changePassword(ctx context.Context, u *user, in *changePasswordInput) (any, error) {
	if err := p.checkPassword(ctx, u, u.Sub, in.PreviousPassword); err != nil {
		return nil, err
	}
	if err := p.checkPolicy(in.ProposedPassword); err != nil {
		return nil, err
	}
	_, err := p.keepPassword(ctx, u.Sub, in.ProposedPassword, func(*user) error { return nil })
	return nothing{}, err
}

type revokeTokenInput struct {
	clientIDInput
	ClientSecret string
	Token        string `required:"token"`
}

func (p *Pool) revokeToken(_ context.Context, c Client, in *revokeTokenInput) (any, error) {
	if !c.hasSecret(in.ClientSecret) {
		return nil, errClientSecret
	}
	return nothing{}, p.revokeRefreshToken(c, in.Token)
}

// revokeRefreshToken ends the refresh token and, for this pool's own operations,
// the access tokens that came of it. Another client's token is not an error (RFC
// 7009, section 2.2); whether Cognito's operation agrees is not known.
func (p *Pool) revokeRefreshToken(c Client, token string) error {
	if c.TokenRevocation != nil && !*c.TokenRevocation {
		return &fault{"UnsupportedOperationException", "Token revocation is not enabled for this client."}
	}
	if strings.Count(token, ".") == 2 {
		return &fault{"UnsupportedTokenTypeException", "Only refresh tokens can be revoked."}
	}
	return p.db.Update(func(tx *bolt.Tx) error {
		s, _, err := findSession(tx, token, c.ID)
		if errors.Is(err, errRefreshInvalid) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.revoke(tx)
	})
}

// authorize returns the user and the session that an access token speaks for, if it
// has the scope of the API.
func (p *Pool) authorize(accessToken string) (*user, *session, error) {
	return p.signedIn(accessToken, adminScope)
}
