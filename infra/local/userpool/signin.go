package userpool

import (
	"context"
	"strings"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"
)

type initiateAuthInput struct {
	ClientID       string `json:"ClientId"`
	AuthFlow       string
	AuthParameters map[string]string
}

type initiateAuthOutput struct {
	AuthenticationResult authenticationResult
	ChallengeParameters  struct{}
}

type authenticationResult struct {
	AccessToken  string
	ExpiresIn    int64  // seconds
	IDToken      string `json:"IdToken"`
	RefreshToken string `json:",omitzero"`
	TokenType    string
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
func (p *Pool) initiateAuth(ctx context.Context, in *initiateAuthInput) (any, error) {
	if err := require("clientId", in.ClientID, "authFlow", in.AuthFlow); err != nil {
		return nil, err
	}
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	flow := map[string]struct {
		allowed string
		run     func(context.Context, Client, map[string]string) (*authenticationResult, error)
	}{
		"USER_PASSWORD_AUTH": {AllowUserPassword, p.passwordAuth},
		"REFRESH_TOKEN_AUTH": {AllowRefreshToken, p.refreshTokenFlow},
		"REFRESH_TOKEN":      {AllowRefreshToken, p.refreshTokenFlow},
	}[in.AuthFlow]
	if flow.run == nil || !c.allows(flow.allowed) {
		return nil, invalid("%.64s flow not enabled for this client", in.AuthFlow)
	}
	if p.localFlow == struct{ ClientID, Flow string }{c.ID, in.AuthFlow} {
		p.localOnce.Do(func() {
			p.log.Warn(in.AuthFlow + " works here alone: the deployed app client refuses it, and takes USER_SRP_AUTH")
		})
	}
	result, err := flow.run(ctx, c, in.AuthParameters)
	if err != nil {
		return nil, err
	}
	return initiateAuthOutput{AuthenticationResult: *result}, nil
}

func (p *Pool) passwordAuth(ctx context.Context, c Client, params map[string]string) (*authenticationResult, error) {
	for _, name := range []string{"USERNAME", "PASSWORD"} {
		if params[name] == "" {
			return nil, invalid("Missing required parameter %s", name)
		}
	}
	if err := c.checkSecretHash(params["USERNAME"], params["SECRET_HASH"]); err != nil {
		return nil, err
	}
	u, err := p.authenticate(ctx, params["USERNAME"], params["PASSWORD"])
	if err != nil {
		return nil, err
	}
	if !u.Confirmed {
		return nil, errNotConfirmed
	}
	result, err := p.signIn(ctx, c, u)
	if err != nil {
		return nil, err
	}
	p.log.Debug("signed in", "sub", u.Sub, "client", c.Name)
	return result, nil
}

// signIn begins a session by the API and issues its tokens.
func (p *Pool) signIn(ctx context.Context, c Client, u *user) (*authenticationResult, error) {
	s := &session{ClientID: c.ID, Scope: adminScope, AuthTime: p.now()}
	var key sessionKey
	var refreshToken string
	if err := p.db.Update(func(tx *bolt.Tx) (err error) {
		key, refreshToken, err = p.startSession(tx, c, u.Sub, s)
		return err
	}); err != nil {
		return nil, err
	}
	result, err := p.issue(ctx, c, u, key, s, "")
	if err != nil {
		return nil, err
	}
	result.RefreshToken = refreshToken
	return result, nil
}

// authenticate returns the user whose password it is, confirmed or not.
func (p *Pool) authenticate(ctx context.Context, username, password string) (*user, error) {
	// Also bounds what a guesser can make the pool remember.
	if utf8.RuneCountInString(username) > maxUsername {
		return nil, invalid("1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to %d", maxUsername)
	}
	u, err := p.viewUser(username)
	if err != nil {
		return nil, err
	}
	return u, p.checkPassword(ctx, u, username, password)
}

// checkPassword takes as long and answers the same for a user who is not there
// (u is nil) as for a wrong password.
func (p *Pool) checkPassword(ctx context.Context, u *user, username, password string) error {
	release, err := p.hashes.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	who, hash := strings.ToLower(username), p.nobody
	if u != nil {
		who, hash = u.Sub, u.Password
	}
	if p.lockouts.locked(who, p.now()) {
		return errLockedOut
	}
	if !hash.matches(password) || u == nil {
		p.lockouts.fail(who, p.now())
		return errBadLogin
	}
	p.lockouts.forget(who)
	return nil
}

// refreshTokenFlow takes a SECRET_HASH over the user's name in the pool, the sub,
// from a client with a secret.
func (p *Pool) refreshTokenFlow(ctx context.Context, c Client, params map[string]string) (*authenticationResult, error) {
	if c.Secret != "" || params["SECRET_HASH"] != "" {
		key, _, err := p.resumeSession(params["REFRESH_TOKEN"], c.ID)
		if err != nil {
			return nil, err
		}
		if err := c.checkSecretHash(key.sub(), params["SECRET_HASH"]); err != nil {
			return nil, err
		}
	}
	return p.refreshTokenAuth(ctx, c, params)
}

// refreshTokenAuth answers without a new refresh token, as a pool without
// refresh token rotation does.
func (p *Pool) refreshTokenAuth(ctx context.Context, c Client, params map[string]string) (*authenticationResult, error) {
	if params["REFRESH_TOKEN"] == "" {
		return nil, invalid("Missing required parameter REFRESH_TOKEN")
	}
	key, s, err := p.resumeSession(params["REFRESH_TOKEN"], c.ID)
	if err != nil {
		return nil, err
	}
	u, err := p.viewUser(key.sub())
	if err != nil {
		return nil, err
	}
	return p.issue(ctx, c, u, key, s, "")
}
