package userpool_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	cognitosrp "github.com/alexrudd/cognito-srp/v4"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

// A proof is one sign-in by SRP, with the arithmetic of a library that nobody
// here wrote.
type proof struct {
	*fixture
	srp       *cognitosrp.CognitoSRP
	challenge map[string]string
	answer    map[string]string
}

const badLogin = "Incorrect username or password."

func (f *fixture) prove(username, password string) *proof {
	f.t.Helper()
	p := &proof{fixture: f}
	var err error
	if p.srp, err = cognitosrp.NewCognitoSRP(username, password, poolID, clientID, nil); err != nil {
		f.t.Fatal(err)
	}
	out, err := f.client.InitiateAuth(f.t.Context(), &cognito.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserSrpAuth, ClientId: new(clientID), AuthParameters: p.srp.GetAuthParams(),
	})
	if err != nil {
		f.t.Fatal(err)
	}
	if out.ChallengeName != types.ChallengeNameTypePasswordVerifier || out.Session != nil || out.AuthenticationResult != nil {
		f.t.Fatalf("got %+v, want PASSWORD_VERIFIER without a session", out)
	}
	p.challenge = out.ChallengeParameters
	if p.answer, err = p.srp.PasswordVerifierChallenge(p.challenge, f.clock.Now()); err != nil {
		f.t.Fatal(err)
	}
	return p
}

func (p *proof) send(client string) (*types.AuthenticationResultType, error) {
	out, err := p.client.RespondToAuthChallenge(p.t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: &client, ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeResponses: p.answer,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func (f *fixture) srpSignIn(username, password string) (*types.AuthenticationResultType, error) {
	f.t.Helper()
	return f.prove(username, password).send(clientID)
}

func TestSRP(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	access, _, err := f.verify(*f.mustSignIn().AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	sub := access["sub"].(string)
	for _, name := range []string{email, "ANN@example.com", sub} {
		p := f.prove(name, password)
		if got, want := slices.Sorted(maps.Keys(p.challenge)), []string{"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}; !cmp.Equal(got, want) {
			t.Errorf("%s: challenge: got %v, want %v", name, got, want)
		}
		if p.challenge["USERNAME"] != sub || p.challenge["USER_ID_FOR_SRP"] != sub {
			t.Errorf("%s: challenge for %s and %s, want %s", name, p.challenge["USERNAME"], p.challenge["USER_ID_FOR_SRP"], sub)
		}
		tokens, err := p.send(clientID)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.getUser(*tokens.AccessToken); err != nil {
			t.Error(err)
		}
		if _, err := f.refresh(*tokens.RefreshToken); err != nil {
			t.Error(err)
		}
	}
}

// Each row changes one thing of a good answer.
func TestSRPAnswerRefused(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if err := f.EnsureUser("bob@example.com", password); err != nil {
		t.Fatal(err)
	}
	const timestamp = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
	set := func(name, value string) func(*proof) { return func(p *proof) { p.answer[name] = value } }
	for rule, row := range map[string]struct {
		change        func(*proof)
		code, message string // empty: accepted
	}{
		"good":                  {func(*proof) {}, "", ""},
		"named as typed":        {set("USERNAME", "ANN@example.com"), "", ""},
		"no user":               {set("USERNAME", ""), "InvalidParameterException", "Missing required parameter USERNAME"},
		"no signature":          {set("PASSWORD_CLAIM_SIGNATURE", ""), "InvalidParameterException", "Missing required parameter PASSWORD_CLAIM_SIGNATURE"},
		"no block":              {set("PASSWORD_CLAIM_SECRET_BLOCK", ""), "InvalidParameterException", "Missing required parameter PASSWORD_CLAIM_SECRET_BLOCK"},
		"no time":               {set("TIMESTAMP", ""), "InvalidParameterException", "Missing required parameter TIMESTAMP"},
		"time of another form":  {set("TIMESTAMP", "2027-01-15T08:00:00Z"), "InvalidParameterException", timestamp},
		"time in German":        {set("TIMESTAMP", "Fr Jan 15 08:00:00 UTC 2027"), "InvalidParameterException", timestamp},
		"another time":          {set("TIMESTAMP", "Fri Jan 15 08:00:01 UTC 2027"), "NotAuthorizedException", badLogin},
		"another user":          {set("USERNAME", "bob@example.com"), "NotAuthorizedException", badLogin},
		"a signature of others": {set("PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(make([]byte, 32))), "NotAuthorizedException", badLogin},
		"more behind it":        {func(p *proof) { p.answer["PASSWORD_CLAIM_SIGNATURE"] += "!" }, "NotAuthorizedException", badLogin},
		"more behind the block": {func(p *proof) { p.answer["PASSWORD_CLAIM_SECRET_BLOCK"] += "!" }, "NotAuthorizedException", badLogin},
		"signature not base64":  {set("PASSWORD_CLAIM_SIGNATURE", "!"), "NotAuthorizedException", badLogin},
		"block not base64":      {set("PASSWORD_CLAIM_SECRET_BLOCK", "!"), "NotAuthorizedException", badLogin},
		"block of others":       {set("PASSWORD_CLAIM_SECRET_BLOCK", base64.StdEncoding.EncodeToString(make([]byte, 400))), "NotAuthorizedException", badLogin},
		"an earlier block": {func(p *proof) {
			p.answer["PASSWORD_CLAIM_SECRET_BLOCK"] = p.prove(email, password).challenge["SECRET_BLOCK"]
		}, "NotAuthorizedException", badLogin},
		"a session for a block": {func(p *proof) {
			out, err := p.client.InitiateAuth(p.t.Context(), &cognito.InitiateAuthInput{
				AuthFlow: types.AuthFlowTypeUserAuth, ClientId: new(clientID), AuthParameters: map[string]string{"USERNAME": email},
			})
			if err != nil {
				p.t.Fatal(err)
			}
			sealed, err := base64.RawURLEncoding.DecodeString(*out.Session)
			if err != nil {
				p.t.Fatal(err)
			}
			p.answer["PASSWORD_CLAIM_SECRET_BLOCK"] = base64.StdEncoding.EncodeToString(sealed)
		}, "NotAuthorizedException", badLogin},
		"sent twice": {func(p *proof) {
			if _, err := p.send(clientID); err != nil {
				p.t.Error(err)
			}
		}, "NotAuthorizedException", badLogin},
		"a second before it ends": {func(p *proof) { p.clock.Forward(3*time.Minute - time.Second) }, "", ""},
		"after it ended":          {func(p *proof) { p.clock.Forward(3 * time.Minute) }, "NotAuthorizedException", badLogin},
		"twice, long after": {func(p *proof) {
			for range 3 { // what was answered is forgotten only when it has ended
				p.clock.Forward(time.Minute - time.Second)
				_, _ = p.send(clientID)
			}
		}, "NotAuthorizedException", badLogin},
		"the password changed": {func(p *proof) {
			if err := p.EnsureUser(email, "Battery-Staple-8"); err != nil {
				p.t.Error(err)
			}
		}, "NotAuthorizedException", badLogin},
	} {
		p := f.prove(email, password)
		row.change(p)
		_, err := p.send(clientID)
		t.Run(rule, func(t *testing.T) {
			if row.code != "" {
				wantFault(t, err, row.code, row.message)
			} else if err != nil {
				t.Error(err)
			}
		})
		f.user()
		f.mustSignIn() // no row locks another out
	}
	p := f.prove(email, password)
	_, err := p.send("other")
	wantFault(t, err, "NotAuthorizedException", badLogin)
	_, err = p.send("nobody")
	wantFault(t, err, "ResourceNotFoundException", "User pool client nobody does not exist.")
	if _, err := p.send(clientID); err != nil {
		t.Errorf("another client has spent the challenge: %v", err)
	}
}

func TestSRPBeginRefused(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	n := strings.Repeat("F", 768)
	good := f.prove(email, password).srp.GetAuthParams()
	const bad = "SRP_A is not a number in hexadecimal between 0 and N."
	for rule, row := range map[string]struct {
		name, value   string
		code, message string
	}{
		"good":                   {"SRP_A", good["SRP_A"], "", ""},
		"zeros before":           {"SRP_A", "00" + good["SRP_A"], "", ""},
		"no A":                   {"SRP_A", "", "InvalidParameterException", "Missing required parameter SRP_A"},
		"no user":                {"USERNAME", "", "InvalidParameterException", "Missing required parameter USERNAME"},
		"A is zero":              {"SRP_A", "0", "InvalidParameterException", bad},
		"A below zero":           {"SRP_A", "-1", "InvalidParameterException", bad},
		"A no number":            {"SRP_A", "xyz", "InvalidParameterException", bad},
		"A beyond N":             {"SRP_A", n, "InvalidParameterException", bad},
		"A of 768 digits":        {"SRP_A", "8" + strings.Repeat("0", 767), "", ""},
		"A of many digits":       {"SRP_A", strings.Repeat("1", 769), "InvalidParameterException", bad},
		"name of 128 characters": {"USERNAME", strings.Repeat("é", 128), "", ""},
		"name of 129 characters": {"USERNAME", strings.Repeat("é", 129), "InvalidParameterException", "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128"},
	} {
		params := maps.Clone(good)
		params[row.name] = row.value
		_, err := f.auth(types.AuthFlowTypeUserSrpAuth, clientID, params)
		t.Run(rule, func(t *testing.T) {
			if row.code != "" {
				wantFault(t, err, row.code, row.message)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// A wrong password looks the same by SRP, and so does a user who is not there,
// to whom the challenge gives one salt and one id.
func TestSRPOfNobody(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	_, err := f.srpSignIn(email, "Wrong-Horse-9")
	wantFault(t, err, "NotAuthorizedException", badLogin)
	known := f.prove(email, password)
	first := f.prove("eve@example.com", password)
	_, err = first.send(clientID)
	wantFault(t, err, "NotAuthorizedException", badLogin)
	for name, p := range map[string]*proof{"known": known, "unknown": first} {
		if !uuid.MatchString(p.challenge["USERNAME"]) || p.challenge["USERNAME"] != p.challenge["USER_ID_FOR_SRP"] || len(p.challenge["SALT"]) != 32 {
			t.Errorf("%s user: got %v", name, p.challenge)
		}
	}
	if got, want := len(first.challenge["SECRET_BLOCK"]), len(known.challenge["SECRET_BLOCK"]); got != want {
		t.Errorf("a block of %d bytes, and of %d for a user", got, want)
	}
	who := func(p *proof) [2]string { return [2]string{p.challenge["SALT"], p.challenge["USERNAME"]} }
	f.reopen()
	for rule, row := range map[string]struct {
		p    *proof
		same bool
	}{
		"after a restart": {f.prove("eve@example.com", password), true},
		"in capitals":     {f.prove("EVE@example.com", password), true},
		"another name":    {f.prove("mallory@example.com", password), false},
	} {
		if (who(row.p) == who(first)) != row.same || row.p.challenge["SRP_B"] == first.challenge["SRP_B"] {
			t.Errorf("%s: got %v after %v, the same: want %t; and B must be new each time", rule, who(row.p), who(first), row.same)
		}
	}
}

func TestSRPBeforeConfirmation(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.signUp(email, password); err != nil {
		t.Fatal(err)
	}
	for _, any := range []string{password, "Wrong-Horse-9"} {
		_, err := f.srpSignIn(email, any)
		wantFault(t, err, "UserNotConfirmedException", "User is not confirmed.")
	}
	if err := f.confirm(email, f.code(email)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.srpSignIn(email, password); err != nil {
		t.Error(err)
	}
}

// Wrong passwords count together, whichever flow they come by.
func TestSRPLockout(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	for _, name := range []string{email, "nobody@example.com"} {
		for range 3 {
			_, err := f.srpSignIn(name, "Wrong-Horse-9")
			wantFault(t, err, "NotAuthorizedException", badLogin)
		}
		for range 2 {
			_, err := f.signIn(name, "Wrong-Horse-9")
			wantFault(t, err, "NotAuthorizedException", badLogin)
		}
		for _, signIn := range []func(string, string) (*types.AuthenticationResultType, error){f.srpSignIn, f.signIn} {
			_, err := signIn(name, password)
			wantFault(t, err, "NotAuthorizedException", "Password attempts exceeded")
		}
	}
	f.clock.Forward(time.Second)
	if _, err := f.srpSignIn(email, password); err != nil { // which forgets the failures
		t.Fatal(err)
	}
	_, err := f.signIn(email, "Wrong-Horse-9")
	wantFault(t, err, "NotAuthorizedException", badLogin)
	if _, err := f.signIn(email, password); err != nil {
		t.Error(err)
	}
}

// State files of old have users without a verifier, and one of a pool with
// another name has users with one that clients cannot prove.
func TestSRPOfOldUsers(t *testing.T) {
	t.Parallel()
	for rule, change := range map[string]func(key, value *string){
		"no verifier":           func(_, value *string) { *value = strings.Replace(*value, `"SRP"`, `"SRQ"`, 1) },
		"another pool's":        func(_, value *string) { *value = strings.Replace(*value, `"Pool":"test"`, `"Pool":"tested"`, 1) },
		"unchanged, for a test": func(_, _ *string) {},
	} {
		f := open(t)
		f.user()
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		changeRecord(t, f.dir+"/"+stateFile, "users", change)
		f.open()
		_, err := f.srpSignIn(email, password)
		old := strings.Contains(f.log.String(), "SRP is not possible before this user signs in once with the password")
		if rule == "unchanged, for a test" {
			if err != nil || old {
				t.Errorf("%s: got %v, and the log has a hint: %t", rule, err, old)
			}
			continue
		}
		wantFault(t, err, "NotAuthorizedException", badLogin)
		if !old {
			t.Errorf("%s: the log does not say what to do", rule)
		}
		f.mustSignIn()
		if _, err := f.srpSignIn(email, password); err != nil {
			t.Errorf("%s, after a sign-in with the password: %v", rule, err)
		}
	}
}

// The flow that only the local client has is named in the log, once.
func TestLocalFlowIsLogged(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	const warning = "the deployed app client does not allow this flow"
	if _, err := f.srpSignIn(email, password); err != nil || strings.Contains(f.log.String(), warning) {
		t.Fatalf("got %v, log %s", err, f.log)
	}
	f.mustSignIn()
	f.mustSignIn()
	if got := strings.Count(f.log.String(), warning); got != 1 {
		t.Errorf("the log says so %d times", got)
	}
}
