package userpool_test

import (
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

// customPool has attributes of its own, one of them required.
func customPool(t *testing.T) *fixture {
	t.Helper()
	f := open(t)
	settings, err := userpool.ReadSettings([]byte(`{"Schema": [
		{"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "5"}},
		{"Name": "seats", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"}},
		{"Name": "motto", "StringAttributeConstraints": {"MinLength": "2"}},
		{"Name": "nick", "StringAttributeConstraints": {"MaxLength": "2"}},
		{"Name": "debt", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "-1"}},
		{"Name": "wins", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "1"}},
		{"Name": "internal", "DeveloperOnlyAttribute": true},
		{"Name": "name", "Required": true}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	f.reopen(func(cfg *userpool.Config) { cfg.Settings = settings })
	return f
}

func pairs(list ...string) (all []types.AttributeType) {
	for i := 0; i < len(list); i += 2 {
		all = append(all, types.AttributeType{Name: &list[i], Value: &list[i+1]})
	}
	return all
}

func TestSchema(t *testing.T) {
	t.Parallel()
	f := customPool(t)
	const schema = "Attributes did not conform to the schema: "
	for rule, row := range map[string]struct {
		attributes    []types.AttributeType
		code, message string
	}{
		"required":       {pairs("custom:plan", "gold"), "InvalidParameterException", schema + "name: The attribute name is required\n"},
		"too long":       {pairs("name", "Bob", "custom:plan", "golden"), "InvalidParameterException", schema + "custom:plan: String must be no longer than 5 characters"},
		"too short":      {pairs("name", "Bob", "custom:plan", "x"), "InvalidParameterException", schema + "custom:plan: String must be at least 2 characters"},
		"no number":      {pairs("name", "Bob", "custom:seats", "many"), "InvalidParameterException", schema + "custom:seats: Attribute value must be a number"},
		"too large":      {pairs("name", "Bob", "custom:seats", "10"), "InvalidParameterException", schema + "custom:seats: Number must be no larger than 9"},
		"too small":      {pairs("name", "Bob", "custom:seats", "0"), "InvalidParameterException", schema + "custom:seats: Number must be no smaller than 1"},
		"developer's":    {pairs("name", "Bob", "custom:internal", "x"), "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		"without prefix": {pairs("name", "Bob", "plan", "gold"), "InvalidParameterException", schema + "plan: Attribute does not exist in the schema.\n"},
		"with prefix":    {pairs("custom:name", "Bob"), "InvalidParameterException", schema + "custom:name: Attribute does not exist in the schema.\n"},
	} {
		t.Log(rule)
		_, err := f.signUp(bob, password, row.attributes...)
		wantFault(t, err, row.code, row.message)
	}
	described, err := f.client.DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: pool()})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range described.UserPool.SchemaAttributes {
		if want := *a.Name == "name" || *a.Name == "email" || *a.Name == "sub"; *a.Required != want {
			t.Errorf("%s: got required %t, want %t", *a.Name, *a.Required, want)
		}
	}
	for rule, attributes := range map[string][]types.AttributeType{
		"shortest and smallest": pairs("custom:plan", "me", "custom:seats", "1"),
		"longest and largest":   pairs("custom:plan", "bêtes", "custom:seats", "9"),
		"only a lower bound":    pairs("custom:motto", "hold the line", "custom:wins", "99", "updated_at", "1800000000"),
		"only an upper bound":   pairs("custom:nick", "b", "custom:debt", "-99"),
		"no value":              pairs("custom:plan", "", "custom:seats", ""),
	} {
		if _, err := f.signUp("some-"+bob, password, append(attributes, pairs("name", "Bob")...)...); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
		if _, err := f.client.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool(), Username: new("some-" + bob)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.signUp(bob, password, pairs("name", "Bob", "custom:plan", "gold", "custom:seats", "3")...); err != nil {
		t.Fatal(err)
	}
	if err := f.confirm(bob, f.code(bob)); err != nil {
		t.Fatal(err)
	}
	tokens, err := f.signIn(bob, password)
	if err != nil {
		t.Fatal(err)
	}
	if claims, _, err := f.verify(*tokens.IdToken); err != nil || claims["custom:plan"] != "gold" || claims["custom:seats"] != "3" {
		t.Errorf("got %v (%v), want the attributes as strings", claims, err)
	}
}

// Who was made without a required attribute gives it with the first password.
func TestRequiredAttributesOfInvitedUsers(t *testing.T) {
	t.Parallel()
	f := customPool(t)
	if _, err := f.createUser(&cognito.AdminCreateUserInput{TemporaryPassword: new("Temporary-Horse-1"), UserAttributes: pairs("custom:internal", "x")}); err != nil {
		t.Fatal(err)
	}
	challenge := f.challenge(t, bob, "Temporary-Horse-1")
	if got := challenge.ChallengeParameters["requiredAttributes"]; got != `["userAttributes.name"]` {
		t.Errorf("got %s, want the name", got)
	}
	_, err := f.choose(challenge.Session, password, nil)
	wantFault(t, err, "InvalidParameterException", "Invalid attributes given, name is missing")
	_, err = f.choose(challenge.Session, password, map[string]string{"userAttributes.name": "Bob", "userAttributes.custom:internal": "y"})
	wantFault(t, err, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	if _, err := f.choose(challenge.Session, password, map[string]string{"userAttributes.name": "Bob"}); err != nil {
		t.Error(err)
	}
}

// A client's users see and write what its lists say.
func TestAttributesOfAClient(t *testing.T) {
	t.Parallel()
	f := openWith(t, userpool.Client{ID: "narrow", AuthFlows: []string{userpool.AllowUserPassword}, ReadAttributes: []string{"email"}, WriteAttributes: []string{"email", "name"}})
	if _, err := f.client.AdminUpdateUserAttributes(t.Context(), &cognito.AdminUpdateUserAttributesInput{UserPoolId: pool(), Username: new(email), UserAttributes: pairs("name", "Ann")}); err != nil {
		t.Fatal(err)
	}
	tokens, err := f.auth("USER_PASSWORD_AUTH", "narrow", map[string]string{"USERNAME": email, "PASSWORD": password})
	if err != nil {
		t.Fatal(err)
	}
	claims, _, err := f.verify(*tokens.IdToken)
	if err != nil || claims["email"] != email || claims["name"] != nil || claims["email_verified"] != nil {
		t.Errorf("ID token: got %v (%v), want the e-mail address alone", claims, err)
	}
	got, err := f.client.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: tokens.AccessToken})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"sub": *got.Username, "email": email}, attributesOf(got.UserAttributes)); diff != "" {
		t.Errorf("GetUser (-want +got):\n%s", diff)
	}
	signUp := func(attributes ...types.AttributeType) error {
		_, err := f.client.SignUp(t.Context(), &cognito.SignUpInput{ClientId: new("narrow"), Username: new(bob), Password: new(password), UserAttributes: attributes})
		return err
	}
	wantFault(t, signUp(pairs("nickname", "bobby")...), "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	if err := signUp(pairs("name", "Bob")...); err != nil {
		t.Error(err)
	}
}

func TestOnlyAdministratorsSignUp(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.reopen(func(cfg *userpool.Config) { cfg.Settings.AdminCreateUser.AllowAdminCreateUserOnly = true })
	_, err := f.signUp(bob, password)
	wantFault(t, err, "NotAuthorizedException", "SignUp is not permitted for this user pool")
	if _, err := f.createUser(&cognito.AdminCreateUserInput{TemporaryPassword: new(password)}); err != nil {
		t.Error(err)
	}
}

// Settings that this pool cannot have stop it: what passed here would not pass
// there.
func TestBadSettings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"UsernameAttributes": ["phone_number"]}`:                            `UsernameAttributes: ["phone_number"] must be email only`,
		`{"AutoVerifiedAttributes": ["email", "phone_number"]}`:               `AutoVerifiedAttributes: ["email" "phone_number"] must be email only`,
		`{"UsernameConfiguration": {"CaseSensitive": true}}`:                  "UsernameConfiguration: want CaseSensitive false",
		`{"Policies": {"PasswordPolicy": {"MinimumLength": 5}}}`:              "PasswordPolicy: want a MinimumLength from 6 to 99, got 5",
		`{"EnabledMfas": ["SMS_MFA"]}`:                                        `EnabledMfas: want SOFTWARE_TOKEN_MFA, got "SMS_MFA"`,
		`{"MfaConfiguration": "ON"}`:                                          "EnabledMfas: want SOFTWARE_TOKEN_MFA with MfaConfiguration ON",
		`{"MfaConfiguration": "OPTIONAL"}`:                                    "EnabledMfas: want SOFTWARE_TOKEN_MFA with MfaConfiguration OPTIONAL",
		`{"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "x"}]}}`: `AccountRecoverySetting: want verified_email, got "x"`,
		`{"Schema": [{"Name": "a name that is longer than that"}]}`:           `Schema: "a name that is longer than that" must be a name of 1 to 20 characters`,
		`{"Schema": [{"Name": "x", "AttributeDataType": "Integer"}]}`:         `Schema: x: "Integer" must be String, Number, DateTime or Boolean`,
		`{"Schema": [{"Name": "x", "Required": true}]}`:                       "Schema: x: only standard attributes can be required",
	} {
		settings, err := userpool.ReadSettings([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		_, err = userpool.Open(userpool.Config{Dir: t.TempDir(), PoolID: poolID, BaseURL: "http://127.0.0.1:1", Clients: []userpool.Client{{ID: "x"}}, Settings: settings})
		if want = "userpool: bad configuration: Settings: " + want; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	if _, err := userpool.ReadSettings([]byte(`{"LambdaConfig": {}}`)); err == nil {
		t.Error("a setting that is not known: got none, want an error")
	}
}
