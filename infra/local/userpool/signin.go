package userpool

import (
	"context"
	"strings"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"
)

type initiateAuthInput struct {
	clientIDInput
	AuthFlow       string `required:"authFlow"`
	AuthParameters map[string]string
}

type authenticationResult struct {
	AccessToken  string
	ExpiresIn    int64  // seconds
	IDToken      string `json:"IdToken"`
	RefreshToken string `json:",omitzero"`
	TokenType    string
}

// flows are the values of AuthFlow, each with what an app client must allow. Those
// of ADMIN_ are one flow by two names, for AdminInitiateAuth.
var flows = map[string]struct {
	allowed string
	run     func(*Pool, context.Context, Client, map[string]string) (*authOutput, error)
}{
	"USER_SRP_AUTH":      {AllowUserSRP, (*Pool).srpAuth},
	"USER_PASSWORD_AUTH": {AllowUserPassword, (*Pool).passwordAuth},
	"USER_AUTH":          {AllowUserAuth, (*Pool).userAuth},
	"REFRESH_TOKEN_AUTH": {AllowRefreshToken, (*Pool).refreshTokenAuth},
	"REFRESH_TOKEN":      {AllowRefreshToken, (*Pool).refreshTokenAuth},

	"ADMIN_USER_PASSWORD_AUTH": {AllowAdminPassword, (*Pool).passwordAuth},
	"ADMIN_NO_SRP_AUTH":        {AllowAdminPassword, (*Pool).passwordAuth},
}

func (p *Pool) initiateAuth(ctx context.Context, c Client, in *initiateAuthInput) (any, error) {
	if strings.HasPrefix(in.AuthFlow, "ADMIN_") {
		return nil, errInitiateAdmin
	}
	return p.runFlow(ctx, c, in, flowRefused(in.AuthFlow))
}

type adminInitiateAuthInput struct {
	poolInput
	initiateAuthInput
}

// adminInitiateAuth takes passwords as they are from servers, which have AWS
// credentials in the cloud, beside the flows that need none.
func (p *Pool) adminInitiateAuth(ctx context.Context, c Client, in *adminInitiateAuthInput) (any, error) {
	if in.AuthFlow == "USER_PASSWORD_AUTH" {
		return nil, errInitiateAdmin
	}
	return p.runFlow(ctx, c, &in.initiateAuthInput, invalid("Auth flow not enabled for this client"))
}

// runFlow holds a flow to the client's settings and secret.
func (p *Pool) runFlow(ctx context.Context, c Client, in *initiateAuthInput, refusal error) (any, error) {
	flow := flows[in.AuthFlow]
	if !c.allows(flow.allowed) { // no client allows what an unknown flow needs
		return nil, refusal
	}
	if p.localFlow == (LocalFlow{c.ID, in.AuthFlow}) {
		p.localOnce.Do(func() {
			p.log.Warn("the deployed app client does not allow this flow: use USER_SRP_AUTH in apps", "flow", in.AuthFlow, "client", c.Name)
		})
	}
	if name := in.AuthParameters["USERNAME"]; name != "" {
		if err := c.checkSecretHash(name, in.AuthParameters["SECRET_HASH"]); err != nil {
			return nil, err
		}
	}
	return flow.run(p, ctx, c, in.AuthParameters)
}

func (p *Pool) passwordAuth(ctx context.Context, c Client, params map[string]string) (*authOutput, error) {
	if err := missing(params, "USERNAME", "PASSWORD"); err != nil {
		return nil, err
	}
	u, err := p.userToSignIn(c, params["USERNAME"])
	if err != nil {
		return nil, err
	}
	if err := admit(u); err != nil {
		return nil, err
	}
	if err := p.checkPassword(ctx, u, params["USERNAME"], params["PASSWORD"]); err != nil {
		return nil, err
	}
	return p.passed(ctx, c, u)
}

// admit refuses users who may not sign in, before the password is checked.
func admit(u *user) error {
	switch {
	case u != nil && u.Disabled:
		return errDisabled
	case u != nil && !u.Confirmed:
		return errNotConfirmed
	}
	return nil
}

// passed answers a user whose password is proven.
func (p *Pool) passed(ctx context.Context, c Client, u *user) (*authOutput, error) {
	switch {
	case u.Temporary != nil:
		return p.requireNewPassword(c, u)
	case p.asksCode(u):
		return p.requireCode(c, u), nil
	case p.asksSetup(u):
		return p.requireSetup(c, u), nil
	}
	return p.finish(ctx, c, u)
}

// finish begins the session of a user who has nothing left to prove, and issues its
// tokens.
func (p *Pool) finish(ctx context.Context, c Client, u *user) (*authOutput, error) {
	s := &session{ClientID: c.ID, Scope: adminScope, AuthTime: p.now()}
	custom, err := p.customize(ctx, c, u, s.Scope)
	if err != nil {
		return nil, err
	}
	var refreshToken string
	if err := p.db.Update(func(tx *bolt.Tx) (err error) {
		refreshToken, err = p.startSession(tx, c, u.Sub, s)
		return err
	}); err != nil {
		return nil, err
	}
	result, err := p.issue(c, u, s, "", custom)
	if err != nil {
		return nil, err
	}
	result.RefreshToken = refreshToken
	p.log.Debug("signed in", "sub", u.Sub, "client", c.Name)
	return &authOutput{AuthenticationResult: result}, nil
}

// authenticate returns the user whose password it is, confirmed or not.
func (p *Pool) authenticate(ctx context.Context, c Client, username, password string) (*user, error) {
	u, err := p.userToSignIn(c, username)
	if err != nil {
		return nil, err
	}
	if err := p.checkPassword(ctx, u, username, password); err != nil {
		return nil, err
	}
	if u.Disabled {
		return nil, errDisabled
	}
	return u, nil
}

// userToSignIn returns nil for one who is not there, unless the client tells.
func (p *Pool) userToSignIn(c Client, username string) (*user, error) {
	// Also bounds what a guesser can make the pool remember.
	if utf8.RuneCountInString(username) > maxUsername {
		return nil, malformed("username", "have length less than or equal to %d", maxUsername)
	}
	u, err := p.viewUser(username)
	if err == nil && u == nil && c.tellsUsers() {
		err = errNoUser
	}
	return u, err
}

// checkPassword takes as long and answers the same for a user who is not there
// (u is nil) as for a wrong password.
func (p *Pool) checkPassword(ctx context.Context, u *user, username, password string) error {
	hash := p.nobody
	if u != nil {
		hash = u.Password
	}
	err := p.try(ctx, lockName(u, username), errBadLogin, func() bool {
		if !hash.matches(password) || u == nil {
			return false
		}
		p.addVerifier(u, password)
		return true
	})
	if err == nil {
		p.proven(u)
	}
	return err
}

// proven forgets the wrong tries of a user whose password, or code of a mail, was
// right. While a second factor is asked for they count on: else who knows the
// password could guess at its codes forever.
func (p *Pool) proven(u *user) {
	if !p.asksCode(u) {
		p.lockouts.forget(u.Sub)
	}
}

// lockName is who is locked after wrong tries: the same by whichever name, and
// a name of nobody, too.
func lockName(u *user, username string) string {
	if u != nil {
		return u.Sub
	}
	return strings.ToLower(username)
}

// try runs a test of a secret, in one of few slots, and counts wrong ones,
// which it answers with refusal. Who is locked out is not tested. After a right
// one, the caller decides whether the wrong ones are forgotten.
func (p *Pool) try(ctx context.Context, who string, refusal error, test func() bool) error {
	release, err := p.hashes.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	if p.lockouts.left(who, p.now()) > 0 {
		return errLockedOut
	}
	if !test() {
		p.lockouts.fail(who, p.now())
		return refusal
	}
	return nil
}
