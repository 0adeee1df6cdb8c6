package userpool

import (
	"context"

	bolt "go.etcd.io/bbolt"
)

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
	Username             string
	Attributes           []attribute
	Enabled              bool
	UserStatus           string
	UserCreateDate       epoch
	UserLastModifiedDate epoch
}

func (u *user) described() userType {
	return userType{u.Sub, u.listed(), !u.Disabled, u.status(), epoch(u.Created), epoch(u.Modified)}
}

type adminGetUserOutput struct {
	Username             string
	UserAttributes       []attribute
	Enabled              bool
	UserStatus           string
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	userFactors
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
func (p *Pool) adminGetUser(_ context.Context, in *userInput) (any, error) {
	u, err := p.viewUserOf(in.Username)
	if err != nil {
		return nil, err
	}
	d := u.described()
	return adminGetUserOutput{d.Username, d.Attributes, d.Enabled, d.UserStatus, d.UserCreateDate, d.UserLastModifiedDate, u.factors()}, nil
}

// adminConfirmSignUp does not verify the address: no code was entered.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html
func (p *Pool) adminConfirmSignUp(_ context.Context, in *userInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(_ *bolt.Tx, u *user) error {
		if u.Confirmed {
			return unauthorized("User cannot be confirmed. Current status is " + u.status())
		}
		u.Confirmed, u.Unverified, u.Code = true, true, nil
		return nil
	})
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
func (p *Pool) adminDeleteUser(_ context.Context, in *userInput) (any, error) {
	u, err := p.viewUserOf(in.Username)
	if err != nil {
		return nil, err
	}
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error { return deleteUser(tx, u) })
}

// deleteUser removes the user, whose tokens open nothing here from then on.
func deleteUser(tx *bolt.Tx, u *user) error {
	if err := revokeAll(tx, u.Sub); err != nil {
		return err
	}
	if err := tx.Bucket(bucketEmails).Delete(emailKey(u.Email)); err != nil {
		return err
	}
	return tx.Bucket(bucketUsers).Delete([]byte(u.Sub))
}

// adminDisableUser ends what the user is signed in to, too.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html
func (p *Pool) adminDisableUser(_ context.Context, in *userInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(tx *bolt.Tx, u *user) error {
		u.Disabled = true
		return revokeAll(tx, u.Sub)
	})
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html
func (p *Pool) adminEnableUser(_ context.Context, in *userInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(_ *bolt.Tx, u *user) error {
		u.Disabled = false
		return nil
	})
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html
func (p *Pool) adminUserGlobalSignOut(_ context.Context, in *userInput) (any, error) {
	u, err := p.viewUserOf(in.Username)
	if err != nil {
		return nil, err
	}
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error { return revokeAll(tx, u.Sub) })
}

type adminAttributesInput struct {
	userInput
	UserAttributes []attribute
}

// adminUpdateUserAttributes changes at once what a user would have to prove: an
// e-mail address too, which is verified only if email_verified says so.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html
func (p *Pool) adminUpdateUserAttributes(_ context.Context, in *adminAttributesInput) (any, error) {
	if err := p.settings.mutable(in.UserAttributes); err != nil {
		return nil, err
	}
	return nothing{}, p.changeUser(in.Username, func(tx *bolt.Tx, u *user) error {
		before := u.Email
		if err := p.setAttributes(u, in.UserAttributes); err != nil {
			return err
		}
		return moveUser(tx, u, before)
	})
}

// moveUser keeps the user under the address that it has now.
func moveUser(tx *bolt.Tx, u *user, before string) error {
	emails := tx.Bucket(bucketEmails)
	if string(emailKey(before)) == string(emailKey(u.Email)) {
		return nil
	}
	if emails.Get(emailKey(u.Email)) != nil {
		return &fault{"AliasExistsException", errUserExists.message}
	}
	if err := emails.Delete(emailKey(before)); err != nil {
		return err
	}
	return emails.Put(emailKey(u.Email), []byte(u.Sub))
}
