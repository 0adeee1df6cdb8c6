package userpool_test

import (
	"net/http"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

// update takes names and values by turns.
func (f *fixture) update(token string, attributes ...string) ([]types.CodeDeliveryDetailsType, error) {
	in := &cognito.UpdateUserAttributesInput{AccessToken: &token}
	for i := 0; i < len(attributes); i += 2 {
		in.UserAttributes = append(in.UserAttributes, types.AttributeType{Name: &attributes[i], Value: &attributes[i+1]})
	}
	out, err := f.client.UpdateUserAttributes(f.t.Context(), in)
	if err != nil {
		return nil, err
	}
	return out.CodeDeliveryDetailsList, nil
}

func (f *fixture) attributes(token string) map[string]string {
	f.t.Helper()
	out, err := f.client.GetUser(f.t.Context(), &cognito.GetUserInput{AccessToken: &token})
	if err != nil {
		f.t.Fatal(err)
	}
	got := map[string]string{}
	for _, a := range out.UserAttributes {
		got[*a.Name] = *a.Value
	}
	delete(got, "sub")
	return got
}

func (f *fixture) verifyAttribute(token, name, code string) error {
	_, err := f.client.VerifyUserAttribute(f.t.Context(), &cognito.VerifyUserAttributeInput{AccessToken: &token, AttributeName: &name, Code: &code})
	return err
}

func (f *fixture) askForCode(token, name string) (*types.CodeDeliveryDetailsType, error) {
	out, err := f.client.GetUserAttributeVerificationCode(f.t.Context(), &cognito.GetUserAttributeVerificationCodeInput{AccessToken: &token, AttributeName: &name})
	if err != nil {
		return nil, err
	}
	return out.CodeDeliveryDetails, nil
}

func TestUpdateUserAttributes(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	token := *f.mustSignIn().AccessToken
	if sent, err := f.update(token, "name", "Ann", "nickname", "A."); err != nil || len(sent) != 0 {
		t.Fatalf("got %v, %v", sent, err)
	}
	if _, err := f.update(token, "nickname", "", "locale", "de", "phone_number", "+14325551212", "email", "ANN@example.com"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"email": email, "email_verified": "true", "name": "Ann", "locale": "de", "phone_number": "+14325551212"}
	if diff := cmp.Diff(want, f.attributes(token)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := f.EnsureUser("bob@example.com", password); err != nil {
		t.Fatal(err)
	}
	for rule, row := range map[string]struct{ name, value, code, message string }{
		"verified by own word": {"email_verified", "true", "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		"sub":                  {"sub", "x", "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		"unknown": {"custom:role", "admin", "InvalidParameterException",
			"Attributes did not conform to the schema: custom:role: Attribute does not exist in the schema.\n"},
		"no birthdate":       {"birthdate", "1990", "InvalidParameterException", "Attributes did not conform to the schema: birthdate: String must be at least 10 characters"},
		"no time":            {"updated_at", "today", "InvalidParameterException", "Attributes did not conform to the schema: updated_at: Attribute value must be a number"},
		"no phone number":    {"phone_number", "0123 456", "InvalidParameterException", "Invalid phone number format."},
		"no address":         {"email", "ann", "InvalidParameterException", "Invalid email address format."},
		"empty address":      {"email", "", "InvalidParameterException", "Invalid email address format."},
		"somebody's address": {"email", "Bob@example.com", "AliasExistsException", "An account with the given email already exists."},
	} {
		_, err := f.update(token, "name", "Eve", row.name, row.value)
		t.Run(rule, func(t *testing.T) { wantFault(t, err, row.code, row.message) })
	}
	if diff := cmp.Diff(want, f.attributes(token)); diff != "" {
		t.Errorf("after refusals (-want +got):\n%s", diff)
	}
}

// An attribute can be the pool's or the app client's not to be written.
func TestUpdateOfWhatMayNotBeWritten(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.reopen(func(cfg *userpool.Config) {
		cfg.Settings.Schema = []userpool.SchemaAttribute{{Name: "born", Mutable: new(false)}, {Name: "name", Required: true}}
		cfg.Clients[0].WriteAttributes = []string{"name", "custom:born"}
	})
	f.user()
	token := *f.mustSignIn().AccessToken
	if _, err := f.update(token, "name", "Ann"); err != nil {
		t.Fatal(err)
	}
	for rule, row := range map[string]struct{ name, value, code, message string }{
		"not mutable":      {"custom:born", "1990", "InvalidParameterException", "user.custom:born: Attribute cannot be updated.\n"},
		"required":         {"name", "", "InvalidParameterException", "Attributes did not conform to the schema: name: The attribute name is required\n"},
		"not the client's": {"nickname", "A.", "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		"nor the address":  {"email", "new@example.com", "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
	} {
		_, err := f.update(token, row.name, row.value)
		t.Run(rule, func(t *testing.T) { wantFault(t, err, row.code, row.message) })
	}
	_, err := f.client.AdminUpdateUserAttributes(t.Context(), &cognito.AdminUpdateUserAttributesInput{
		UserPoolId: new(poolID), Username: new(email), UserAttributes: []types.AttributeType{{Name: new("custom:born"), Value: new("1990")}},
	})
	wantFault(t, err, "InvalidParameterException", "user.custom:born: Attribute cannot be updated.\n")
}

func TestChangeOfAddress(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	token := *f.mustSignIn().AccessToken
	sent, err := f.update(token, "email", "New@example.com")
	if err != nil || len(sent) != 1 || *sent[0].Destination != "N***@e***" || *sent[0].AttributeName != "email" {
		t.Fatalf("got %v, %v", sent, err)
	}
	first := f.code("new@example.com")
	if !strings.Contains(f.log.String(), "to New@example.com: verification code "+first) {
		t.Error("the code is not in the log")
	}
	if got := f.attributes(token)["email"]; got != email {
		t.Errorf("before the code: got %s, want %s", got, email)
	}
	if status, _ := f.do("GET", "/_local/codes?email="+email, nil, nil); status != http.StatusNotFound {
		t.Errorf("mail to the old address: got %d, want none", status)
	}
	if sent, err := f.askForCode(token, "email"); err != nil || *sent.Destination != "N***@e***" {
		t.Fatalf("got %v, %v", sent, err)
	}
	code := f.code("new@example.com")
	wantFault(t, f.verifyAttribute(token, "email", wrong(code)), "CodeMismatchException", mismatch)
	if err := f.verifyAttribute(token, "email", code); err != nil {
		t.Fatal(err)
	}
	wantFault(t, f.verifyAttribute(token, "email", code), "ExpiredCodeException", expired)
	if got := f.attributes(token); got["email"] != "New@example.com" || got["email_verified"] != "true" {
		t.Errorf("got %v", got)
	}
	if _, err := f.signIn("new@example.com", password); err != nil {
		t.Errorf("by the new address: %v", err)
	}
	_, err = f.signIn(email, password)
	wantFault(t, err, "NotAuthorizedException", badLogin)
	f.reopen() // the file is good, and the user of the old address is another
	f.user()
	if _, err := f.signIn(email, password); err != nil {
		t.Errorf("the old address, given to somebody new: %v", err)
	}
	if _, err := f.srpSignIn("new@example.com", password); err != nil {
		t.Errorf("by the new address, later: %v", err)
	}
	f.reopen()
}

// Two may wait for one address, and one gets it.
func TestAddressTakenMeanwhile(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	token := *f.mustSignIn().AccessToken
	if _, err := f.update(token, "email", "new@example.com"); err != nil {
		t.Fatal(err)
	}
	code := f.code("new@example.com")
	if err := f.EnsureUser("new@example.com", password); err != nil {
		t.Fatal(err)
	}
	wantFault(t, f.verifyAttribute(token, "email", code), "AliasExistsException", "An account with the given email already exists.")
	if got := f.attributes(token)["email"]; got != email {
		t.Errorf("got %s, want %s", got, email)
	}
}

func TestAttributeCodes(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	token := *f.mustSignIn().AccessToken
	wantFault(t, f.verifyAttribute(token, "email", "123456"), "ExpiredCodeException", expired)
	if sent, err := f.askForCode(token, "email"); err != nil || *sent.Destination != "a***@e***" {
		t.Fatalf("got %v, %v", sent, err)
	}
	for _, refused := range []func(name string) error{
		func(name string) error { _, err := f.askForCode(token, name); return err },
		func(name string) error { return f.verifyAttribute(token, name, f.code(email)) },
	} {
		wantFault(t, refused("name"), "InvalidParameterException", "Invalid attribute name. Only phone_number and email can be verified.")
		wantFault(t, refused("phone_number"), "InvalidParameterException", "This pool sends no text messages: only email can be verified.")
	}
	code := f.code(email)
	for range 5 {
		wantFault(t, f.verifyAttribute(token, "email", wrong(code)), "CodeMismatchException", mismatch)
	}
	wantFault(t, f.verifyAttribute(token, "email", code), "LimitExceededException", limit)
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if err := f.EnsureUser("bob@example.com", password); err != nil {
		t.Fatal(err)
	}
	bob, err := f.signIn("bob@example.com", password)
	if err != nil {
		t.Fatal(err)
	}
	tokens, v := f.mustSignIn(), f.visit()
	code := v.authorize().Get("code")
	if _, err := f.client.DeleteUser(t.Context(), &cognito.DeleteUserInput{AccessToken: tokens.AccessToken}); err != nil {
		t.Fatal(err)
	}
	wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
	_, err = f.refresh(*tokens.RefreshToken)
	wantFault(t, err, "NotAuthorizedException", "Refresh Token has been revoked")
	_, err = f.signIn(email, password)
	wantFault(t, err, "NotAuthorizedException", badLogin)
	if status, got := f.redeem(code); status != http.StatusBadRequest || got.Error != "invalid_grant" {
		t.Errorf("code of before: got %d %s", status, got.Error)
	}
	if got := v.get(authorizeURL()); got.path != "/login" {
		t.Errorf("browser of before: got %d of %s, want the login page", got.status, got.path)
	}
	if err := f.getUser(*bob.AccessToken); err != nil {
		t.Errorf("another user: %v", err)
	}
	f.reopen()
	if _, err := f.signUp(email, password); err != nil {
		t.Errorf("signing up again: %v", err)
	}
}

// An address that an administrator gave without email_verified is verified by its
// code.
func TestAddressIsVerified(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	token := *f.mustSignIn().AccessToken
	pool, name := poolID, "email_verified"
	no := "false"
	if _, err := f.client.AdminUpdateUserAttributes(t.Context(), &cognito.AdminUpdateUserAttributesInput{
		UserPoolId: &pool, Username: new(email), UserAttributes: []types.AttributeType{{Name: &name, Value: &no}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.askForCode(token, "email"); err != nil {
		t.Fatal(err)
	}
	code := f.code(email)
	wantFault(t, f.verifyAttribute(token, "email", wrong(code)), "CodeMismatchException", mismatch)
	if got := f.attributes(token)[name]; got != "false" {
		t.Errorf("after a wrong code: %s is %s", name, got)
	}
	if err := f.verifyAttribute(token, "email", code); err != nil {
		t.Fatal(err)
	}
	if got := f.attributes(token)[name]; got != "true" {
		t.Errorf("%s: got %s, want true", name, got)
	}
}
