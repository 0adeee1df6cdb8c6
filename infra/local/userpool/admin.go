package userpool

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
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

// A temporary password must be changed at the first sign-in.
type temporary struct {
	Expires time.Time
	Mailed  string // the password, if the pool made it up: this pool is the mailbox, too
}

var errTemporaryExpired = unauthorized("Temporary password has expired and must be reset by an administrator.")

type adminCreateUserInput struct {
	userInput
	UserAttributes    []attribute
	TemporaryPassword string
	MessageAction     string
}

type adminCreateUserOutput struct{ User userType }

// adminCreateUser makes a user who must choose a password at the first sign-in.
func (p *Pool) adminCreateUser(ctx context.Context, in *adminCreateUserInput) (any, error) {
	switch in.MessageAction {
	case "", "SUPPRESS", "RESEND":
	default:
		return nil, malformed("messageAction", "satisfy enum value set: [SUPPRESS, RESEND]")
	}
	password, mailed := in.TemporaryPassword, ""
	if password == "" {
		password = p.settings.Policies.PasswordPolicy.example()
		mailed = password
	} else if err := p.checkPolicy(password); err != nil {
		return nil, err
	}
	if in.MessageAction == "RESEND" {
		return p.inviteAgain(ctx, in, password, mailed)
	}
	if !isEmail(in.Username) {
		return nil, errNotEmail
	}
	u, err := p.newUser(ctx, uuid.NewString(), in.Username, password, map[string]string{})
	if err != nil {
		return nil, err
	}
	u.Confirmed, u.Unverified, u.Code = true, true, nil
	u.Temporary = p.temporary(mailed)
	if err := p.setAttributes(u, in.UserAttributes); err != nil {
		return nil, err
	}
	if !sameEmail(u.Email, in.Username) {
		return nil, errOtherEmail
	}
	err = p.db.Update(func(tx *bolt.Tx) error { return addUser(tx, u) })
	if errors.Is(err, errUserExists) {
		err = &fault{errUserExists.kind, "User account already exists"}
	}
	if err != nil {
		return nil, err
	}
	return p.invite(u, in.MessageAction), nil
}

// inviteAgain gives a user who never signed in a new temporary password.
func (p *Pool) inviteAgain(ctx context.Context, in *adminCreateUserInput, password, mailed string) (any, error) {
	u, err := p.setPassword(ctx, in.Username, password, func(u *user) error {
		if u.status() != statusForceChange {
			return &fault{"UnsupportedUserStateException", "Resend not possible. " + u.Sub + " status is not " + statusForceChange}
		}
		u.Temporary = p.temporary(mailed)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p.invite(u, in.MessageAction), nil
}

func (p *Pool) temporary(mailed string) *temporary {
	days := p.settings.Policies.PasswordPolicy.TemporaryPasswordValidityDays
	return &temporary{p.now().Add(time.Duration(days) * 24 * time.Hour), mailed}
}

// invite sends the temporary password. The message is at /_local/codes, because a
// password must not be in a log.
func (p *Pool) invite(u *user, action string) adminCreateUserOutput {
	if action != "SUPPRESS" {
		p.log.Info("to "+u.Email+": invitation with a temporary password, see /_local/codes", "expires", u.Temporary.Expires)
	}
	return adminCreateUserOutput{u.described()}
}

// example makes a password that fits the policy.
func (p PasswordPolicy) example() string {
	const small, capital, digits, symbols = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#$%&*?@^"
	pick := func(from string) byte { return from[randomInt(len(from))] }
	password := []byte{pick(small), pick(capital), pick(digits), pick(symbols)}
	for len(password) < max(12, p.MinimumLength) {
		password = append(password, pick(small+capital+digits))
	}
	return string(password)
}

type adminSetUserPasswordInput struct {
	userInput
	Password  string `required:"password"`
	Permanent bool
}

func (p *Pool) adminSetUserPassword(ctx context.Context, in *adminSetUserPasswordInput) (any, error) {
	if err := p.checkPolicy(in.Password); err != nil {
		return nil, err
	}
	_, err := p.setPassword(ctx, in.Username, in.Password, func(u *user) error {
		u.Unverified = u.Unverified || !u.Confirmed
		u.Confirmed, u.Code, u.Temporary = true, nil, nil
		if !in.Permanent {
			u.Temporary = p.temporary("")
		}
		return nil
	})
	return nothing{}, err
}

// setPassword changes the password of the user that an administrator names, and
// what else change does, which may refuse.
func (p *Pool) setPassword(ctx context.Context, username, password string, change func(*user) error) (*user, error) {
	found, err := p.viewUserOf(username)
	if err != nil {
		return nil, err
	}
	changed, err := p.keepPassword(ctx, found.Sub, password, change)
	p.browsers.forget(found.Sub) // who has a temporary password must prove it
	return changed, err
}

// keepPassword is setPassword for a user who was found, and stays signed in.
func (p *Pool) keepPassword(ctx context.Context, sub, password string, change func(*user) error) (changed *user, err error) {
	hash, err := p.newPassword(ctx, sub, password)
	if err != nil {
		return nil, err
	}
	err = p.changeUser(sub, func(_ *bolt.Tx, u *user) error {
		u.Password, changed = hash, u
		return change(u)
	})
	return changed, err
}
