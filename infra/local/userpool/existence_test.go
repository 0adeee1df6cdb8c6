package userpool_test

import (
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/notegate/notegate/infra/local/userpool"
)

// telling is an app client as Cognito makes one that says nothing of
// PreventUserExistenceErrors.
func telling(t *testing.T) userpool.Client {
	t.Helper()
	c, err := userpool.ReadClient([]byte(`{"ClientId": "telling", "AuthSessionValidity": 15,
		"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"]}`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Each row asks for one who is no user, of a client that tells and of one that
// does not.
func TestWhoIsAUser(t *testing.T) {
	t.Parallel()
	f := openWith(t, telling(t))
	const nobody = "nobody@example.com"
	flow := func(flow types.AuthFlowType, params map[string]string) func(string) error {
		params["USERNAME"] = nobody
		return func(client string) error { _, err := f.auth(flow, client, params); return err }
	}
	const notHere, noCombination = "User does not exist.", "Username/client id combination not found."
	for name, row := range map[string]struct {
		ask           func(client string) error
		told          string
		code, message string // otherwise; none is no fault
	}{
		"USER_PASSWORD_AUTH": {flow("USER_PASSWORD_AUTH", map[string]string{"PASSWORD": password}), notHere, "NotAuthorizedException", badLogin},
		"USER_SRP_AUTH":      {flow("USER_SRP_AUTH", map[string]string{"SRP_A": "abcd"}), notHere, "", ""},
		"USER_AUTH":          {flow("USER_AUTH", map[string]string{}), notHere, "", ""},
		"ForgotPassword": {func(client string) error {
			_, err := f.client.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{ClientId: &client, Username: new(nobody)})
			return err
		}, noCombination, "", ""},
		"ConfirmForgotPassword": {func(client string) error {
			_, err := f.client.ConfirmForgotPassword(t.Context(), &cognito.ConfirmForgotPasswordInput{
				ClientId: &client, Username: new(nobody), ConfirmationCode: new("123456"), Password: new(newPassword),
			})
			return err
		}, noCombination, "CodeMismatchException", mismatch},
		"ConfirmSignUp": {func(client string) error {
			_, err := f.client.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpInput{ClientId: &client, Username: new(nobody), ConfirmationCode: new("123456")})
			return err
		}, noCombination, "ExpiredCodeException", expired},
		"ResendConfirmationCode": {func(client string) error {
			_, err := f.client.ResendConfirmationCode(t.Context(), &cognito.ResendConfirmationCodeInput{ClientId: &client, Username: new(nobody)})
			return err
		}, noCombination, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			wantFault(t, row.ask("telling"), "UserNotFoundException", row.told)
			if err := row.ask(clientID); row.code != "" {
				wantFault(t, err, row.code, row.message)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	if _, err := f.auth("USER_PASSWORD_AUTH", "telling", map[string]string{"USERNAME": email, "PASSWORD": password}); err != nil {
		t.Error(err)
	}
}

// Users who cannot have a code are told so by a client that tells. Others see
// only that a temporary password has to be changed first.
func TestWhoCannotResetThePassword(t *testing.T) {
	t.Parallel()
	f := openWith(t, telling(t))
	pool := new(poolID)
	made := func(name string, suppress types.MessageActionType) string {
		if _, err := f.client.AdminCreateUser(t.Context(), &cognito.AdminCreateUserInput{UserPoolId: pool, Username: &name, MessageAction: suppress}); err != nil {
			t.Fatal(err)
		}
		return name
	}
	temporary, unverified, disabled := made("temp@example.com", "SUPPRESS"), made("raw@example.com", "SUPPRESS"), "off@example.com"
	if _, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool, Username: &unverified, Password: new(password), Permanent: true}); err != nil {
		t.Fatal(err)
	}
	if err := f.EnsureUser(disabled, password); err != nil {
		t.Fatal(err)
	}
	if _, err := f.forgot(disabled); err != nil {
		t.Fatal(err)
	}
	code := f.code(disabled)
	if _, err := f.client.AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool, Username: &disabled}); err != nil {
		t.Fatal(err)
	}

	for name, row := range map[string]struct{ code, message string }{
		unverified: {"InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number"},
		disabled:   {"NotAuthorizedException", "User is disabled."},
	} {
		if sent, err := f.forgot(name); err != nil || *sent.Destination != name[:1]+"***@e***" {
			t.Errorf("%s: got %v, %v", name, sent, err)
		}
		_, err := f.client.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{ClientId: new("telling"), Username: &name})
		t.Run(name, func(t *testing.T) { wantFault(t, err, row.code, row.message) })
	}
	_, err := f.forgot(temporary)
	wantFault(t, err, "NotAuthorizedException", "User password cannot be reset in the current state.")
	wantFault(t, f.reset(unverified, "123456", newPassword), "ExpiredCodeException", expired) // none was sent
	wantFault(t, f.reset(disabled, code, newPassword), "CodeMismatchException", mismatch)
	_, err = f.client.ConfirmForgotPassword(t.Context(), &cognito.ConfirmForgotPasswordInput{
		ClientId: new("telling"), Username: &disabled, ConfirmationCode: &code, Password: new(newPassword),
	})
	wantFault(t, err, "NotAuthorizedException", "User is disabled.")
}

// Who can reset the password can by a client that tells, too. Who has yet to
// confirm the address gets no code, and is not told.
func TestResetByAClientThatTells(t *testing.T) {
	t.Parallel()
	f := openWith(t, telling(t))
	if _, err := f.signUp("new@example.com", password); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"new@example.com", email} {
		if _, err := f.client.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{ClientId: new("telling"), Username: &name}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if strings.Contains(f.log.String(), "to new@example.com: password reset code") {
		t.Error("an address that is not confirmed got a code for a password")
	}
	if _, err := f.client.ConfirmForgotPassword(t.Context(), &cognito.ConfirmForgotPasswordInput{
		ClientId: new("telling"), Username: new(email), ConfirmationCode: new(f.code(email)), Password: new(newPassword),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.signIn(email, newPassword); err != nil {
		t.Error(err)
	}
}

// A client that tells who is a user serves those who are.
func TestConfirmByAClientThatTells(t *testing.T) {
	t.Parallel()
	f := openWith(t, telling(t))
	if _, err := f.signUp(bob, password); err != nil {
		t.Fatal(err)
	}
	out, err := f.client.ResendConfirmationCode(t.Context(), &cognito.ResendConfirmationCodeInput{ClientId: new("telling"), Username: new(bob)})
	if err != nil || *out.CodeDeliveryDetails.Destination != "b***@e***" {
		t.Errorf("ResendConfirmationCode: got %v, %v", out, err)
	}
	if _, err := f.client.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpInput{ClientId: new("telling"), Username: new(bob), ConfirmationCode: new(f.code(bob))}); err != nil {
		t.Errorf("ConfirmSignUp: %v", err)
	}
}

// AuthSessionValidity is how long the app client's users may take.
func TestAuthSessionValidity(t *testing.T) {
	t.Parallel()
	f := openWith(t, telling(t))
	for client, minutes := range map[string]time.Duration{clientID: 3, "telling": 15} {
		for name, row := range map[string]struct {
			late    time.Duration
			refusal string
		}{"in time": {-time.Second, ""}, "too late": {0, "Invalid session for the user, session is expired."}} {
			out, err := f.client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{
				ClientId: &client, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": email},
			})
			if err != nil {
				t.Fatal(err)
			}
			f.clock.Forward(minutes*time.Minute + row.late)
			_, err = f.client.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
				ClientId: &client, ChallengeName: out.ChallengeName, Session: out.Session,
				ChallengeResponses: map[string]string{"USERNAME": email, "ANSWER": "PASSWORD", "PASSWORD": password},
			})
			t.Run(client+" "+name, func(t *testing.T) {
				if row.refusal != "" {
					wantFault(t, err, "NotAuthorizedException", row.refusal)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
	}
}
