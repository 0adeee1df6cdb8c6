package userpool

import (
	"slices"
	"strings"
)

// The scopes of OpenID Connect, and Cognito's own.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
const (
	scopeOpenID = "openid"

	// adminScope is the one scope of tokens from InitiateAuth. It opens Cognito's
	// own operations on the signed-in user, GetUser and the like.
	adminScope = "aws.cognito.signin.user.admin"
)

// claimsOf lists what an identity scope opens.
var claimsOf = map[string][]string{
	"email": {"email", "email_verified"},
	"phone": {"phone_number", "phone_number_verified"},
	"profile": {
		"birthdate", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
		"picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
	},
}

func isIdentityScope(scope string) bool { return claimsOf[scope] != nil }

// identity returns what the scopes open of the user's attributes: openid by
// itself opens all.
func (u *user) identity(scope string) map[string]any {
	all := map[string]any{"email": u.Email, "email_verified": u.verified()}
	for name, value := range u.Attributes {
		all[name] = value
		if name == "phone_number_verified" {
			all[name] = value == "true"
		}
	}
	scopes := strings.Fields(scope)
	if !slices.ContainsFunc(scopes, isIdentityScope) {
		return all
	}
	some := map[string]any{}
	for _, s := range scopes {
		for _, name := range claimsOf[s] {
			if value, ok := all[name]; ok {
				some[name] = value
			}
		}
	}
	return some
}
