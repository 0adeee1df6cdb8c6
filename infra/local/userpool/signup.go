package userpool

import (
	"cmp"
	"context"
	"maps"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

const confirmationCode = "confirmation code" // in the log

type signUpInput struct {
	clientUserInput
	Password       string `required:"password"`
	UserAttributes []attribute
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails delivery
}

// signUp makes a user who has the address yet to confirm.
func (p *Pool) signUp(ctx context.Context, c Client, in *signUpInput) (any, error) {
	if p.settings.AdminCreateUser.AllowAdminCreateUserOnly {
		return nil, unauthorized("SignUp is not permitted for this user pool")
	}
	if !isEmail(in.Username) {
		return nil, errNotEmail
	}
	attributes, err := p.readAttributes(c, in.Username, in.UserAttributes)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(attributes, func(_, value string) bool { return value == "" })
	if err := p.settings.missing(attributes); err != nil {
		return nil, err
	}
	if err := p.checkPolicy(in.Password); err != nil {
		return nil, err
	}
	u, err := p.newUser(ctx, uuid.NewString(), in.Username, in.Password, attributes)
	if err != nil {
		return nil, err
	}
	if err := p.db.Update(func(tx *bolt.Tx) error { return addUser(tx, u) }); err != nil {
		return nil, err
	}
	return signUpOutput{UserSub: u.Sub, CodeDeliveryDetails: p.deliver(u.Email, confirmationCode, u.Code)}, nil
}

type confirmSignUpInput struct {
	clientUserInput
	ConfirmationCode string `required:"confirmationCode"`
}

// An unknown user is answered as one whose code has expired, which is how
// Cognito keeps the secret of who is a user.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
func (p *Pool) confirmSignUp(_ context.Context, c Client, in *confirmSignUpInput) (any, error) {
	return nothing{}, p.confirm(c, in.Username, in.ConfirmationCode)
}

// confirm takes the code for the user's address.
func (p *Pool) confirm(c Client, username, code string) error {
	var refusal error // apart, because a refused try is saved, too
	err := p.updateUser(username, func(_ *bolt.Tx, u *user) error {
		switch {
		case u == nil && c.tellsUsers():
			return errNoCombination
		case u == nil:
			return errCodeExpired
		case u.Confirmed:
			return errConfirmed
		}
		if refusal = u.Code.try(code, p.now()); refusal == nil {
			u.Confirmed = true
			u.Code = nil
		}
		return nil
	})
	return cmp.Or(err, refusal)
}

// An unknown user is answered as if a code had been sent.
func (p *Pool) resendConfirmationCode(_ context.Context, c Client, in *clientUserInput) (any, error) {
	return p.resend(c, in.Username)
}

// resend sends another code for the user's address.
func (p *Pool) resend(c Client, username string) (any, error) {
	address := username
	var sent *code
	err := p.updateUser(username, func(_ *bolt.Tx, u *user) error {
		switch {
		case u == nil && c.tellsUsers():
			return errNoCombination
		case u == nil:
			return nil
		case u.Confirmed:
			return errNoResend
		}
		u.Code = newCode(u.Code, p.now(), codeLifetime)
		address, sent = u.Email, u.Code
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codeOutput{p.deliver(address, confirmationCode, sent)}, nil
}
