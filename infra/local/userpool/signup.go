package userpool

import (
	"cmp"
	"context"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

const confirmationCode = "confirmation code" // in the log

type signUpInput struct {
	ClientID       string `json:"ClientId"`
	SecretHash     string
	Username       string
	Password       string
	UserAttributes []attribute
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails delivery
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
func (p *Pool) signUp(ctx context.Context, in *signUpInput) (any, error) {
	if err := require("clientId", in.ClientID, "username", in.Username, "password", in.Password); err != nil {
		return nil, err
	}
	c, err := p.clientOf(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	return p.register(ctx, c, in)
}

// register makes a user who has the address yet to confirm.
func (p *Pool) register(ctx context.Context, c Client, in *signUpInput) (any, error) {
	if p.settings.AdminCreateUser.AllowAdminCreateUserOnly {
		return nil, unauthorized("SignUp is not permitted for this user pool")
	}
	if !isEmail(in.Username) {
		return nil, invalid("Username should be an email.")
	}
	attributes, err := p.checkAttributes(c, in.Username, in.UserAttributes)
	if err != nil {
		return nil, err
	}
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
	ClientID         string `json:"ClientId"`
	SecretHash       string
	Username         string
	ConfirmationCode string
}

// An unknown user is answered as one whose code has expired, which is how
// Cognito keeps the secret of who is a user.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
func (p *Pool) confirmSignUp(_ context.Context, in *confirmSignUpInput) (any, error) {
	if err := require("clientId", in.ClientID, "username", in.Username, "confirmationCode", in.ConfirmationCode); err != nil {
		return nil, err
	}
	c, err := p.clientOf(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	return nothing{}, p.confirm(c, in.Username, in.ConfirmationCode)
}

// confirm takes the code for the user's address.
func (p *Pool) confirm(c Client, username, code string) error {
	var refusal error // apart, because a refused try is saved, too
	err := p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, username)
		switch {
		case err != nil:
			return err
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
		return put(tx, bucketUsers, u.Sub, u)
	})
	return cmp.Or(err, refusal)
}

type resendInput struct {
	ClientID   string `json:"ClientId"`
	SecretHash string
	Username   string
}

// An unknown user is answered as if a code had been sent.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html
func (p *Pool) resendConfirmationCode(_ context.Context, in *resendInput) (any, error) {
	if err := require("clientId", in.ClientID, "username", in.Username); err != nil {
		return nil, err
	}
	c, err := p.clientOf(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	return p.resend(c, in.Username)
}

// resend sends another code for the user's address.
func (p *Pool) resend(c Client, username string) (any, error) {
	var u *user
	err := p.db.Update(func(tx *bolt.Tx) (err error) {
		u, err = findUser(tx, username)
		switch {
		case err != nil:
			return err
		case u == nil && c.tellsUsers():
			return errNoCombination
		case u == nil:
			return nil
		case u.Confirmed:
			return errNoResend
		}
		u.Code = newCode(u.Code, p.now(), codeLifetime)
		return put(tx, bucketUsers, u.Sub, u)
	})
	if err != nil {
		return nil, err
	}
	if u == nil {
		return codeOutput{deliveryTo(username)}, nil
	}
	return codeOutput{p.deliver(u.Email, confirmationCode, u.Code)}, nil
}
