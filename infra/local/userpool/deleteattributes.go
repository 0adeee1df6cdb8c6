package userpool

import (
	"context"

	bolt "go.etcd.io/bbolt"
)

type deleteAttributesInput struct {
	AccessToken        string
	UserAttributeNames []string
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html
func (p *Pool) deleteUserAttributes(_ context.Context, in *deleteAttributesInput) (any, error) {
	u, c, err := p.authorizeWith(in.AccessToken)
	if err != nil {
		return nil, err
	}
	for _, name := range in.UserAttributeNames {
		known, ok := p.settings.attributeOf(name)
		switch {
		case ok && (!c.mayWrite(name) || known.DeveloperOnlyAttribute), name == "sub", name == "email_verified", name == "phone_number_verified":
			return nil, errReadOnly
		case ok && known.Mutable != nil && !*known.Mutable:
			return nil, errImmutable(name)
		}
	}
	return nothing{}, p.changeUser(u.Sub, func(_ *bolt.Tx, u *user) error {
		if err := p.dropAttributes(u, in.UserAttributeNames); err != nil {
			return err
		}
		return p.settings.missing(u.Attributes)
	})
}

type adminDeleteAttributesInput struct {
	userInput
	UserAttributeNames []string
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html
func (p *Pool) adminDeleteUserAttributes(_ context.Context, in *adminDeleteAttributesInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(_ *bolt.Tx, u *user) error { return p.dropAttributes(u, in.UserAttributeNames) })
}

func (p *Pool) dropAttributes(u *user, names []string) error {
	for _, name := range names {
		if _, ok := p.settings.attributeOf(name); !ok {
			return errNoAttribute(name)
		}
		if name == byEmail {
			return invalid("Cannot delete the email attribute, which users sign in with")
		}
		delete(u.Attributes, name)
	}
	return nil
}
