package userpool_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSignUpConfirmSignIn(t *testing.T) {
	t.Parallel()
	f := open(t)

	out, err := f.signUp("Ann@Example.com", password, types.AttributeType{Name: new("name"), Value: new("Ann")})
	if err != nil {
		t.Fatal(err)
	}
	if out.UserConfirmed {
		t.Error("a new user is confirmed")
	}
	want := &types.CodeDeliveryDetailsType{
		AttributeName: new("email"), DeliveryMedium: types.DeliveryMediumTypeEmail, Destination: new("A***@E***"),
	}
	if diff := cmp.Diff(want, out.CodeDeliveryDetails, cmpopts.IgnoreUnexported(types.CodeDeliveryDetailsType{})); diff != "" {
		t.Errorf("delivery (-want +got):\n%s", diff)
	}

	for _, any := range []string{password, "Wrong-Horse-9"} { // the password is not looked at
		_, err = f.signIn(email, any)
		wantFault(t, err, "UserNotConfirmedException", "User is not confirmed.")
	}

	code := f.code(email)
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		t.Errorf("code: got %q, want six digits", code)
	}
	if !strings.Contains(f.log.String(), "to Ann@Example.com: confirmation code "+code) {
		t.Error("the code is not in the log")
	}
	if err := f.confirm(email, code); err != nil {
		t.Fatal(err)
	}
	if status, _ := f.do("GET", "/_local/codes?email="+email, nil, nil); status != 404 {
		t.Errorf("codes once confirmed: got %d, want 404", status)
	}

	tokens, err := f.signIn("ann@EXAMPLE.com", password)
	if err != nil {
		t.Fatal(err)
	}
	user, err := f.client.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: tokens.AccessToken})
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]string{}
	for _, a := range user.UserAttributes {
		attributes[*a.Name] = *a.Value
	}
	wantAttributes := map[string]string{"sub": *out.UserSub, "email": "Ann@Example.com", "email_verified": "true", "name": "Ann"}
	if diff := cmp.Diff(wantAttributes, attributes); diff != "" || *user.Username != *out.UserSub {
		t.Errorf("GetUser: username %s, want %s; attributes (-want +got):\n%s", *user.Username, *out.UserSub, diff)
	}
}

func TestSignUpRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	attribute := func(name, value string) []types.AttributeType {
		return []types.AttributeType{{Name: &name, Value: &value}}
	}
	weak := func(what string) string { return "Password did not conform with policy: " + what }

	for name, row := range map[string]struct {
		username, password string
		attributes         []types.AttributeType
		code, message      string
	}{
		"taken address, in any case": {"ANN@example.com", password, nil, "UsernameExistsException", "An account with the given email already exists."},
		"no e-mail address":          {"bob", password, nil, "InvalidParameterException", "Username should be an email."},
		"display name":               {"Bob <bob@example.com>", password, nil, "InvalidParameterException", "Username should be an email."},
		"address of 129 bytes":       {strings.Repeat("b", 117) + "@example.com", password, nil, "InvalidParameterException", "Username should be an email."},
		"7 characters":               {"bob@example.com", "Short-9", nil, "InvalidPasswordException", weak("Password not long enough")},
		"no lower case":              {"bob@example.com", "CORRECT-HORSE-9", nil, "InvalidPasswordException", weak("Password must have lowercase characters")},
		"no upper case":              {"bob@example.com", "correct-horse-9", nil, "InvalidPasswordException", weak("Password must have uppercase characters")},
		"no digit":                   {"bob@example.com", "Correct-Horse", nil, "InvalidPasswordException", weak("Password must have numeric characters")},
		"no symbol":                  {"bob@example.com", "CorrectHorse9", nil, "InvalidPasswordException", weak("Password must have symbol characters")},
		"257 characters": {"bob@example.com", strings.Repeat("Aa-9", 64) + "x", nil, "InvalidParameterException",
			"1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256"},
		"blank at the end": {"bob@example.com", password + " ", nil, "InvalidParameterException",
			`1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`},
		"verified by own word": {"bob@example.com", password, attribute("email_verified", "true"), "NotAuthorizedException",
			"A client attempted to write unauthorized attribute"},
		"second address": {"bob@example.com", password, attribute("email", "eve@example.com"), "InvalidParameterException",
			"The email attribute differs from the username."},
		"unknown attribute": {"bob@example.com", password, attribute("custom:role", "admin"), "InvalidParameterException",
			"Attributes did not conform to the schema: custom:role: Attribute does not exist in the schema.\n"},
	} {
		_, err := f.signUp(row.username, row.password, row.attributes...)
		t.Run(name, func(t *testing.T) { wantFault(t, err, row.code, row.message) })
	}

	if _, err := f.signUp("bob@example.com", strings.Repeat("Aa-9", 64), attribute("email", "bob@example.com")...); err != nil {
		t.Errorf("256 characters: %v", err)
	}
	if _, err := f.signUp(strings.Repeat("b", 116)+"@example.com", password); err != nil {
		t.Errorf("address of 128 bytes: %v", err)
	}
}

func TestConfirmSignUp(t *testing.T) {
	t.Parallel()
	f := open(t)
	const mismatch = "Invalid verification code provided, please try again."
	const expired = "Invalid code provided, please request a code again."
	signUp := func(t *testing.T, email string) (code, wrong string) {
		t.Helper()
		if _, err := f.signUp(email, password); err != nil {
			t.Fatal(err)
		}
		code = f.code(email)
		return code, string('0'+(code[0]-'0'+1)%10) + code[1:]
	}

	t.Run("unknown user", func(t *testing.T) {
		wantFault(t, f.confirm("nobody@example.com", "123456"), "ExpiredCodeException", expired)
	})
	t.Run("wrong, then right, then again", func(t *testing.T) {
		code, wrong := signUp(t, "a@example.com")
		err := f.confirm("a@example.com", wrong)
		wantFault(t, err, "CodeMismatchException", mismatch)
		if typed := (*types.CodeMismatchException)(nil); !errors.As(err, &typed) {
			t.Errorf("got %T, want CodeMismatchException", err)
		}
		if err := f.confirm("a@example.com", code); err != nil {
			t.Fatal(err)
		}
		wantFault(t, f.confirm("a@example.com", code), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	})
	t.Run("five wrong tries close it for an hour, whatever is resent", func(t *testing.T) {
		_, wrong := signUp(t, "b@example.com")
		for range 5 {
			wantFault(t, f.confirm("b@example.com", wrong), "CodeMismatchException", mismatch)
		}
		if err := resend(f, "b@example.com"); err != nil {
			t.Fatal(err)
		}
		code := f.code("b@example.com")
		wantFault(t, f.confirm("b@example.com", code), "LimitExceededException", "Attempt limit exceeded, please try after some time.")
		f.clock.Forward(time.Hour)
		if err := f.confirm("b@example.com", code); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("code of 24 hours ago", func(t *testing.T) {
		code, _ := signUp(t, "c@example.com")
		signUp(t, "d@example.com")
		f.clock.Forward(24*time.Hour - time.Second)
		if err := f.confirm("d@example.com", f.code("d@example.com")); err != nil {
			t.Fatalf("a second before: %v", err)
		}
		f.clock.Forward(time.Second)
		wantFault(t, f.confirm("c@example.com", code), "ExpiredCodeException", expired)
	})
	t.Run("resent code takes the old one's place", func(t *testing.T) {
		old, _ := signUp(t, "e@example.com")
		if err := resend(f, "e@example.com"); err != nil {
			t.Fatal(err)
		}
		if code := f.code("e@example.com"); code != old {
			wantFault(t, f.confirm("e@example.com", old), "CodeMismatchException", mismatch)
		}
		if err := f.confirm("e@example.com", f.code("e@example.com")); err != nil {
			t.Fatal(err)
		}
		wantFault(t, resend(f, "e@example.com"), "InvalidParameterException", "User is already confirmed.")
	})
	t.Run("resend to no user looks as to one", func(t *testing.T) {
		if err := resend(f, "nobody@example.com"); err != nil {
			t.Fatal(err)
		}
	})
}

func resend(f *fixture, email string) error {
	_, err := f.client.ResendConfirmationCode(f.t.Context(), &cognito.ResendConfirmationCodeInput{
		ClientId: new(clientID), Username: &email,
	})
	return err
}

// An attribute without a value is none.
func TestSignUpWithoutAValue(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.signUp(email, password, types.AttributeType{Name: new("nickname"), Value: new("")}); err != nil {
		t.Fatal(err)
	}
	out, err := f.client.AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: new(poolID), Username: new(email)})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range out.UserAttributes {
		if *a.Name == "nickname" {
			t.Errorf("the user has a nickname, %q", *a.Value)
		}
	}
}
