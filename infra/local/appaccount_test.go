package main_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/interop"
)

// What both clients see of their user's journey.
var appAccount = map[string]string{
	"notChanged":    "NotAuthorizedException: Incorrect username or password.",
	"notReset":      "CodeMismatchException: Invalid verification code provided, please try again.",
	"oldPassword":   "NotAuthorizedException: Incorrect username or password.",
	"beforeItsCode": appUser,
	"notVerified":   "CodeMismatchException: Invalid verification code provided, please try again.",
	"attributes":    "Ann moved-" + appUser + " true",
	"notEnabled":    "EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA",
	"wrongCode":     "CodeMismatchException: Invalid code received for user",
}

func TestCognitoIdentityJSAccount(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	seen := interop.CognitoIdentityJSAccount(t, s.appUser())
	wantAccount(t, seen, map[string]string{
		"forgot": "inputVerificationCode", "reset": "onSuccess", "sent": "inputVerificationCode",
		"preferred": "SOFTWARE_TOKEN_MFA SOFTWARE_TOKEN_MFA", "asked": "totpRequired", "secondFactor": "onSuccess",
		"signedOut": "NotAuthorizedException: Refresh Token has been revoked", "setup": "mfaSetup", "setUp": "onSuccess",
	})
	s.keepsSecrets(t)
}

func TestAmplifyAccount(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	seen := interop.AmplifyAccount(t, s.appUser())
	wantAccount(t, seen, map[string]string{
		"forgot": "CONFIRM_RESET_PASSWORD_WITH_CODE", "reset": "DONE", "updated": "DONE CONFIRM_ATTRIBUTE_WITH_CODE",
		"preferred": "TOTP TOTP", "asked": "CONFIRM_SIGN_IN_WITH_TOTP_CODE", "secondFactor": "DONE",
		"setup": "CONTINUE_SIGN_IN_WITH_TOTP_SETUP", "setUp": "DONE", "deleted": "NotAuthorizedException: Incorrect username or password.",
	})
	s.keepsSecrets(t)
}

func wantAccount(t *testing.T, seen, want map[string]string) {
	t.Helper()
	for step, saw := range appAccount {
		want[step] = saw
	}
	if seen["token"] == "" {
		t.Error("no access token after the second factor")
	}
	delete(seen, "token")
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}
