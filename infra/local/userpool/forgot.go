package userpool

import (
	"cmp"
	"context"
	"errors"

	bolt "go.etcd.io/bbolt"
)

func (p *Pool) forgotPassword(_ context.Context, c Client, in *clientUserInput) (any, error) {
	return p.sendReset(c, in.Username)
}

// sendReset sends a code that lets the user choose a new password. Who cannot get
// one is answered as if it had been sent, unless the app client tells. Users with
// a temporary password are told in any case.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
func (p *Pool) sendReset(c Client, username string) (any, error) {
	address := username
	var sent *code
	err := p.updateUser(username, func(_ *bolt.Tx, u *user) error {
		if u != nil {
			address = u.Email
		}
		refusal := noResetFor(u)
		if errors.Is(refusal, errNoReset) || refusal != nil && c.tellsUsers() {
			return refusal
		}
		if refusal != nil || !u.Confirmed {
			return nil
		}
		u.Reset = newCode(u.Reset, p.now(), resetLifetime)
		sent = u.Reset
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codeOutput{p.deliver(address, "password reset code", sent)}, nil
}

// noResetFor returns why there is no code for the user, nil if nobody is there.
// One who has yet to confirm gets none either, but is never told.
func noResetFor(u *user) error {
	switch {
	case u == nil:
		return errNoCombination
	case u.Temporary != nil:
		return errNoReset
	case u.Disabled:
		return errDisabled
	case u.Confirmed && !u.verified():
		return errNoRecovery
	}
	return nil
}

type confirmForgotInput struct {
	clientUserInput
	ConfirmationCode string `required:"confirmationCode"`
	Password         string `required:"password"`
}

func (p *Pool) confirmForgotPassword(ctx context.Context, c Client, in *confirmForgotInput) (any, error) {
	return nothing{}, p.resetPassword(ctx, c, in.Username, in.ConfirmationCode, in.Password)
}

// resetPassword answers one who is not there, or disabled, as a wrong code, unless
// the app client tells.
func (p *Pool) resetPassword(ctx context.Context, c Client, username, digits, password string) error {
	if err := p.checkPolicy(password); err != nil {
		return err
	}
	var u *user
	var refusal error // apart, because a refused try is saved, too
	err := p.updateUser(username, func(_ *bolt.Tx, found *user) error {
		u = found
		switch {
		case u == nil && c.tellsUsers():
			return errNoCombination
		case u != nil && u.Disabled && c.tellsUsers():
			return errDisabled
		case u == nil || u.Disabled:
			return errCodeMismatch
		}
		refusal = u.Reset.try(digits, p.now())
		return nil
	})
	if err := cmp.Or(err, refusal); err != nil {
		return err
	}
	_, err = p.setPassword(ctx, u.Sub, password, func(u *user) error {
		if u.Reset == nil || u.Reset.Digits != digits {
			return errCodeExpired // spent meanwhile
		}
		u.Reset = nil
		return nil
	})
	if err == nil {
		p.proven(u)
	}
	return err
}
