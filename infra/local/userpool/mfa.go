package userpool

import (
	"cmp"
	"context"
	"errors"

	bolt "go.etcd.io/bbolt"
)

const (
	challengeCode  = mfaTOTP
	challengeSetup = "MFA_SETUP"
	challengeSetUp = "MFA_SETUP done" // of the session that VerifySoftwareToken answers; clients name it MFA_SETUP
)

// asksCode reports whether the user's sign-in takes a code.
func (p *Pool) asksCode(u *user) bool {
	a := u.Authenticator
	if a == nil {
		return false
	}
	mfa := p.mfa.Load().MFA
	return mfa == mfaOn || mfa == mfaOptional && a.Enabled
}

// asksSetup reports whether the user must set up an authenticator app to sign in.
func (p *Pool) asksSetup(u *user) bool { return u.Authenticator == nil && p.mfa.Load().MFA == mfaOn }

func (p *Pool) requireCode(c Client, u *user) *authOutput {
	out := p.beginFor(u, challengeCode, c)
	if u.Authenticator.Device != "" {
		out.ChallengeParameters["FRIENDLY_DEVICE_NAME"] = u.Authenticator.Device
	}
	return out
}

func (p *Pool) requireSetup(c Client, u *user) *authOutput {
	out := p.beginFor(u, challengeSetup, c)
	out.ChallengeParameters["MFAS_CAN_SETUP"] = asJSON([]string{mfaTOTP})
	return out
}

// answerCode takes the code of the authenticator app.
func (p *Pool) answerCode(ctx context.Context, c Client, in *respondInput) (*authOutput, error) {
	if err := missing(in.ChallengeResponses, "USERNAME", "SOFTWARE_TOKEN_MFA_CODE"); err != nil {
		return nil, err
	}
	return p.answerSecond(ctx, c, in, challengeCode, func(u *user) error {
		return p.takeCode(ctx, u, in.ChallengeResponses["SOFTWARE_TOKEN_MFA_CODE"])
	})
}

// answerSetup goes on after VerifySoftwareToken, whose session it takes.
func (p *Pool) answerSetup(ctx context.Context, c Client, in *respondInput) (*authOutput, error) {
	return p.answerSecond(ctx, c, in, challengeSetUp, func(*user) error { return nil })
}

// answerSecond issues tokens, once for each session, if the second factor is
// proven. A user whose password was reset meanwhile must begin again.
func (p *Pool) answerSecond(ctx context.Context, c Client, in *respondInput, name string, prove func(*user) error) (*authOutput, error) {
	ch, err := p.resume(c, in, name)
	if err != nil {
		return nil, err
	}
	if p.challenges.used(ch) {
		return nil, errSessionUsed
	}
	u, err := p.viewUser(ch.Sub)
	switch {
	case err != nil:
		return nil, err
	case u == nil || u.Temporary != nil:
		return nil, errSessionInvalid
	case u.Disabled:
		return nil, errDisabled
	}
	if err := prove(u); err != nil {
		return nil, err
	}
	if !p.challenges.spend(ch, p.now()) {
		return nil, errSessionUsed
	}
	return p.finish(ctx, c, u)
}

// takeCode counts wrong codes as wrong passwords are, and a right one's period, so
// that it is taken once.
func (p *Pool) takeCode(ctx context.Context, u *user, digits string) error {
	var refusal error
	err := p.try(ctx, u.Sub, errTOTPWrong, func() bool {
		refusal = p.changeUser(u.Sub, func(_ *bolt.Tx, u *user) error {
			if u.Authenticator == nil {
				return errTOTPNone
			}
			return u.Authenticator.take(digits, p.now())
		})
		return !errors.Is(refusal, errTOTPWrong)
	})
	if err := cmp.Or(err, refusal); err != nil {
		return err
	}
	p.lockouts.forget(u.Sub)
	return nil
}

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
