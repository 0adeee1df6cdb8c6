package userpool_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const newPassword = "Battery-Staple-8"

func (f *fixture) forgot(username string) (*types.CodeDeliveryDetailsType, error) {
	out, err := f.client.ForgotPassword(f.t.Context(), &cognito.ForgotPasswordInput{ClientId: new(clientID), Username: &username})
	if err != nil {
		return nil, err
	}
	return out.CodeDeliveryDetails, nil
}

func (f *fixture) reset(username, code, password string) error {
	_, err := f.client.ConfirmForgotPassword(f.t.Context(), &cognito.ConfirmForgotPasswordInput{
		ClientId: new(clientID), Username: &username, ConfirmationCode: &code, Password: &password,
	})
	return err
}

// resetCode is a code that the user has just asked for.
func (f *fixture) resetCode() string {
	f.t.Helper()
	if _, err := f.forgot(email); err != nil {
		f.t.Fatal(err)
	}
	return f.code(email)
}

const (
	mismatch = "Invalid verification code provided, please try again."
	expired  = "Invalid code provided, please request a code again."
	limit    = "Attempt limit exceeded, please try after some time."
)

func TestForgotPassword(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if _, err := f.signUp("new@example.com", password); err != nil {
		t.Fatal(err)
	}
	mail := f.code("new@example.com")
	for name, where := range map[string]string{email: "a***@e***", "ANN@example.com": "a***@e***", "nobody@example.com": "n***@e***", "new@example.com": "n***@e***"} {
		sent, err := f.forgot(name)
		if err != nil {
			t.Fatal(err)
		}
		if *sent.Destination != where || *sent.AttributeName != "email" || sent.DeliveryMedium != types.DeliveryMediumTypeEmail {
			t.Errorf("%s: sent to %s of %s", name, *sent.Destination, *sent.AttributeName)
		}
	}
	if got := f.code("new@example.com"); got != mail {
		t.Error("an address that is not confirmed got another code")
	}
	if strings.Contains(f.log.String(), "to new@example.com: password reset code") {
		t.Error("an address that is not confirmed got a code for a password")
	}

	code := f.code(email)
	if !strings.Contains(f.log.String(), "to "+email+": password reset code "+code) {
		t.Error("the code is not in the log")
	}
	if err := f.reset("ANN@example.com", code, newPassword); err != nil {
		t.Fatal(err)
	}
	for _, signIn := range []func(string, string) (*types.AuthenticationResultType, error){f.signIn, f.srpSignIn} {
		if _, err := signIn(email, newPassword); err != nil {
			t.Error(err)
		}
		_, err := signIn(email, password)
		wantFault(t, err, "NotAuthorizedException", badLogin)
	}
	wantFault(t, f.reset(email, code, password), "ExpiredCodeException", expired)
}

// Each row changes one thing of a good reset.
func TestConfirmForgotPasswordRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	null := func(name string) string {
		return "1 validation error detected: Value null at '" + name + "' failed to satisfy constraint: Member must not be null"
	}
	for rule, row := range map[string]struct {
		change        func(name, code, password *string)
		code, message string
	}{
		"good":                    {func(_, _, _ *string) {}, "", ""},
		"wrong code":              {func(_, code, _ *string) { *code = wrong(*code) }, "CodeMismatchException", mismatch},
		"unknown user":            {func(name, _, _ *string) { *name = "nobody@example.com" }, "CodeMismatchException", mismatch},
		"weak password":           {func(_, _, password *string) { *password = "short" }, "InvalidPasswordException", "Password did not conform with policy: Password not long enough"},
		"no user":                 {func(name, _, _ *string) { *name = "" }, "InvalidParameterException", null("username")},
		"no code":                 {func(_, code, _ *string) { *code = "" }, "InvalidParameterException", null("confirmationCode")},
		"no password":             {func(_, _, password *string) { *password = "" }, "InvalidParameterException", null("password")},
		"a second before it ends": {func(_, _, _ *string) { f.clock.Forward(time.Hour - time.Second) }, "", ""},
		"after an hour":           {func(_, _, _ *string) { f.clock.Forward(time.Hour) }, "ExpiredCodeException", expired},
		"a code of before": {func(_, code, _ *string) {
			for before := *code; *code == before; {
				f.resetCode()
				before, *code = f.code(email), before
			}
		}, "CodeMismatchException", mismatch},
	} {
		name, code, password := email, f.resetCode(), newPassword
		row.change(&name, &code, &password)
		err := f.reset(name, code, password)
		t.Run(rule, func(t *testing.T) {
			if row.code != "" {
				wantFault(t, err, row.code, row.message)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	if err := f.EnsureUser("bob@example.com", password); err != nil {
		t.Fatal(err)
	}
	wantFault(t, f.reset("bob@example.com", "123456", newPassword), "ExpiredCodeException", expired) // none was asked for
	_, err := f.client.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{ClientId: new("nobody"), Username: new(email)})
	if typed := (*types.ResourceNotFoundException)(nil); !errors.As(err, &typed) {
		t.Errorf("unknown client: got %v", err)
	}
}

// A temporary password that was proven gives its user a new one once, and only as
// long as that is asked of the user.
func TestNewPasswordOfAUserWhoIsStopped(t *testing.T) {
	t.Parallel()
	f := open(t)
	const temporary = "Temporary-Horse-1"
	set := func(permanent bool) func() error {
		return func() error {
			_, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool(), Username: new(email), Password: new(temporary), Permanent: permanent})
			return err
		}
	}
	var session *string
	choose := func(password string) error {
		_, err := f.client.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
			ClientId: new(clientID), ChallengeName: types.ChallengeNameTypeNewPasswordRequired, Session: session,
			ChallengeResponses: map[string]string{"USERNAME": email, "NEW_PASSWORD": password},
		})
		return err
	}
	answer := func() error { return choose(newPassword) }
	for rule, stop := range map[string]func() error{
		"":                      func() error { return nil },
		"answered already":      func() error { return errors.Join(answer(), set(false)()) },
		"a password that stays": set(true),
		"disabled": func() error {
			_, err := f.client.AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool(), Username: new(email)})
			return err
		},
		"deleted": func() error {
			_, err := f.client.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool(), Username: new(email)})
			return err
		},
	} {
		f.user()
		if err := set(false)(); err != nil {
			t.Fatal(err)
		}
		out, err := f.client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{
			AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: new(clientID), AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": temporary},
		})
		if err != nil {
			t.Fatal(err)
		}
		session = out.Session
		wantFault(t, choose(""), "InvalidParameterException", "Missing required parameter NEW_PASSWORD")
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		err = answer()
		t.Run(rule, func(t *testing.T) {
			if rule != "" {
				wantFault(t, err, "NotAuthorizedException", "Invalid session for the user.")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestResetTriesAreLimited(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	code := f.resetCode()
	for range 5 {
		wantFault(t, f.reset(email, wrong(code), newPassword), "CodeMismatchException", mismatch)
	}
	code = f.resetCode()
	wantFault(t, f.reset(email, code, newPassword), "LimitExceededException", limit)
	f.clock.Forward(time.Hour - time.Second)
	code = f.resetCode()
	f.clock.Forward(time.Second)
	if err := f.reset(email, code, newPassword); err != nil {
		t.Error(err)
	}
}

// Who was locked out, for having forgotten it, gets in with the new password.
func TestResetOpensTheLock(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	for range 5 {
		_, _ = f.signIn(email, "Wrong-Horse-9")
	}
	_, err := f.signIn(email, password)
	wantFault(t, err, "NotAuthorizedException", "Password attempts exceeded")
	if err := f.reset(email, f.resetCode(), newPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := f.signIn(email, newPassword); err != nil {
		t.Error(err)
	}
}

func TestForgotPasswordPages(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	login := v.get(authorizeURL())
	link := strings.Replace(authorizeURL(), "/oauth2/authorize", "/forgotPassword", 1)
	if !strings.Contains(login.body, `href="/forgotPassword?`) {
		t.Errorf("no link: %s", login.body)
	}
	page := v.post(v.get(link), "email", "nobody@example.com")
	if page.path != "/confirmForgotPassword" || strings.Contains(page.body, `id="mail"`) {
		t.Errorf("unknown user: got %s: %s", page.path, page.body)
	}
	if got := v.post(v.get(link), "email", ""); got.status != http.StatusBadRequest || !strings.Contains(got.body, `role="alert"`) {
		t.Errorf("no address: got %d", got.status)
	}
	page = v.post(v.get(link), "email", email)
	code := f.code(email)
	if page.path != "/confirmForgotPassword" || !strings.Contains(page.body, code) {
		t.Fatalf("got %s without the code: %s", page.path, page.body)
	}
	for rule, fields := range map[string][]string{
		"wrong code":    {"email", email, "code", wrong(code), "password", newPassword},
		"weak password": {"email", email, "code", code, "password", "short"},
		"no code":       {"email", email, "password", newPassword},
	} {
		got := v.post(page, fields...)
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, `role="alert"`) || strings.Contains(got.body, newPassword) {
			t.Errorf("%s: got %d: %s", rule, got.status, got.body)
		}
	}
	page = v.post(page, "email", email, "resend", "yes")
	code = f.code(email)
	if page.status != http.StatusOK || !strings.Contains(page.body, code) {
		t.Errorf("another code is not on the page: %s", page.body)
	}
	page = v.post(page, "email", email, "code", code, "password", newPassword)
	if page.path != "/login" || !strings.Contains(page.body, `value="`+email+`"`) {
		t.Fatalf("got %s without the address: %s", page.path, page.body)
	}
	v.answer(v.post(page, "email", email, "password", newPassword))
}

// The code is shown to browsers on this machine alone.
func TestResetCodeElsewhere(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	code := f.resetCode()
	target := strings.Replace(authorizeURL("login_hint", email), "/oauth2/authorize", "/confirmForgotPassword", 1)
	for host, shown := range map[string]bool{"": true, "pool.evil.example": false} {
		res := f.send("GET", target, http.Header{"Host": {host}}, nil)
		if got := f.visit().saw(res, nil); got.status != 200 || strings.Contains(got.body, code) != shown {
			t.Errorf("host %q: got %d, the code: want %t", host, got.status, shown)
		}
	}
}
