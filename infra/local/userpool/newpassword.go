package userpool

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	bolt "go.etcd.io/bbolt"
)

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

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own types
	}
	return string(text)
}

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
