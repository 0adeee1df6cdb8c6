package userpool

import (
	"context"
	"strconv"
	"strings"

	bolt "go.etcd.io/bbolt"
)

func errNoAttribute(name string) error {
	return invalid("Attributes did not conform to the schema: %.64s: Attribute does not exist in the schema.\n", name)
}

// setAttributes changes the user as an administrator may: verified flags as well,
// and required attributes can be left out. The caller keeps the user. An empty
// value removes an attribute.
func (p *Pool) setAttributes(u *user, attributes []attribute) error {
	before := u.Email
	verified := ""
	for _, a := range attributes {
		known, ok := p.settings.attributeOf(a.Name)
		switch {
		case a.Name == "email_verified" || a.Name == "phone_number_verified":
			if _, err := strconv.ParseBool(a.Value); err != nil {
				return invalid("Attributes did not conform to the schema: %s: Attribute value must be true or false", a.Name)
			}
			if a.Name == "email_verified" {
				verified = strings.ToLower(a.Value)
			} else {
				u.Attributes[a.Name] = strings.ToLower(a.Value)
			}
		case a.Name == "sub":
			return invalid("Cannot modify an already provided sub attribute")
		case !ok:
			return errNoAttribute(a.Name)
		case a.Name == byEmail:
			if !isEmail(a.Value) {
				return invalid("Invalid email address format.")
			}
			u.Email = a.Value
		case a.Value == "":
			delete(u.Attributes, a.Name)
		default:
			if err := known.check(a.Name, a.Value); err != nil {
				return err
			}
			u.Attributes[a.Name] = a.Value
		}
	}
	if verified != "" {
		u.Unverified = verified != "true"
	} else if !sameEmail(u.Email, before) {
		u.Unverified = true
	}
	return nil
}

type deleteAttributesInput struct {
	appTokenInput
	UserAttributeNames []string
}

func (p *Pool) deleteUserAttributes(_ context.Context, u appUser, in *deleteAttributesInput) (any, error) {
	for _, name := range in.UserAttributeNames {
		known, ok := p.settings.attributeOf(name)
		switch {
		case ok && (!u.app.mayWrite(name) || known.DeveloperOnlyAttribute), poolWrites(name):
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
