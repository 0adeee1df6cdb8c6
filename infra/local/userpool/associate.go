package userpool

import (
	"context"

	bolt "go.etcd.io/bbolt"
)

type associateInput struct{ AccessToken, Session string }

type associateOutput struct {
	SecretCode string
	Session    string `json:",omitempty"`
}

// associateSoftwareToken begins to set up an authenticator app, for a user who is
// signed in or whose sign-in awaits that. The app before, if any, is good until
// VerifySoftwareToken. A sign-in keeps the seed in its session: another one of the
// same user can neither learn it nor replace it.
func (p *Pool) associateSoftwareToken(_ context.Context, in *associateInput) (any, error) {
	if !p.mfa.Load().enabled() {
		return nil, errTOTPOff
	}
	seed := randomBytes(seedLen)
	if in.AccessToken == "" {
		ch, err := p.setup(in.Session)
		if err != nil {
			return nil, err
		}
		ch.Seed = seed
		return associateOutput{seedText(seed), p.begin(ch).Session}, nil
	}
	u, _, err := p.authorize(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return associateOutput{SecretCode: seedText(seed)}, p.changeUser(u.Sub, func(_ *bolt.Tx, u *user) error {
		u.NewSeed = seed
		return nil
	})
}

func (p *Pool) setup(session string) (*challenge, error) {
	if session == "" {
		return nil, errNoSession
	}
	return p.reopen(session, challengeSetup)
}

type verifyTokenInput struct {
	AccessToken, Session string
	UserCode             string `required:"userCode"`
	FriendlyDeviceName   string
}

type verifyTokenOutput struct {
	Status  string
	Session string `json:",omitempty"`
}

func (p *Pool) verifySoftwareToken(_ context.Context, in *verifyTokenInput) (any, error) {
	if !p.mfa.Load().enabled() {
		return nil, errTOTPOff
	}
	if in.AccessToken == "" {
		return p.verifySetup(in)
	}
	u, _, err := p.authorize(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return verifyTokenOutput{Status: "SUCCESS"}, p.changeUser(u.Sub, func(_ *bolt.Tx, u *user) error {
		return u.enrol(u.NewSeed, in.UserCode, in.FriendlyDeviceName, p.now())
	})
}

// verifySetup answers the session that the sign-in goes on with.
func (p *Pool) verifySetup(in *verifyTokenInput) (any, error) {
	ch, err := p.setup(in.Session)
	if err != nil {
		return nil, err
	}
	if err := p.setUp(ch.Sub, ch.Seed, in.UserCode, in.FriendlyDeviceName); err != nil {
		return nil, err
	}
	ch.Name, ch.Seed = challengeSetUp, nil
	return verifyTokenOutput{"SUCCESS", p.begin(ch).Session}, nil
}

// setUp gives the user of a sign-in an authenticator app. Only one who has none: a
// password is not enough to replace it.
func (p *Pool) setUp(sub string, seed []byte, digits, device string) error {
	return p.changeUser(sub, func(_ *bolt.Tx, u *user) error {
		switch {
		case u.Disabled:
			return errDisabled
		case u.Authenticator != nil || u.Temporary != nil:
			return errSessionInvalid
		}
		if err := u.enrol(seed, digits, device, p.now()); err != nil {
			return err
		}
		u.Authenticator.Enabled = true
		return nil
	})
}
