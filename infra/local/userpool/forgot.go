package userpool

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"

	bolt "go.etcd.io/bbolt"
)

func (p *Pool) forgotPassword(_ context.Context, c Client, in *clientUserInput) (any, error) {
	return p.sendReset(c, in.Username)
}

// sendReset sends a code that lets the user choose a new password. Who cannot get
// one is answered as if it had been sent, unless the app client tells. Users with
// a temporary password are told in any case.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
func (p *Pool) sendReset(c Client, username string) (any, error) {
	address := username
	var sent *code
	err := p.updateUser(username, func(_ *bolt.Tx, u *user) error {
		if u != nil {
			address = u.Email
		}
		refusal := noResetFor(u)
		if errors.Is(refusal, errNoReset) || refusal != nil && c.tellsUsers() {
			return refusal
		}
		if refusal != nil || !u.Confirmed {
			return nil
		}
		u.Reset = newCode(u.Reset, p.now(), resetLifetime)
		sent = u.Reset
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codeOutput{p.deliver(address, "password reset code", sent)}, nil
}

// noResetFor returns why there is no code for the user, nil if nobody is there.
// One who has yet to confirm gets none either, but is never told.
func noResetFor(u *user) error {
	switch {
	case u == nil:
		return errNoCombination
	case u.Temporary != nil:
		return errNoReset
	case u.Disabled:
		return errDisabled
	case u.Confirmed && !u.verified():
		return errNoRecovery
	}
	return nil
}

type confirmForgotInput struct {
	clientUserInput
	ConfirmationCode string `required:"confirmationCode"`
	Password         string `required:"password"`
}

func (p *Pool) confirmForgotPassword(ctx context.Context, c Client, in *confirmForgotInput) (any, error) {
	return nothing{}, p.resetPassword(ctx, c, in.Username, in.ConfirmationCode, in.Password)
}

// resetPassword answers one who is not there, or disabled, as a wrong code, unless
// the app client tells.
func (p *Pool) resetPassword(ctx context.Context, c Client, username, digits, password string) error {
	if err := p.checkPolicy(password); err != nil {
		return err
	}
	var u *user
	var refusal error // apart, because a refused try is saved, too
	err := p.updateUser(username, func(_ *bolt.Tx, found *user) error {
		u = found
		switch {
		case u == nil && c.tellsUsers():
			return errNoCombination
		case u != nil && u.Disabled && c.tellsUsers():
			return errDisabled
		case u == nil || u.Disabled:
			return errCodeMismatch
		}
		refusal = u.Reset.try(digits, p.now())
		return nil
	})
	if err := cmp.Or(err, refusal); err != nil {
		return err
	}
	_, err = p.setPassword(ctx, u.Sub, password, func(u *user) error {
		if err := u.Reset.try(digits, p.now()); err != nil {
			return err // spent meanwhile
		}
		u.Reset = nil
		return nil
	})
	if err == nil {
		p.proven(u)
	}
	return err
}

const challengeNewPassword = "NEW_PASSWORD_REQUIRED"

// requireNewPassword answers a user who has proven a temporary password. Two of
// the parameters are JSON in a string, as Cognito's are.
func (p *Pool) requireNewPassword(c Client, u *user) (*authOutput, error) {
	if !p.now().Before(u.Temporary.Expires) {
		return nil, errTemporaryExpired
	}
	has := map[string]string{}
	for _, a := range u.listed() {
		if a.Name != "sub" {
			has[a.Name] = a.Value
		}
	}
	lacks := []string{}
	for _, name := range p.settings.lacking(u.Attributes) {
		lacks = append(lacks, "userAttributes."+name)
	}
	out := p.beginFor(u, challengeNewPassword, c)
	out.ChallengeParameters["userAttributes"], out.ChallengeParameters["requiredAttributes"] = asJSON(has), asJSON(lacks)
	return out, nil
}

func asJSON(v any) string { return string(must(json.Marshal(v))) } // our own types

// answerNewPassword takes the password, and the required attributes that the user
// lacked.
func (p *Pool) answerNewPassword(ctx context.Context, c Client, in *respondInput) (*authOutput, error) {
	if err := missing(in.ChallengeResponses, "USERNAME", "NEW_PASSWORD"); err != nil {
		return nil, err
	}
	ch, err := p.resume(c, in, challengeNewPassword)
	if err != nil {
		return nil, err
	}
	var attributes []attribute
	for name, value := range in.ChallengeResponses {
		if name, ok := strings.CutPrefix(name, "userAttributes."); ok {
			attributes = append(attributes, attribute{name, value})
		}
	}
	u, err := p.choosePassword(ctx, c, ch.Sub, in.ChallengeResponses["NEW_PASSWORD"], attributes, func() bool { return p.challenges.spend(ch, p.now()) })
	if err != nil {
		return nil, err
	}
	return p.passed(withSource(ctx, sourceNewPassword), c, u)
}

// choosePassword puts the user's own password in place of the temporary one, if may,
// which is called last, returns true.
func (p *Pool) choosePassword(ctx context.Context, c Client, sub, password string, attributes []attribute, may func() bool) (*user, error) {
	if err := p.checkPolicy(password); err != nil {
		return nil, err
	}
	hash, err := p.newPassword(ctx, sub, password)
	if err != nil {
		return nil, err
	}
	var chosen *user
	err = p.updateUser(sub, func(_ *bolt.Tx, u *user) error {
		if u == nil || u.Temporary == nil || u.Disabled {
			return errSessionInvalid
		}
		kept, err := p.readAttributes(c, u.Email, attributes)
		if err != nil {
			return err
		}
		maps.Copy(u.Attributes, kept)
		if lacks := p.settings.lacking(u.Attributes); lacks != nil {
			return invalid("Invalid attributes given, %s is missing", lacks[0])
		}
		if !may() {
			return errSessionInvalid
		}
		u.Password, u.Temporary, u.Modified, chosen = hash, nil, p.now(), u
		return nil
	})
	return chosen, err
}
