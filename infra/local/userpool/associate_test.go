package userpool_test

import (
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

const (
	failEnable = "Code mismatch and fail enable Software Token MFA"
	noApp      = "Software Token MFA does not exist for the user."
)

// begun returns the seed and the session of a sign-in that sets an app up.
func (f *fixture) begun(session *string) (seed string, next *string) {
	f.t.Helper()
	out, err := f.client.AssociateSoftwareToken(f.t.Context(), &cognito.AssociateSoftwareTokenInput{Session: session})
	if err != nil {
		f.t.Fatal(err)
	}
	return *out.SecretCode, out.Session
}

func (f *fixture) answerSetup(session *string) (*types.AuthenticationResultType, error) {
	out, err := f.client.RespondToAuthChallenge(f.t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: new(clientID), ChallengeName: types.ChallengeNameTypeMfaSetup, Session: session, ChallengeResponses: map[string]string{"USERNAME": email},
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// A pool that asks everybody for a second factor lets nobody in without one.
func TestMFASetup(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "ON")
	sub, err := f.getAdminUser(email)
	if err != nil {
		t.Fatal(err)
	}
	out := f.begin(types.ChallengeNameTypeMfaSetup)
	if want := (map[string]string{"USER_ID_FOR_SRP": *sub.Username, "MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`}); !cmp.Equal(out.ChallengeParameters, want) {
		t.Errorf("got %v, want %v", out.ChallengeParameters, want)
	}
	_, err = f.answerSetup(out.Session)
	wantFault(t, err, "NotAuthorizedException", noSession) // no app yet
	_, err = f.verifyApp(cognito.VerifySoftwareTokenInput{Session: out.Session, UserCode: new("123456")})
	wantFault(t, err, "SoftwareTokenMFANotFoundException", noApp)
	seed, session := f.begun(out.Session)
	other, second := f.begun(out.Session)
	if other == seed {
		t.Error("two setups have the same seed")
	}
	_, err = f.verifyApp(cognito.VerifySoftwareTokenInput{Session: session, UserCode: new(f.otherCode(seed))})
	wantFault(t, err, "EnableSoftwareTokenMFAException", failEnable)
	_, err = f.verifyApp(cognito.VerifySoftwareTokenInput{Session: session, UserCode: new(f.appCode(other))})
	wantFault(t, err, "EnableSoftwareTokenMFAException", failEnable)
	verified, err := f.verifyApp(cognito.VerifySoftwareTokenInput{Session: session, UserCode: new(f.appCode(seed)), FriendlyDeviceName: new("phone")})
	if err != nil || verified.Status != types.VerifySoftwareTokenResponseTypeSuccess {
		t.Fatalf("got %+v (%v), want SUCCESS", verified, err)
	}
	_, err = f.verifyApp(cognito.VerifySoftwareTokenInput{Session: session, UserCode: new(f.appCode(seed))})
	wantFault(t, err, "NotAuthorizedException", noSession)
	_, err = f.answerSetup(session)
	wantFault(t, err, "NotAuthorizedException", noSession)
	_, err = f.answerSetup(nil)
	wantFault(t, err, "InvalidParameterException", "Missing required parameter Session")
	tokens, err := f.answerSetup(verified.Session)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.getUser(*tokens.AccessToken); err != nil {
		t.Error(err)
	}
	_, err = f.answerSetup(verified.Session)
	wantFault(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")

	// Who knew the password before cannot put an app of theirs in its place.
	_, err = f.verifyApp(cognito.VerifySoftwareTokenInput{Session: second, UserCode: new(f.appCode(other))})
	wantFault(t, err, "NotAuthorizedException", noSession)
	f.clock.Forward(time.Minute)
	if _, err := f.answerCode(f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session, f.appCode(seed)); err != nil {
		t.Errorf("the first app: %v", err)
	}
	f.absentFromLog(seed, other)
	// It stays on where the pool asks nobody, and there may be turned off.
	f.withMFA("OPTIONAL")
	f.begin(types.ChallengeNameTypeSoftwareTokenMfa)
	f.withMFA("ON")
	if err := f.prefer(*tokens.AccessToken, false, false); err != nil {
		t.Fatal(err)
	}
	f.begin(types.ChallengeNameTypeSoftwareTokenMfa)
	f.reopen()
	f.mustSignIn()
}

// Neither a disabled user nor one whose password was reset goes on.
func TestMFASetupOfAUserWhoIsStopped(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "ON")
	seed, session := f.begun(f.begin(types.ChallengeNameTypeMfaSetup).Session)
	verify := func() error {
		_, err := f.verifyApp(cognito.VerifySoftwareTokenInput{Session: session, UserCode: new(f.appCode(seed))})
		return err
	}
	if _, err := f.client.AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool(), Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	wantFault(t, verify(), "NotAuthorizedException", "User is disabled.")
	f.user()
	if _, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool(), Username: new(email), Password: new("Temporary-Horse-1")}); err != nil {
		t.Fatal(err)
	}
	wantFault(t, verify(), "NotAuthorizedException", noSession)
	f.user()
	f.clock.Forward(3*time.Minute - time.Second)
	if err := verify(); err != nil {
		t.Errorf("let in again: %v", err)
	}
	f.clock.Forward(time.Second)
	wantFault(t, verify(), "NotAuthorizedException", "Invalid session for the user, session is expired.")
}

// Until another app has shown a code, the one before is good, and no longer.
func TestAnotherSoftwareToken(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	token := *f.mustSignIn().AccessToken
	verify := func(code string) error {
		_, err := f.verifyApp(cognito.VerifySoftwareTokenInput{AccessToken: &token, UserCode: &code})
		return err
	}
	wantFault(t, verify("123456"), "SoftwareTokenMFANotFoundException", noApp)
	wantFault(t, verify(""), "InvalidParameterException", "1 validation error detected: Value null at 'userCode' failed to satisfy constraint: Member must not be null")
	wantFault(t, f.prefer(token, true, true), "InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
	first := f.associate(token)
	wantFault(t, f.prefer(token, true, true), "InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
	wantFault(t, verify(f.otherCode(first)), "EnableSoftwareTokenMFAException", failEnable)
	if err := verify(f.appCode(first)); err != nil {
		t.Fatal(err)
	}
	wantFault(t, verify(f.appCode(first)), "SoftwareTokenMFANotFoundException", noApp)
	f.mustSignIn() // it is not turned on yet
	if err := f.prefer(token, true, false); err != nil {
		t.Fatal(err)
	}
	f.clock.Forward(time.Minute)
	second := f.associate(token)
	session := f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	if _, err := f.answerCode(session, f.appCode(first)); err != nil {
		t.Errorf("the first app: %v", err)
	}
	if err := verify(f.appCode(second)); err != nil {
		t.Fatal(err)
	}
	session = f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	_, err := f.answerCode(session, f.appCode(first, 1))
	wantFault(t, err, "CodeMismatchException", wrongCode)
	if _, err := f.answerCode(session, f.appCode(second, 1)); err != nil {
		t.Errorf("the second app: %v", err)
	}
	f.absentFromLog(first, second)
}

func TestAssociateSoftwareTokenRefuses(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	token := *f.mustSignIn().AccessToken
	associate := func(token, session string) error {
		in := &cognito.AssociateSoftwareTokenInput{}
		if token != "" {
			in.AccessToken = &token
		}
		if session != "" {
			in.Session = &session
		}
		_, err := f.client.AssociateSoftwareToken(t.Context(), in)
		return err
	}
	if err := associate(token, ""); err != nil {
		t.Fatal(err)
	}
	wantFault(t, associate("", ""), "InvalidParameterException", "Missing required parameter Session")
	wantFault(t, associate("", "01234567890123456789"), "NotAuthorizedException", noSession)
	wantFault(t, associate("nonsense", ""), "NotAuthorizedException", "Invalid Access Token")
	_, err := f.verifyApp(cognito.VerifySoftwareTokenInput{AccessToken: new("nonsense"), UserCode: new("123456")})
	wantFault(t, err, "NotAuthorizedException", "Invalid Access Token")
	f.turnOn(token)
	session := f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	wantFault(t, associate("", *session), "NotAuthorizedException", noSession) // the password is not enough

	f.reopen()
	const off = "Software Token MFA has not been enabled by the userPool"
	wantFault(t, associate(token, ""), "SoftwareTokenMFANotFoundException", off)
	_, err = f.verifyApp(cognito.VerifySoftwareTokenInput{AccessToken: &token, UserCode: new("123456")})
	wantFault(t, err, "SoftwareTokenMFANotFoundException", off)
}
