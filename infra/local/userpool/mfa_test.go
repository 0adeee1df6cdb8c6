package userpool_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"github.com/pquerna/otp/totp"

	"github.com/notegate/notegate/infra/local/userpool"
)

const (
	wrongCode = "Invalid code received for user"
	usedCode  = "Your software token has already been used once."
	noSession = "Invalid session for the user."
)

// openMFA opens a pool that lets users have a second factor, or asks for it.
func openMFA(t *testing.T, mfa string) *fixture {
	t.Helper()
	f := open(t)
	f.user()
	f.withMFA(mfa)
	return f
}

func (f *fixture) withMFA(mfa string) {
	f.t.Helper()
	f.reopen(func(cfg *userpool.Config) {
		cfg.Settings = userpool.Settings{Name: "notes", MFA: mfa, EnabledMFAs: []string{"SOFTWARE_TOKEN_MFA"}}
		cfg.Clients = append(cfg.Clients, userpool.Client{ID: "admin", Name: "admin", AuthFlows: []string{userpool.AllowAdminPassword}})
	})
}

// appCode is what an app of that seed shows, so many periods from now.
func (f *fixture) appCode(seed string, periods ...int) string {
	f.t.Helper()
	at := f.clock.Now()
	for _, n := range periods {
		at = at.Add(time.Duration(n) * 30 * time.Second)
	}
	code, err := totp.GenerateCode(seed, at)
	if err != nil {
		f.t.Fatal(err)
	}
	return code
}

// otherCode is one that no app of that seed shows about now.
func (f *fixture) otherCode(seed string) string {
	f.t.Helper()
	shown := f.appCode(seed, -1) + f.appCode(seed) + f.appCode(seed, 1)
	for _, code := range []string{"000000", "111111", "222222", "333333"} {
		if !strings.Contains(shown, code) {
			return code
		}
	}
	f.t.Fatal("no wrong code")
	return ""
}

func (f *fixture) associate(token string) string {
	f.t.Helper()
	out, err := f.client.AssociateSoftwareToken(f.t.Context(), &cognito.AssociateSoftwareTokenInput{AccessToken: &token})
	if err != nil {
		f.t.Fatal(err)
	}
	if out.Session != nil || len(*out.SecretCode) != 52 {
		f.t.Fatalf("got a session, or a seed of %d characters, want 52", len(*out.SecretCode))
	}
	return *out.SecretCode
}

func (f *fixture) verifyApp(in cognito.VerifySoftwareTokenInput) (*cognito.VerifySoftwareTokenOutput, error) {
	return f.client.VerifySoftwareToken(f.t.Context(), &in)
}

func (f *fixture) prefer(token string, enabled, preferred bool) error {
	_, err := f.client.SetUserMFAPreference(f.t.Context(), &cognito.SetUserMFAPreferenceInput{
		AccessToken: &token, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: enabled, PreferredMfa: preferred},
	})
	return err
}

// turnOn sets up an app for the user, whose first code it spends, and turns it on.
func (f *fixture) turnOn(token string) (seed string) {
	f.t.Helper()
	seed = f.associate(token)
	out, err := f.verifyApp(cognito.VerifySoftwareTokenInput{AccessToken: &token, UserCode: new(f.appCode(seed)), FriendlyDeviceName: new("phone")})
	if err != nil {
		f.t.Fatal(err)
	}
	if out.Status != types.VerifySoftwareTokenResponseTypeSuccess || out.Session != nil {
		f.t.Fatalf("got %+v, want SUCCESS without a session", out)
	}
	if err := f.prefer(token, true, true); err != nil {
		f.t.Fatal(err)
	}
	return seed
}

// begin signs in with the password and returns the challenge that follows.
func (f *fixture) begin(want types.ChallengeNameType) *cognito.InitiateAuthOutput {
	f.t.Helper()
	out, err := f.client.InitiateAuth(f.t.Context(), &cognito.InitiateAuthInput{
		AuthFlow: "USER_PASSWORD_AUTH", ClientId: new(clientID), AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	if out.ChallengeName != want || out.AuthenticationResult != nil || out.Session == nil {
		f.t.Fatalf("got %+v, want the challenge %s alone", out, want)
	}
	return out
}

func (f *fixture) answerCode(session *string, code string) (*types.AuthenticationResultType, error) {
	out, err := f.client.RespondToAuthChallenge(f.t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: new(clientID), ChallengeName: types.ChallengeNameTypeSoftwareTokenMfa, Session: session,
		ChallengeResponses: map[string]string{"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": code},
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// The whole round: turn it on, sign in with it, turn it off.
func TestSoftwareToken(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	token := *f.mustSignIn().AccessToken
	seed := f.turnOn(token)
	f.withMFA("OPTIONAL") // opens it again

	got, err := f.client.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: &token})
	if err != nil || !cmp.Equal(got.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA"}) || *got.PreferredMfaSetting != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("GetUser: got %+v (%v), want the app enabled and preferred", got, err)
	}
	seen, err := f.getAdminUser(email)
	if err != nil || !cmp.Equal(seen.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA"}) || *seen.PreferredMfaSetting != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("AdminGetUser: got %+v (%v), want the app enabled and preferred", seen, err)
	}

	out := f.begin(types.ChallengeNameTypeSoftwareTokenMfa)
	if want := (map[string]string{"USER_ID_FOR_SRP": *got.Username, "FRIENDLY_DEVICE_NAME": "phone"}); !cmp.Equal(out.ChallengeParameters, want) {
		t.Errorf("got %v, want %v", out.ChallengeParameters, want)
	}
	_, err = f.answerCode(out.Session, f.appCode(seed))
	wantFault(t, err, "ExpiredCodeException", usedCode) // at VerifySoftwareToken
	_, err = f.answerCode(out.Session, f.otherCode(seed))
	wantFault(t, err, "CodeMismatchException", wrongCode)
	_, err = f.answerCode(out.Session, "")
	wantFault(t, err, "InvalidParameterException", "Missing required parameter SOFTWARE_TOKEN_MFA_CODE")
	f.clock.Forward(30 * time.Second)
	code := f.appCode(seed)
	tokens, err := f.answerCode(out.Session, code)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.getUser(*tokens.AccessToken); err != nil {
		t.Error(err)
	}
	for _, code := range []string{f.appCode(seed, 1), f.otherCode(seed)} {
		_, err = f.answerCode(out.Session, code)
		wantFault(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	}
	_, err = f.answerCode(f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session, code)
	wantFault(t, err, "ExpiredCodeException", usedCode)
	if _, err := f.refresh(*tokens.RefreshToken); err != nil {
		t.Errorf("refresh asks for a code: %v", err)
	}

	if err := f.prefer(token, false, false); err != nil {
		t.Fatal(err)
	}
	f.mustSignIn()
	if got, err := f.getAdminUser(email); err != nil || got.UserMFASettingList != nil || got.PreferredMfaSetting != nil {
		t.Errorf("turned off: got %+v (%v)", got, err)
	}
	f.absentFromLog(seed, code)
	state, err := os.ReadFile(filepath.Join(f.dir, stateFile))
	if err != nil || strings.Contains(string(state), seed) {
		t.Errorf("the state file has the seed as people type it (%v)", err)
	}
}

// Each way in ends in the challenge.
func TestSoftwareTokenAfterEveryFlow(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	f.turnOn(*f.mustSignIn().AccessToken)
	auth := func(flow types.AuthFlowType, params map[string]string) (types.ChallengeNameType, *string) {
		out, err := f.client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{AuthFlow: flow, ClientId: new(clientID), AuthParameters: params})
		if err != nil {
			t.Fatal(err)
		}
		return out.ChallengeName, out.Session
	}
	respond := func(name types.ChallengeNameType, session *string, answer map[string]string) types.ChallengeNameType {
		out, err := f.client.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
			ClientId: new(clientID), ChallengeName: name, Session: session, ChallengeResponses: answer,
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.ChallengeName
	}
	credentials := map[string]string{"USERNAME": email, "PASSWORD": password}
	for flow, run := range map[string]func() types.ChallengeNameType{
		"USER_PASSWORD_AUTH": func() types.ChallengeNameType { name, _ := auth("USER_PASSWORD_AUTH", credentials); return name },
		"USER_SRP_AUTH": func() types.ChallengeNameType {
			return respond("PASSWORD_VERIFIER", nil, f.prove(email, password).answer)
		},
		"USER_AUTH": func() types.ChallengeNameType {
			_, session := auth("USER_AUTH", map[string]string{"USERNAME": email})
			return respond("SELECT_CHALLENGE", session, map[string]string{"USERNAME": email, "ANSWER": "PASSWORD", "PASSWORD": password})
		},
		"ADMIN_USER_PASSWORD_AUTH": func() types.ChallengeNameType {
			out, err := f.client.AdminInitiateAuth(t.Context(), &cognito.AdminInitiateAuthInput{
				UserPoolId: pool(), ClientId: new("admin"), AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: credentials,
			})
			if err != nil {
				t.Fatal(err)
			}
			return out.ChallengeName
		},
		"NEW_PASSWORD_REQUIRED": func() types.ChallengeNameType {
			if _, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool(), Username: new(email), Password: new("Temporary-Horse-1")}); err != nil {
				t.Fatal(err)
			}
			out := f.challenge(t, email, "Temporary-Horse-1")
			return respond("NEW_PASSWORD_REQUIRED", out.Session, map[string]string{"USERNAME": email, "NEW_PASSWORD": password})
		},
	} {
		if got := run(); got != types.ChallengeNameTypeSoftwareTokenMfa {
			t.Errorf("%s: got %q, want SOFTWARE_TOKEN_MFA", flow, got)
		}
	}
}

// An administrator's sign-in takes the code, too.
func TestAdminRespondsWithACode(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	seed := f.turnOn(*f.mustSignIn().AccessToken)
	out, err := f.client.AdminInitiateAuth(t.Context(), &cognito.AdminInitiateAuthInput{
		UserPoolId: pool(), ClientId: new("admin"), AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := func(code string) (*cognito.AdminRespondToAuthChallengeOutput, error) {
		return f.client.AdminRespondToAuthChallenge(t.Context(), &cognito.AdminRespondToAuthChallengeInput{
			UserPoolId: pool(), ClientId: new("admin"), ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: map[string]string{"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": code},
		})
	}
	_, err = answer(f.appCode(seed))
	wantFault(t, err, "ExpiredCodeException", usedCode)
	if got, err := answer(f.appCode(seed, 1)); err != nil || got.AuthenticationResult == nil {
		t.Errorf("got %+v (%v), want tokens", got, err)
	}
}

// A session is good for its own user, client and challenge, and three minutes.
func TestSoftwareTokenSession(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	seed := f.turnOn(*f.mustSignIn().AccessToken)
	f.clock.Forward(time.Minute)
	if err := f.EnsureUser(bob, password); err != nil {
		t.Fatal(err)
	}
	theirs, err := f.signIn(bob, password)
	if err != nil {
		t.Fatal(err)
	}
	bobs := f.turnOn(*theirs.AccessToken)
	session := f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	chosen, err := f.client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{AuthFlow: "USER_AUTH", ClientId: new(clientID), AuthParameters: map[string]string{"USERNAME": email}})
	if err != nil {
		t.Fatal(err)
	}
	for rule, change := range map[string]func(*cognito.RespondToAuthChallengeInput){
		"another user":          func(in *cognito.RespondToAuthChallengeInput) { in.ChallengeResponses["USERNAME"] = bob },
		"another client":        func(in *cognito.RespondToAuthChallengeInput) { in.ClientId = new("other") },
		"of another challenge":  func(in *cognito.RespondToAuthChallengeInput) { in.Session = chosen.Session },
		"for another challenge": func(in *cognito.RespondToAuthChallengeInput) { in.ChallengeName = types.ChallengeNameTypeMfaSetup },
	} {
		in := &cognito.RespondToAuthChallengeInput{
			ClientId: new(clientID), ChallengeName: types.ChallengeNameTypeSoftwareTokenMfa, Session: session,
			ChallengeResponses: map[string]string{"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": f.appCode(seed)},
		}
		change(in)
		_, err := f.client.RespondToAuthChallenge(t.Context(), in)
		t.Run(rule, func(t *testing.T) { wantFault(t, err, "NotAuthorizedException", noSession) })
	}
	_, err = f.answerCode(session, f.appCode(bobs, 1))
	wantFault(t, err, "CodeMismatchException", wrongCode)
	_, err = f.answerCode(nil, f.appCode(seed))
	wantFault(t, err, "InvalidParameterException", "Missing required parameter Session")

	old := f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	if _, err := f.answerCode(session, f.appCode(seed)); err != nil {
		t.Errorf("the unchanged answer: %v", err)
	}
	f.clock.Forward(3*time.Minute - time.Second)
	if _, err = f.answerCode(old, f.appCode(seed)); err != nil {
		t.Errorf("a second before three minutes: %v", err)
	}
	old = f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	f.clock.Forward(3 * time.Minute)
	_, err = f.answerCode(old, f.appCode(seed))
	wantFault(t, err, "NotAuthorizedException", "Invalid session for the user, session is expired.")
}

// A user who an administrator stops between password and code does not get in.
func TestSoftwareTokenOfAUserWhoIsStopped(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	seed := f.turnOn(*f.mustSignIn().AccessToken)
	f.clock.Forward(time.Minute)
	session := f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	if _, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool(), Username: new(email), Password: new("Temporary-Horse-1")}); err != nil {
		t.Fatal(err)
	}
	_, err := f.answerCode(session, f.appCode(seed))
	wantFault(t, err, "NotAuthorizedException", noSession)
	f.user()
	if _, err := f.client.AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool(), Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	_, err = f.answerCode(session, f.appCode(seed))
	wantFault(t, err, "NotAuthorizedException", "User is disabled.")
	f.user()
	if _, err := f.answerCode(session, f.appCode(seed)); err != nil {
		t.Errorf("let in again: %v", err)
	}
	session = f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
	if _, err := f.client.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool(), Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	_, err = f.answerCode(session, f.appCode(seed))
	wantFault(t, err, "NotAuthorizedException", noSession)
	f.user() // with the same sub
	_, err = f.answerCode(session, f.appCode(seed))
	wantFault(t, err, "SoftwareTokenMFANotFoundException", noApp)
}

// Wrong codes lock as wrong passwords do, and no right first factor between them
// buys more tries.
func TestSoftwareTokenLockout(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	seed := f.turnOn(*f.mustSignIn().AccessToken)
	const locked = "Password attempts exceeded"
	for rule, between := range map[string]func(){
		"password": func() { f.begin(types.ChallengeNameTypeSoftwareTokenMfa) },
		"SRP": func() {
			if _, err := f.srpSignIn(email, password); err != nil {
				t.Fatal(err)
			}
		},
		"reset": func() {
			if err := f.reset(email, f.resetCode(), password); err != nil {
				t.Fatal(err)
			}
		},
	} {
		f.clock.Forward(15 * time.Minute) // forgets
		session := f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
		for range 5 {
			between()
			_, err := f.answerCode(session, f.otherCode(seed))
			wantFault(t, err, "CodeMismatchException", wrongCode)
		}
		_, err := f.answerCode(session, f.appCode(seed))
		wantFault(t, err, "NotAuthorizedException", locked)
		_, err = f.signIn(email, password)
		wantFault(t, err, "NotAuthorizedException", locked)
		f.clock.Forward(time.Second)
		if _, err := f.answerCode(session, f.appCode(seed)); err != nil {
			t.Fatalf("%s: after a second: %v", rule, err)
		}
		for range 4 { // counted anew
			_, err := f.signIn(email, "Wrong-Horse-9")
			wantFault(t, err, "NotAuthorizedException", badLogin)
		}
		f.begin(types.ChallengeNameTypeSoftwareTokenMfa)
	}
}
