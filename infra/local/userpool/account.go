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

type accessTokenInput struct{ AccessToken string }

type getUserOutput struct {
	Username       string
	UserAttributes []attribute
	userFactors
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html
func (p *Pool) getUser(_ context.Context, in *accessTokenInput) (any, error) {
	u, c, err := p.authorizeWith(in.AccessToken)
	if err != nil {
		return nil, err
	}
	readable := slices.DeleteFunc(u.listed(), func(a attribute) bool { return !c.mayRead(a.Name) })
	return getUserOutput{u.Sub, readable, u.factors()}, nil
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html
func (p *Pool) globalSignOut(_ context.Context, in *accessTokenInput) (any, error) {
	u, err := p.authorize(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error { return revokeAll(tx, u.Sub) })
}

type changePasswordInput struct{ AccessToken, PreviousPassword, ProposedPassword string }

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html
func (p *Pool) changePassword(ctx context.Context, in *changePasswordInput) (any, error) {
	if err := require("previousPassword", in.PreviousPassword, "proposedPassword", in.ProposedPassword); err != nil {
		return nil, err
	}
	u, err := p.authorize(in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := p.checkPassword(ctx, u, u.Sub, in.PreviousPassword); err != nil {
		return nil, err
	}
	if err := p.checkPolicy(in.ProposedPassword); err != nil {
		return nil, err
	}
	release, err := p.hashes.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	hash := p.newPassword(u.Sub, in.ProposedPassword)
	return nothing{}, p.changeUser(u.Sub, func(_ *bolt.Tx, u *user) error {
		u.Password = hash
		return nil
	})
}

type revokeTokenInput struct {
	ClientID     string `json:"ClientId"`
	ClientSecret string
	Token        string
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
func (p *Pool) revokeToken(_ context.Context, in *revokeTokenInput) (any, error) {
	if err := require("clientId", in.ClientID, "token", in.Token); err != nil {
		return nil, err
	}
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
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
		key, s, err := findSession(tx, token, c.ID)
		if errors.Is(err, errRefreshInvalid) {
			return nil
		}
		if err != nil {
			return err
		}
		return revoke(tx, key, s)
	})
}

func (p *Pool) authorize(accessToken string) (*user, error) {
	u, _, err := p.authorizedSession(accessToken)
	return u, err
}

// authorizeWith also returns the app client that the user signed in to.
func (p *Pool) authorizeWith(accessToken string) (*user, Client, error) {
	u, s, err := p.authorizedSession(accessToken)
	if err != nil {
		return nil, Client{}, err
	}
	c, err := p.client(s.ClientID)
	return u, c, err
}

func (p *Pool) authorizedSession(accessToken string) (*user, *session, error) {
	if err := require("accessToken", accessToken); err != nil {
		return nil, nil, err
	}
	return p.signedIn(accessToken, adminScope)
}

func hasScope(scope, want string) bool { return slices.Contains(strings.Fields(scope), want) }

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
