package userpool_test

import (
	"net/http"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

const bob = "bob@example.com"

// pool and text are what requests point at.
func pool() *string { return new(poolID) }

func (f *fixture) createUser(in *cognito.AdminCreateUserInput) (*types.UserType, error) {
	in.UserPoolId = pool()
	if in.Username == nil {
		in.Username = new(bob)
	}
	out, err := f.client.AdminCreateUser(f.t.Context(), in)
	if err != nil {
		return nil, err
	}
	return out.User, nil
}

func (f *fixture) getAdminUser(username string) (*cognito.AdminGetUserOutput, error) {
	return f.client.AdminGetUser(f.t.Context(), &cognito.AdminGetUserInput{UserPoolId: pool(), Username: &username})
}

func attributesOf(list []types.AttributeType) map[string]string {
	m := map[string]string{}
	for _, a := range list {
		m[*a.Name] = *a.Value
	}
	return m
}

// A user of an administrator chooses a password at the first sign-in.
func TestAdminCreateUser(t *testing.T) {
	t.Parallel()
	f := open(t)
	u, err := f.createUser(&cognito.AdminCreateUserInput{
		TemporaryPassword: new("Temporary-Horse-1"),
		UserAttributes:    []types.AttributeType{{Name: new("email"), Value: new(bob)}, {Name: new("email_verified"), Value: new("true")}, {Name: new("name"), Value: new("Bob")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	now := f.clock.Now()
	want := map[string]string{"sub": *u.Username, "email": bob, "email_verified": "true", "name": "Bob"}
	if diff := cmp.Diff(want, attributesOf(u.Attributes)); diff != "" || u.UserStatus != "FORCE_CHANGE_PASSWORD" || !u.Enabled || !u.UserCreateDate.Equal(now) {
		t.Errorf("got %+v, attributes (-want +got):\n%s", u, diff)
	}
	got, err := f.getAdminUser(bob)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, attributesOf(got.UserAttributes)); diff != "" || got.UserStatus != "FORCE_CHANGE_PASSWORD" || !got.Enabled || *got.Username != *u.Username {
		t.Errorf("AdminGetUser: got %+v, attributes (-want +got):\n%s", got, diff)
	}

	challenge := f.challenge(t, bob, "Temporary-Horse-1")
	if diff := cmp.Diff(map[string]string{
		"USER_ID_FOR_SRP": *u.Username, "requiredAttributes": "[]",
		"userAttributes": `{"email":"bob@example.com","email_verified":"true","name":"Bob"}`,
	}, challenge.ChallengeParameters); diff != "" {
		t.Errorf("challenge parameters (-want +got):\n%s", diff)
	}
	_, err = f.choose(challenge.Session, "weak", nil)
	wantFault(t, err, "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	_, err = f.choose(new("x"), password, nil)
	wantFault(t, err, "NotAuthorizedException", "Invalid session for the user.")
	tokens, err := f.choose(challenge.Session, password, map[string]string{"userAttributes.nickname": "bobby"})
	if err != nil {
		t.Fatal(err)
	}
	claims, _, err := f.verify(*tokens.IdToken)
	if err != nil || claims["email_verified"] != true || claims["nickname"] != "bobby" {
		t.Errorf("got %v (%v), want a verified address and the nickname", claims, err)
	}
	_, err = f.choose(challenge.Session, password, nil)
	wantFault(t, err, "NotAuthorizedException", "Invalid session for the user.")
	if _, err := f.signIn(bob, password); err != nil {
		t.Error(err)
	}
	_, err = f.signIn(bob, "Temporary-Horse-1")
	wantFault(t, err, "NotAuthorizedException", "Incorrect username or password.")
}

// challenge signs in with a temporary password.
func (f *fixture) challenge(t *testing.T, username, password string) *cognito.InitiateAuthOutput {
	t.Helper()
	out, err := f.client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{
		AuthFlow: "USER_PASSWORD_AUTH", ClientId: new(clientID), AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired || out.AuthenticationResult != nil || out.Session == nil {
		t.Fatalf("got %+v, want the challenge NEW_PASSWORD_REQUIRED alone", out)
	}
	return out
}

// choose answers it.
func (f *fixture) choose(session *string, password string, attributes map[string]string) (*types.AuthenticationResultType, error) {
	responses := map[string]string{"USERNAME": bob, "NEW_PASSWORD": password}
	for name, value := range attributes {
		responses[name] = value
	}
	out, err := f.client.RespondToAuthChallenge(f.t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: new(clientID), ChallengeName: "NEW_PASSWORD_REQUIRED", Session: session, ChallengeResponses: responses,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func TestAdminCreateUserRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.createUser(&cognito.AdminCreateUserInput{MessageAction: "SUPPRESS", TemporaryPassword: new(password)}); err != nil {
		t.Fatal(err)
	}
	f.user()
	ann, err := f.getAdminUser(email)
	if err != nil {
		t.Fatal(err)
	}
	const other = "carol@example.com"
	for rule, row := range map[string]struct {
		in            cognito.AdminCreateUserInput
		code, message string
	}{
		"taken":                {cognito.AdminCreateUserInput{}, "UsernameExistsException", "User account already exists"},
		"taken, in capitals":   {cognito.AdminCreateUserInput{Username: new("BOB@example.com")}, "UsernameExistsException", "User account already exists"},
		"no address":           {cognito.AdminCreateUserInput{Username: new("bob")}, "InvalidParameterException", "Username should be an email."},
		"weak":                 {cognito.AdminCreateUserInput{Username: new(other), TemporaryPassword: new("weak")}, "InvalidPasswordException", "Password did not conform with policy: Password not long enough"},
		"unknown attribute":    {cognito.AdminCreateUserInput{Username: new(other), UserAttributes: []types.AttributeType{{Name: new("custom:x"), Value: new("1")}}}, "InvalidParameterException", "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n"},
		"another address":      {cognito.AdminCreateUserInput{Username: new(other), UserAttributes: []types.AttributeType{{Name: new("email"), Value: new("dave@example.com")}}}, "InvalidParameterException", "The email attribute differs from the username."},
		"message action":       {cognito.AdminCreateUserInput{Username: new(other), MessageAction: "SHOUT"}, "InvalidParameterException", "1 validation error detected: Value at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: [SUPPRESS, RESEND]"},
		"again, but confirmed": {cognito.AdminCreateUserInput{Username: new(email), MessageAction: "RESEND"}, "UnsupportedUserStateException", "Resend not possible. " + *ann.Username + " status is not FORCE_CHANGE_PASSWORD"},
		"again, but not there": {cognito.AdminCreateUserInput{Username: new(other), MessageAction: "RESEND"}, "UserNotFoundException", "User does not exist."},
	} {
		_, err := f.createUser(&row.in)
		t.Log(rule)
		wantFault(t, err, row.code, row.message)
	}
	_, err = f.client.AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: new("local_other"), Username: new(bob)})
	wantFault(t, err, "ResourceNotFoundException", "User pool local_other does not exist.")
	_, err = f.client.AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: new(""), Username: new("")})
	const null = "' failed to satisfy constraint: Member must not be null"
	wantFault(t, err, "InvalidParameterException", "2 validation errors detected: Value null at 'userPoolId"+null+"; Value null at 'username"+null)
}

// A password that the pool makes up is in the mail, never in the log, and good for
// the days that the policy says.
func TestInvitation(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.reopen(func(cfg *userpool.Config) {
		cfg.Settings.Policies.PasswordPolicy = userpool.PasswordPolicy{MinimumLength: 30, RequireSymbols: true, TemporaryPasswordValidityDays: 2}
	})
	if _, err := f.createUser(&cognito.AdminCreateUserInput{}); err != nil {
		t.Fatal(err)
	}
	first := f.mailedPassword(bob)
	if _, err := f.createUser(&cognito.AdminCreateUserInput{MessageAction: "RESEND"}); err != nil {
		t.Fatal(err)
	}
	second := f.mailedPassword(bob)
	_, err := f.signIn(bob, first)
	wantFault(t, err, "NotAuthorizedException", "Incorrect username or password.")
	f.clock.Forward(48*time.Hour - time.Second)
	f.challenge(t, bob, second)
	f.clock.Forward(time.Second)
	_, err = f.signIn(bob, second)
	wantFault(t, err, "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.")
	f.absentFromLog(first, second)
}

// Whatever an administrator does to a user shows at the next sign-in.
func TestAdminPasswords(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.signUp(bob, password); err != nil {
		t.Fatal(err)
	}
	set := func(username, password string, permanent bool) error {
		_, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool(), Username: &username, Password: &password, Permanent: permanent})
		return err
	}
	if got, err := f.getAdminUser(bob); err != nil || attributesOf(got.UserAttributes)["email_verified"] != "false" {
		t.Errorf("before the code: got %+v (%v), want an address that is not verified", got, err)
	}
	wantFault(t, set(bob, "weak", true), "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	wantFault(t, set("nobody@example.com", password, true), "UserNotFoundException", "User does not exist.")
	if err := set(bob, "Permanent-Horse-1", true); err != nil {
		t.Fatal(err)
	}
	tokens, err := f.signIn(bob, "Permanent-Horse-1")
	if err != nil {
		t.Fatal(err)
	}
	if claims, _, err := f.verify(*tokens.IdToken); err != nil || claims["email_verified"] != false {
		t.Errorf("got %v (%v), want an address that is not verified", claims, err)
	}
	if err := set(bob, "Temporary-Horse-1", false); err != nil {
		t.Fatal(err)
	}
	f.challenge(t, bob, "Temporary-Horse-1")
	f.user()
	if err := set(email, "Temporary-Horse-1", false); err != nil {
		t.Fatal(err)
	}
	if status, body := f.do("GET", "/_local/codes?email="+email, nil, nil); status != http.StatusNotFound {
		t.Errorf("a password that the administrator knows: got mail, %d %s", status, body)
	}
}

func TestAdminConfirmSignUp(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.signUp(bob, password); err != nil {
		t.Fatal(err)
	}
	_, err := f.signIn(bob, password)
	wantFault(t, err, "UserNotConfirmedException", "User is not confirmed.")
	confirm := func() error {
		_, err := f.client.AdminConfirmSignUp(t.Context(), &cognito.AdminConfirmSignUpInput{UserPoolId: pool(), Username: new(bob)})
		return err
	}
	if err := confirm(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.signIn(bob, password); err != nil {
		t.Error(err)
	}
	wantFault(t, confirm(), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
}
