package userpool_test

import (
	"errors"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

// A disabled user gets in by no way, and by all of them once enabled again.
func TestAdminDisableUser(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens := f.mustSignIn()
	if _, err := f.client.AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool(), Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	_, err := f.signIn(email, password)
	wantFault(t, err, "NotAuthorizedException", "User is disabled.")
	_, err = f.signIn(email, "Wrong-Horse-9")
	wantFault(t, err, "NotAuthorizedException", "User is disabled.")
	wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
	if got, err := f.getAdminUser(email); err != nil || got.Enabled || got.UserStatus != "CONFIRMED" {
		t.Errorf("got %+v (%v), want a disabled user", got, err)
	}
	if _, err := f.client.AdminEnableUser(t.Context(), &cognito.AdminEnableUserInput{UserPoolId: pool(), Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	f.mustSignIn()
	_, err = f.refresh(*tokens.RefreshToken)
	wantFault(t, err, "NotAuthorizedException", "Refresh Token has been revoked")
}

func TestAdminDeleteUser(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens := f.mustSignIn()
	remove := func() error {
		_, err := f.client.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool(), Username: new(email)})
		return err
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	wantFault(t, remove(), "UserNotFoundException", "User does not exist.")
	_, err := f.getAdminUser(email)
	wantFault(t, err, "UserNotFoundException", "User does not exist.")
	wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
	_, err = f.signIn(email, password)
	wantFault(t, err, "NotAuthorizedException", "Incorrect username or password.")
	if _, err := f.signUp(email, password); err != nil {
		t.Errorf("the address is free again: %v", err)
	}
	f.reopen()
}

func TestAdminUserGlobalSignOut(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens := f.mustSignIn()
	if _, err := f.client.AdminUserGlobalSignOut(t.Context(), &cognito.AdminUserGlobalSignOutInput{UserPoolId: pool(), Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
	f.mustSignIn()
}

// An administrator changes any attribute, the address too, by which the user then
// signs in.
func TestAdminUpdateUserAttributes(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if _, err := f.signUp(bob, password); err != nil {
		t.Fatal(err)
	}
	set := func(pairs ...string) error {
		var list []types.AttributeType
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, types.AttributeType{Name: &pairs[i], Value: &pairs[i+1]})
		}
		_, err := f.client.AdminUpdateUserAttributes(t.Context(), &cognito.AdminUpdateUserAttributesInput{UserPoolId: pool(), Username: new(email), UserAttributes: list})
		return err
	}
	if err := set("name", "Ann", "phone_number", "+15550100", "phone_number_verified", "true"); err != nil {
		t.Fatal(err)
	}
	claims, _, err := f.verify(*f.mustSignIn().IdToken)
	if err != nil || claims["name"] != "Ann" || claims["phone_number_verified"] != true || claims["email_verified"] != true {
		t.Errorf("got %v (%v), want the attributes", claims, err)
	}
	wantFault(t, set("email", bob), "AliasExistsException", "An account with the given email already exists.")
	wantFault(t, set("sub", "x"), "InvalidParameterException", "Cannot modify an already provided sub attribute")
	wantFault(t, set("custom:x", "x"), "InvalidParameterException", "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n")
	wantFault(t, set("email", "new@example.com", "custom:x", "x"), "InvalidParameterException", "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n")
	wantFault(t, set("email", "new"), "InvalidParameterException", "Invalid email address format.")
	wantFault(t, set("phone_number", "555"), "InvalidParameterException", "Invalid phone number format.")
	wantFault(t, set("email_verified", "perhaps"), "InvalidParameterException", "Attributes did not conform to the schema: email_verified: Attribute value must be true or false")
	if err := set("email", "anne@example.com", "name", ""); err != nil {
		t.Fatal(err)
	}
	_, err = f.signIn(email, password)
	wantFault(t, err, "NotAuthorizedException", "Incorrect username or password.")
	got, err := f.getAdminUser("anne@example.com")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"sub": *got.Username, "email": "anne@example.com", "email_verified": "false", "phone_number": "+15550100", "phone_number_verified": "true"}
	if diff := cmp.Diff(want, attributesOf(got.UserAttributes)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := set("email_verified", "true"); !errors.As(err, new(*types.UserNotFoundException)) {
		t.Errorf("the address of before: got %v, want nobody", err)
	}
	f.reopen() // the check of the state file finds users by their address
}

// Servers sign users in by password, if their client may.
func TestAdminInitiateAuth(t *testing.T) {
	t.Parallel()
	client := confidential()
	client.AuthFlows = []string{"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	f := openWith(t, client)
	auth := func(flow types.AuthFlowType, client string, params map[string]string) (*cognito.AdminInitiateAuthOutput, error) {
		return f.client.AdminInitiateAuth(t.Context(), &cognito.AdminInitiateAuthInput{UserPoolId: pool(), ClientId: &client, AuthFlow: flow, AuthParameters: params})
	}
	good := map[string]string{"USERNAME": email, "PASSWORD": password, "SECRET_HASH": hashOf(email, "server")}
	for _, flow := range []types.AuthFlowType{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"} {
		out, err := auth(flow, "server", good)
		if err != nil || out.AuthenticationResult == nil {
			t.Fatalf("%s: got %+v, %v, want tokens", flow, out, err)
		}
		if err := f.getUser(*out.AuthenticationResult.AccessToken); err != nil {
			t.Error(err)
		}
	}
	wrong := map[string]string{"USERNAME": email, "PASSWORD": "x", "SECRET_HASH": hashOf(email, "server")}
	_, err := auth("ADMIN_USER_PASSWORD_AUTH", "server", wrong)
	wantFault(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = auth("ADMIN_USER_PASSWORD_AUTH", "server", map[string]string{"USERNAME": email, "PASSWORD": password})
	wantFault(t, err, "NotAuthorizedException", "Client server is configured with secret but SECRET_HASH was not received")
	_, err = auth("ADMIN_USER_PASSWORD_AUTH", clientID, map[string]string{"USERNAME": email, "PASSWORD": password})
	wantFault(t, err, "InvalidParameterException", "Auth flow not enabled for this client")
	_, err = auth("USER_PASSWORD_AUTH", clientID, map[string]string{"USERNAME": email, "PASSWORD": password})
	wantFault(t, err, "InvalidParameterException", "Initiate Auth method not supported.")
	_, err = f.auth("ADMIN_USER_PASSWORD_AUTH", "server", good)
	wantFault(t, err, "InvalidParameterException", "Initiate Auth method not supported.")

	if _, err := f.createUser(&cognito.AdminCreateUserInput{TemporaryPassword: new("Temporary-Horse-1")}); err != nil {
		t.Fatal(err)
	}
	hash := hashOf(bob, "server")
	out, err := auth("ADMIN_USER_PASSWORD_AUTH", "server", map[string]string{"USERNAME": bob, "PASSWORD": "Temporary-Horse-1", "SECRET_HASH": hash})
	if err != nil {
		t.Fatal(err)
	}
	answer := &cognito.AdminRespondToAuthChallengeInput{
		UserPoolId: pool(), ClientId: new("server"), ChallengeName: out.ChallengeName, Session: out.Session,
		ChallengeResponses: map[string]string{"USERNAME": bob, "NEW_PASSWORD": password},
	}
	_, err = f.client.AdminRespondToAuthChallenge(t.Context(), answer)
	wantFault(t, err, "NotAuthorizedException", "Client server is configured with secret but SECRET_HASH was not received")
	answer.ChallengeResponses["SECRET_HASH"] = hash
	chosen, err := f.client.AdminRespondToAuthChallenge(t.Context(), answer)
	if err != nil || chosen.AuthenticationResult == nil {
		t.Errorf("got %+v, %v, want tokens", chosen, err)
	}
}
