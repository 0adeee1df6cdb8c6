package userpool_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/userpool"
)

// A policy asks for the kinds of characters that it names, and for no other.
func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	f := open(t)
	for rule, row := range map[string]struct {
		policy  userpool.PasswordPolicy
		without string // a password of all kinds but that
		message string
	}{
		"lower case": {userpool.PasswordPolicy{RequireLowercase: true}, "ABCDE-1", "Password must have lowercase characters"},
		"upper case": {userpool.PasswordPolicy{RequireUppercase: true}, "abcde-1", "Password must have uppercase characters"},
		"number":     {userpool.PasswordPolicy{RequireNumbers: true}, "ABCde-x", "Password must have numeric characters"},
		"symbol":     {userpool.PasswordPolicy{RequireSymbols: true}, "ABCde1x", "Password must have symbol characters"},
	} {
		signUp := func(policy userpool.PasswordPolicy) error {
			policy.MinimumLength = 6
			f.reopen(func(cfg *userpool.Config) { cfg.Settings.Policies.PasswordPolicy = policy })
			_, err := f.signUp(strings.ReplaceAll(rule, " ", "-")+"@example.com", row.without)
			return err
		}
		err := signUp(row.policy)
		t.Run(rule, func(t *testing.T) {
			wantFault(t, err, "InvalidPasswordException", "Password did not conform with policy: "+row.message)
		})
		others := userpool.PasswordPolicy{
			RequireLowercase: !row.policy.RequireLowercase, RequireUppercase: !row.policy.RequireUppercase,
			RequireNumbers: !row.policy.RequireNumbers, RequireSymbols: !row.policy.RequireSymbols,
		}
		if err := signUp(others); err != nil {
			t.Errorf("%s: a policy that asks for all but that: %v", rule, err)
		}
	}
}
