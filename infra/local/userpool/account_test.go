package userpool_test

import (
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/notegate/notegate/infra/local/userpool"
)

// What an access token is required for names it, together with what else is
// missing.
func TestAccessTokenIsRequired(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if err := f.getUser(*f.mustSignIn().AccessToken); err != nil {
		t.Fatal(err)
	}
	const null = "Value null at 'accessToken' failed to satisfy constraint: Member must not be null"
	wantFault(t, f.getUser(""), "InvalidParameterException", "1 validation error detected: "+null)
	_, err := f.client.ChangePassword(t.Context(), &cognito.ChangePasswordInput{AccessToken: new(""), PreviousPassword: new(""), ProposedPassword: new(newPassword)})
	wantFault(t, err, "InvalidParameterException", "2 validation errors detected: "+null+"; Value null at 'previousPassword' failed to satisfy constraint: Member must not be null")
}

// EnableTokenRevocation decides about RevokeToken.
func TestRevocationOfAnAppClient(t *testing.T) {
	t.Parallel()
	client := func(id string, revocation bool) userpool.Client {
		return userpool.Client{ID: id, AuthFlows: []string{userpool.AllowUserPassword}, TokenRevocation: &revocation}
	}
	f := openWith(t, client("with", true), client("without", false))
	revoke := func(id string) (accessToken string, err error) {
		tokens, err := f.auth("USER_PASSWORD_AUTH", id, map[string]string{"USERNAME": email, "PASSWORD": password})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.client.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: &id, Token: tokens.RefreshToken})
		return *tokens.AccessToken, err
	}
	token, err := revoke("with")
	if err != nil {
		t.Fatal(err)
	}
	wantFault(t, f.getUser(token), "NotAuthorizedException", "Access Token has been revoked")
	token, err = revoke("without")
	wantFault(t, err, "UnsupportedOperationException", "Token revocation is not enabled for this client.")
	if err := f.getUser(token); err != nil {
		t.Errorf("after a refusal: %v", err)
	}
}
