package userpool

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
)

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
	if err != nil || sent == nil {
		return updateAttributesOutput{}, err
	}
	return updateAttributesOutput{[]delivery{p.deliver(email, verificationCode, sent)}}, nil
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
