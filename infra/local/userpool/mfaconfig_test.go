package userpool_test

import (
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestSetUserPoolMFAConfig(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	set := func(in cognito.SetUserPoolMfaConfigInput) (*cognito.SetUserPoolMfaConfigOutput, error) {
		in.UserPoolId = pool()
		return f.client.SetUserPoolMfaConfig(t.Context(), &in)
	}
	wantConfig := func(rule string, mfa types.UserPoolMfaType, totp *types.SoftwareTokenMfaConfigType) {
		t.Helper()
		got, err := f.client.GetUserPoolMfaConfig(t.Context(), &cognito.GetUserPoolMfaConfigInput{UserPoolId: pool()})
		if err != nil || got.MfaConfiguration != mfa || (got.SoftwareTokenMfaConfiguration == nil) != (totp == nil) ||
			totp != nil && got.SoftwareTokenMfaConfiguration.Enabled != totp.Enabled {
			t.Errorf("%s: got %+v (%v), want %s and %+v", rule, got, err, mfa, totp)
		}
		described, err := f.client.DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: pool()})
		if err != nil || described.UserPool.MfaConfiguration != mfa {
			t.Errorf("%s: described as %s (%v), want %s", rule, described.UserPool.MfaConfiguration, err, mfa)
		}
	}
	on := &types.SoftwareTokenMfaConfigType{Enabled: true}
	wantConfig("at first", "OFF", nil)
	out, err := set(cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: on})
	if err != nil || out.MfaConfiguration != "ON" || !out.SoftwareTokenMfaConfiguration.Enabled {
		t.Fatalf("got %+v (%v), want ON with the app", out, err)
	}
	wantConfig("ON", "ON", on)
	f.begin(types.ChallengeNameTypeMfaSetup)
	for rule, row := range map[string]struct {
		in      cognito.SetUserPoolMfaConfigInput
		message string
	}{
		"unknown": {cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "SOMETIMES", SoftwareTokenMfaConfiguration: on},
			"1 validation error detected: Value 'SOMETIMES' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OPTIONAL, OFF, ON]"},
		"a factor, and OFF by default": {cognito.SetUserPoolMfaConfigInput{SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{}},
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA together."},
		"SMS, and OFF": {cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "OFF", SmsMfaConfiguration: &types.SmsMfaConfigType{}},
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA together."},
		"mail, and OFF": {cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "OFF", EmailMfaConfiguration: &types.EmailMfaConfigType{}},
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA together."},
		"no factor": {cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "OPTIONAL"},
			"Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."},
		"SMS":  {cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "ON", SmsMfaConfiguration: &types.SmsMfaConfigType{}, SoftwareTokenMfaConfiguration: on}, "This pool has no second factor but SOFTWARE_TOKEN_MFA."},
		"mail": {cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "ON", EmailMfaConfiguration: &types.EmailMfaConfigType{}}, "This pool has no second factor but SOFTWARE_TOKEN_MFA."},
		"passkeys": {cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "ON", WebAuthnConfiguration: &types.WebAuthnConfigurationType{}, SoftwareTokenMfaConfiguration: on},
			"This pool has no second factor but SOFTWARE_TOKEN_MFA."},
	} {
		_, err := set(row.in)
		t.Run(rule, func(t *testing.T) { wantFault(t, err, "InvalidParameterException", row.message) })
		wantConfig(rule, "ON", on)
	}
	if _, err := set(cognito.SetUserPoolMfaConfigInput{}); err != nil {
		t.Fatal(err)
	}
	wantConfig("left out", "OFF", nil)
	token := *f.mustSignIn().AccessToken
	disabled := &types.SoftwareTokenMfaConfigType{}
	if _, err := set(cognito.SetUserPoolMfaConfigInput{MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: disabled}); err != nil {
		t.Fatal(err)
	}
	wantConfig("named, not enabled", "OPTIONAL", disabled)
	_, err = f.client.AssociateSoftwareToken(t.Context(), &cognito.AssociateSoftwareTokenInput{AccessToken: &token})
	wantFault(t, err, "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
	f.reopen()
	wantConfig("opened again", "OFF", nil)
}

// A factor that is not here cannot be turned on; that it is off may be said.
func TestMFAPreference(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	token := f.mustSignIn().AccessToken
	f.turnOn(*token)
	sms, mail, keys := &types.SMSMfaSettingsType{Enabled: true}, &types.EmailMfaSettingsType{Enabled: true}, &types.WebAuthnMfaSettingsType{Enabled: true}
	for factor, in := range map[string]cognito.SetUserMFAPreferenceInput{
		"SMS_MFA": {SMSMfaSettings: sms}, "EMAIL_OTP": {EmailMfaSettings: mail}, "WEB_AUTHN": {WebAuthnMfaSettings: keys},
	} {
		in.AccessToken = token
		_, err := f.client.SetUserMFAPreference(t.Context(), &in)
		wantFault(t, err, "InvalidParameterException", "User does not have delivery config set to turn on "+factor)
	}
	if _, err := f.client.SetUserMFAPreference(t.Context(), &cognito.SetUserMFAPreferenceInput{AccessToken: token, SMSMfaSettings: &types.SMSMfaSettingsType{}}); err != nil {
		t.Error(err)
	}
	wantFault(t, f.prefer("nonsense", true, true), "NotAuthorizedException", "Invalid Access Token")
	f.begin(types.ChallengeNameTypeSoftwareTokenMfa) // it was left as it was

	admin := func(username string, totp types.SoftwareTokenMfaSettingsType) error {
		_, err := f.client.AdminSetUserMFAPreference(t.Context(), &cognito.AdminSetUserMFAPreferenceInput{UserPoolId: pool(), Username: &username, SoftwareTokenMfaSettings: &totp})
		return err
	}
	if err := admin(email, types.SoftwareTokenMfaSettingsType{PreferredMfa: true}); err != nil {
		t.Fatal(err)
	}
	if got, err := f.getAdminUser(email); err != nil || got.UserMFASettingList != nil || got.PreferredMfaSetting != nil {
		t.Errorf("off: got %+v (%v), want no factor", got, err)
	}
	f.mustSignIn()
	if err := admin(email, types.SoftwareTokenMfaSettingsType{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	if got, err := f.getAdminUser(email); err != nil || len(got.UserMFASettingList) != 1 || got.PreferredMfaSetting != nil {
		t.Errorf("on: got %+v (%v), want one factor, not preferred", got, err)
	}
	f.begin(types.ChallengeNameTypeSoftwareTokenMfa)
	wantFault(t, admin("nobody@example.com", types.SoftwareTokenMfaSettingsType{}), "UserNotFoundException", "User does not exist.")
	if err := f.EnsureUser(bob, password); err != nil {
		t.Fatal(err)
	}
	wantFault(t, admin(bob, types.SoftwareTokenMfaSettingsType{Enabled: true}), "InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
	if err := admin(bob, types.SoftwareTokenMfaSettingsType{}); err != nil {
		t.Error(err)
	}
}

// A pool that has no second factor any more asks nobody for one.
func TestSoftwareTokenOfAPoolWithout(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	f.turnOn(*f.mustSignIn().AccessToken)
	f.begin(types.ChallengeNameTypeSoftwareTokenMfa)
	f.withMFA("OFF")
	f.mustSignIn()
}
