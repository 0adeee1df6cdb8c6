package userpool_test

import (
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

func TestUserAuth(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	begin := func(params map[string]string) (*cognito.InitiateAuthOutput, error) {
		return f.client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{AuthFlow: types.AuthFlowTypeUserAuth, ClientId: new(clientID), AuthParameters: params})
	}
	choose := func(session *string, answer map[string]string) (*cognito.RespondToAuthChallengeOutput, error) {
		return f.client.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
			ClientId: new(clientID), ChallengeName: types.ChallengeNameTypeSelectChallenge, Session: session, ChallengeResponses: answer,
		})
	}
	p := f.prove(email, password)
	srp := p.srp.GetAuthParams()
	srp["PREFERRED_CHALLENGE"] = "PASSWORD_SRP"
	out, err := begin(srp)
	if err != nil {
		t.Fatal(err)
	}
	if p.answer, err = p.srp.PasswordVerifierChallenge(out.ChallengeParameters, f.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.send(clientID); err != nil {
		t.Errorf("preferring SRP: %v", err)
	}
	if out, err = begin(map[string]string{"USERNAME": email, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password}); err != nil || out.AuthenticationResult == nil {
		t.Errorf("preferring the password: %v", err)
	}

	for _, name := range []string{email, "nobody@example.com"} {
		out, err = begin(map[string]string{"USERNAME": name})
		if err != nil {
			t.Fatal(err)
		}
		if out.ChallengeName != types.ChallengeNameTypeSelectChallenge || !cmp.Equal(out.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP"}) {
			t.Errorf("%s: got %s of %v", name, out.ChallengeName, out.AvailableChallenges)
		}
		got, err := choose(out.Session, map[string]string{"USERNAME": name, "ANSWER": "PASSWORD", "PASSWORD": password})
		if name == email && (err != nil || got.AuthenticationResult == nil) {
			t.Errorf("choosing the password: %v", err)
		}
		if name != email {
			wantFault(t, err, "NotAuthorizedException", badLogin)
		}
		got, err = choose(out.Session, map[string]string{"USERNAME": name, "ANSWER": "PASSWORD_SRP", "SRP_A": srp["SRP_A"]})
		if err != nil || got.ChallengeName != types.ChallengeNameTypePasswordVerifier {
			t.Errorf("choosing SRP: %v", err)
		}
		_, err = choose(out.Session, map[string]string{"USERNAME": name, "ANSWER": "EMAIL_OTP"})
		wantFault(t, err, "InvalidParameterException", "ANSWER is neither PASSWORD nor PASSWORD_SRP.")
	}
	for _, params := range []map[string]string{{"PREFERRED_CHALLENGE": "PASSWORD"}, {}} {
		_, err = begin(params)
		wantFault(t, err, "InvalidParameterException", "Missing required parameter USERNAME")
	}

	const invalid = "Invalid session for the user."
	password := map[string]string{"USERNAME": email, "ANSWER": "PASSWORD", "PASSWORD": password}
	_, err = choose(out.Session, password)
	wantFault(t, err, "NotAuthorizedException", invalid) // it is nobody's
	_, err = choose(nil, password)
	wantFault(t, err, "InvalidParameterException", "Missing required parameter Session")
	if out, err = begin(map[string]string{"USERNAME": email}); err != nil {
		t.Fatal(err)
	}
	for _, session := range []string{strings.Repeat("!", 40), "A" + (*out.Session)[1:] + "AAAA", p.challenge["SECRET_BLOCK"]} {
		_, err = choose(&session, password)
		wantFault(t, err, "NotAuthorizedException", invalid)
	}
	_, err = choose(out.Session, map[string]string{"ANSWER": "PASSWORD"})
	wantFault(t, err, "InvalidParameterException", "Missing required parameter USERNAME")
	_, err = f.client.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: new("other"), ChallengeName: types.ChallengeNameTypeSelectChallenge, Session: out.Session, ChallengeResponses: password,
	})
	wantFault(t, err, "NotAuthorizedException", invalid)
	_, err = f.client.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: new(clientID), ChallengeName: "DEVICE_SRP_AUTH", Session: out.Session, ChallengeResponses: password,
	})
	wantFault(t, err, "InvalidParameterException", "DEVICE_SRP_AUTH is no challenge of this pool.")
	if _, err = choose(out.Session, password); err != nil {
		t.Errorf("the unchanged session: %v", err)
	}
	f.clock.Forward(3 * time.Minute)
	_, err = choose(out.Session, password)
	wantFault(t, err, "NotAuthorizedException", "Invalid session for the user, session is expired.")
}
