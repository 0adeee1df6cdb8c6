package userpool

import (
	"cmp"
	"context"

	bolt "go.etcd.io/bbolt"
)

type forgotInput struct {
	ClientID   string `json:"ClientId"`
	Username   string
	SecretHash string
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
func (p *Pool) forgotPassword(_ context.Context, in *forgotInput) (any, error) {
	if err := require("clientId", in.ClientID, "username", in.Username); err != nil {
		return nil, err
	}
	if _, err := p.clientOf(in.ClientID, in.Username, in.SecretHash); err != nil {
		return nil, err
	}
	return p.sendReset(in.Username)
}

// sendReset sends a code that lets the user choose a new password. A user who is
// not there, or has no address confirmed, is answered as if one had been sent.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
func (p *Pool) sendReset(username string) (any, error) {
	var u *user
	err := p.db.Update(func(tx *bolt.Tx) (err error) {
		if u, err = findUser(tx, username); err != nil || u == nil || !u.Confirmed {
			return err
		}
		u.Reset = newCode(u.Reset, p.now(), resetLifetime)
		return put(tx, bucketUsers, u.Sub, u)
	})
	switch {
	case err != nil:
		return nil, err
	case u == nil:
		return codeOutput{deliveryTo(username)}, nil
	case !u.Confirmed:
		return codeOutput{deliveryTo(u.Email)}, nil
	}
	return codeOutput{p.deliver(u.Email, "password reset code", u.Reset)}, nil
}

type confirmForgotInput struct {
	ClientID         string `json:"ClientId"`
	Username         string
	SecretHash       string
	ConfirmationCode string
	Password         string
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html
func (p *Pool) confirmForgotPassword(ctx context.Context, in *confirmForgotInput) (any, error) {
	if err := require("clientId", in.ClientID, "username", in.Username, "confirmationCode", in.ConfirmationCode, "password", in.Password); err != nil {
		return nil, err
	}
	if _, err := p.clientOf(in.ClientID, in.Username, in.SecretHash); err != nil {
		return nil, err
	}
	return nothing{}, p.resetPassword(ctx, in.Username, in.ConfirmationCode, in.Password)
}

// resetPassword does for a user who is not there what it does for a wrong code.
func (p *Pool) resetPassword(ctx context.Context, username, digits, password string) error {
	if err := p.checkPolicy(password); err != nil {
		return err
	}
	var u *user
	var refusal error // apart, because a refused try is saved, too
	err := p.db.Update(func(tx *bolt.Tx) (err error) {
		if u, err = findUser(tx, username); err != nil {
			return err
		}
		if u == nil {
			refusal = errCodeMismatch
			return nil
		}
		refusal = u.Reset.try(digits, p.now())
		return put(tx, bucketUsers, u.Sub, u)
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
