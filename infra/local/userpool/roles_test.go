package userpool_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
)

// The groups' roles are in the ID token, for identity pools; the role of the
// group with the lowest precedence is preferred, unless two share the rank.
func TestRoles(t *testing.T) {
	t.Parallel()
	f := open(t)
	const role = "arn:aws:iam::123456789012:role/"
	for name, precedence := range map[string]*int32{"ops": aws.Int32(1), "admins": aws.Int32(5), "peers": aws.Int32(1), "staff": nil, "crew": nil, "plain": aws.Int32(0)} {
		in := &cognito.CreateGroupInput{UserPoolId: new(poolID), GroupName: &name, Precedence: precedence}
		if name != "plain" {
			in.RoleArn = new(role + name)
		}
		if _, err := f.client.CreateGroup(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for name, row := range map[string]struct {
		groups    []string
		roles     []any
		preferred any
	}{
		"none":             {},
		"no role":          {groups: []string{"plain"}},
		"one":              {[]string{"plain", "staff"}, []any{role + "staff"}, role + "staff"},
		"lowest":           {[]string{"admins", "ops"}, []any{role + "admins", role + "ops"}, role + "ops"},
		"some before none": {[]string{"admins", "crew"}, []any{role + "admins", role + "crew"}, role + "admins"},
		"two of one rank":  {[]string{"ops", "peers"}, []any{role + "ops", role + "peers"}, nil},
		"two of no rank":   {[]string{"crew", "staff"}, []any{role + "crew", role + "staff"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			user := strings.ReplaceAll(name, " ", ".") + "@example.com"
			if err := f.EnsureUser(user, password); err != nil {
				t.Fatal(err)
			}
			for _, group := range row.groups {
				if err := f.join(poolID, user, group); err != nil {
					t.Fatal(err)
				}
			}
			tokens, err := f.signIn(user, password)
			if err != nil {
				t.Fatal(err)
			}
			id, _, err := f.verify(*tokens.IdToken)
			if err != nil {
				t.Fatal(err)
			}
			var roles any
			if row.roles != nil {
				roles = row.roles
			}
			if diff := cmp.Diff([]any{roles, row.preferred}, []any{id["cognito:roles"], id["cognito:preferred_role"]}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			access, _, err := f.verify(*tokens.AccessToken)
			if err != nil {
				t.Fatal(err)
			}
			if access["cognito:roles"] != nil || access["cognito:preferred_role"] != nil {
				t.Error("the access token names roles")
			}
		})
	}
}
