package userpool

import (
	"context"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// errNoUser is for administrators, and for app clients that tell who is a user.
var errNoUser = &fault{"UserNotFoundException", "User does not exist."}

// viewUserOf returns the user that an administrator names.
func (p *Pool) viewUserOf(username string) (*user, error) {
	u, err := p.viewUser(username)
	if err == nil && u == nil {
		err = errNoUser
	}
	return u, err
}

// changeUser is updateUser for one who must be there, and keeps the time, too.
func (p *Pool) changeUser(username string, change func(*bolt.Tx, *user) error) error {
	return p.updateUser(username, func(tx *bolt.Tx, u *user) error {
		if u == nil {
			return errNoUser
		}
		u.Modified = p.now()
		return change(tx, u)
	})
}

// An epoch is a time as the protocol has it, in seconds since 1970.
type epoch time.Time

func (e epoch) MarshalJSON() ([]byte, error) {
	ms := max(0, time.Time(e).UnixMilli()) // what an older state file doesn't say is 1970
	return fmt.Appendf(nil, "%d.%03d", ms/1000, ms%1000), nil
}

// The states of a user.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
const (
	statusUnconfirmed = "UNCONFIRMED"
	statusConfirmed   = "CONFIRMED"
	statusForceChange = "FORCE_CHANGE_PASSWORD"
)

func (u *user) status() string {
	switch {
	case !u.Confirmed:
		return statusUnconfirmed
	case u.Temporary != nil:
		return statusForceChange
	}
	return statusConfirmed
}

// userType is a user as lists have them.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html
type userType struct {
	userState
	Attributes []attribute
}

type userState struct {
	Username             string
	Enabled              bool
	UserStatus           string
	UserCreateDate       epoch
	UserLastModifiedDate epoch
}

func (u *user) state() userState {
	return userState{u.Sub, !u.Disabled, u.status(), epoch(u.Created), epoch(u.Modified)}
}

func (u *user) described() userType { return userType{u.state(), u.listed()} }

type adminGetUserOutput struct {
	userState
	UserAttributes []attribute
	userFactors
}

func (p *Pool) adminGetUser(_ context.Context, u *user, _ *userInput) (any, error) {
	return adminGetUserOutput{u.state(), u.listed(), u.factors()}, nil
}

// adminConfirmSignUp does not verify the address: no code was entered.
func (p *Pool) adminConfirmSignUp(_ context.Context, in *userInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(_ *bolt.Tx, u *user) error {
		if u.Confirmed {
			return unauthorized("User cannot be confirmed. Current status is " + u.status())
		}
		u.Confirmed, u.Unverified, u.Code = true, true, nil
		return nil
	})
}

// adminDisableUser ends what the user is signed in to, too.
func (p *Pool) adminDisableUser(_ context.Context, in *userInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(tx *bolt.Tx, u *user) error {
		u.Disabled = true
		return revokeAll(tx, u.Sub)
	})
}

func (p *Pool) adminEnableUser(_ context.Context, in *userInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(_ *bolt.Tx, u *user) error {
		u.Disabled = false
		return nil
	})
}

type adminAttributesInput struct {
	userInput
	UserAttributes []attribute
}

// adminUpdateUserAttributes changes at once what a user would have to prove: an
// e-mail address too, which is verified only if email_verified says so.
func (p *Pool) adminUpdateUserAttributes(_ context.Context, in *adminAttributesInput) (any, error) {
	if err := p.settings.mutable(in.UserAttributes); err != nil {
		return nil, err
	}
	return nothing{}, p.changeUser(in.Username, func(tx *bolt.Tx, u *user) error {
		before := u.Email
		if err := p.setAttributes(u, in.UserAttributes); err != nil || sameEmail(before, u.Email) {
			return err
		}
		return moveUser(tx, u, before)
	})
}
