package userpool

import (
	"cmp"
	"context"
	"maps"
	"slices"
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
				return errEmailForm
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
		case known.Mutable != nil && !*known.Mutable:
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

const verificationCode = "verification code" // in the log

type updateAttributesInput struct {
	appTokenInput
	UserAttributes []attribute
}

type updateAttributesOutput struct{ CodeDeliveryDetailsList []delivery }

// updateUserAttributes changes attributes, and removes those that are given an
// empty value. A new e-mail address takes the old one's place when its code has
// come back, whether UserAttributeUpdateSettings asks for that or not.
func (p *Pool) updateUserAttributes(_ context.Context, u appUser, in *updateAttributesInput) (any, error) {
	email := u.Email
	others := slices.DeleteFunc(slices.Clone(in.UserAttributes), func(a attribute) bool {
		if a.Name == byEmail {
			email = a.Value
		}
		return a.Name == byEmail
	})
	changes, err := p.readAttributes(u.app, u.Email, others)
	if err != nil {
		return nil, err
	}
	if err := p.settings.mutable(others); err != nil {
		return nil, err
	}
	if !strings.EqualFold(email, u.Email) {
		switch {
		case !u.app.mayWrite(byEmail):
			return nil, errReadOnly
		case !isEmail(email):
			return nil, errEmailForm
		}
	}
	var sent *code
	err = p.changeUser(u.Sub, func(tx *bolt.Tx, u *user) error {
		maps.Copy(u.Attributes, changes)
		maps.DeleteFunc(u.Attributes, func(_, value string) bool { return value == "" })
		if err := p.settings.missing(u.Attributes); err != nil || strings.EqualFold(email, u.Email) {
			return err
		}
		if emailTaken(tx, email) {
			return errAliasExists
		}
		u.NewEmail, u.Verify = email, newCode(u.Verify, p.now(), codeLifetime)
		sent = u.Verify
		return nil
	})
	if sent == nil {
		return updateAttributesOutput{}, err
	}
	return updateAttributesOutput{[]delivery{p.deliver(email, verificationCode, sent)}}, err
}

type attributeCodeInput struct {
	accessTokenInput
	AttributeName string `required:"attributeName"`
}

// getUserAttributeVerificationCode sends a code to the address that waits for
// one, or to the user's own.
func (p *Pool) getUserAttributeVerificationCode(_ context.Context, u *user, in *attributeCodeInput) (any, error) {
	if err := verifiable(in.AttributeName); err != nil {
		return nil, err
	}
	err := p.changeUser(u.Sub, func(_ *bolt.Tx, now *user) error {
		now.Verify = newCode(now.Verify, p.now(), codeLifetime)
		u = now
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codeOutput{p.deliver(cmp.Or(u.NewEmail, u.Email), verificationCode, u.Verify)}, nil
}

func verifiable(name string) error {
	switch name {
	case byEmail:
		return nil
	case "phone_number":
		return invalid("This pool sends no text messages: only email can be verified.")
	}
	return invalid("Invalid attribute name. Only phone_number and email can be verified.")
}

type verifyAttributeInput struct {
	accessTokenInput
	AttributeName string `required:"attributeName"`
	Code          string `required:"code"`
}

func (p *Pool) verifyUserAttribute(_ context.Context, u *user, in *verifyAttributeInput) (any, error) {
	if err := verifiable(in.AttributeName); err != nil {
		return nil, err
	}
	var refusal error // apart, because a refused try is saved, too
	err := p.changeUser(u.Sub, func(tx *bolt.Tx, u *user) error {
		if refusal = u.Verify.try(in.Code, p.now()); refusal != nil {
			return nil
		}
		u.Verify, u.Unverified = nil, false
		if u.NewEmail == "" {
			return nil
		}
		before := u.Email
		u.Email, u.NewEmail = u.NewEmail, ""
		return moveUser(tx, u, before)
	})
	return nothing{}, cmp.Or(err, refusal)
}
