package userpool

import (
	"context"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

type signUpInput struct {
	ClientID       string `json:"ClientId"`
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
	if _, err := p.client(in.ClientID); err != nil {
		return nil, err
	}
	u, err := p.newUser(ctx, uuid.NewString(), in.Username, in.Password, in.UserAttributes)
	if err != nil {
		return nil, err
	}
	if err := p.db.Update(func(tx *bolt.Tx) error { return addUser(tx, u) }); err != nil {
		return nil, err
	}
	return signUpOutput{UserSub: u.Sub, CodeDeliveryDetails: p.deliver(u)}, nil
}

type confirmSignUpInput struct {
	ClientID         string `json:"ClientId"`
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
	if _, err := p.client(in.ClientID); err != nil {
		return nil, err
	}
	var refusal error // apart, because a refused try is saved, too
	err := p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, in.Username)
		switch {
		case err != nil:
			return err
		case u == nil:
			return errCodeExpired
		case u.Confirmed:
			return errConfirmed
		}
		if refusal = u.Code.try(in.ConfirmationCode, p.now()); refusal == nil {
			u.Confirmed = true
			u.Code = nil
		}
		return put(tx, bucketUsers, u.Sub, u)
	})
	if err != nil {
		return nil, err
	}
	return nothing{}, refusal
}

type resendInput struct {
	ClientID string `json:"ClientId"`
	Username string
}

type resendOutput struct{ CodeDeliveryDetails delivery }

// An unknown user is answered as if a code had been sent.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html
func (p *Pool) resendConfirmationCode(_ context.Context, in *resendInput) (any, error) {
	if err := require("clientId", in.ClientID, "username", in.Username); err != nil {
		return nil, err
	}
	if _, err := p.client(in.ClientID); err != nil {
		return nil, err
	}
	var u *user
	err := p.db.Update(func(tx *bolt.Tx) (err error) {
		u, err = findUser(tx, in.Username)
		switch {
		case err != nil || u == nil:
			return err
		case u.Confirmed:
			return errNoResend
		}
		u.Code = newCode(u.Code, p.now())
		return put(tx, bucketUsers, u.Sub, u)
	})
	if err != nil {
		return nil, err
	}
	if u == nil {
		return resendOutput{deliveryTo(in.Username)}, nil
	}
	return resendOutput{p.deliver(u)}, nil
}

// client returns the app client of that id.
func (p *Pool) client(id string) (Client, error) {
	c, ok := p.clients[id]
	if !ok {
		return Client{}, notFound("User pool client %.128s does not exist.", id)
	}
	return c, nil
}
