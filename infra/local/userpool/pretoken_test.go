package userpool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda"
	"github.com/notegate/notegate/infra/local/userpool"
)

// A trigger answers what a test sets, and keeps the events that it got.
type trigger struct {
	mu     sync.Mutex
	events []string
	answer string // to be put for the event's response; empty: the event as it came
	whole  string // instead of the event
	err    error
	left   time.Duration // until the last call's deadline
}

func (f *trigger) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, string(event))
	deadline, _ := ctx.Deadline()
	f.left = time.Until(deadline)
	switch {
	case f.err != nil:
		return nil, f.err
	case f.whole != "":
		return []byte(f.whole), nil
	case f.answer == "":
		return event, nil
	}
	return fmt.Appendf(nil, `{"response":{"claimsAndScopeOverrideDetails":%s}}`, f.answer), nil
}

// last is the last event, and forgets all.
func (f *trigger) last() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.events) == 0 {
		return ""
	}
	event := f.events[len(f.events)-1]
	f.events = nil
	return event
}

func openTriggered(t *testing.T) (*fixture, *trigger) {
	t.Helper()
	f, fn := open(t), &trigger{}
	f.reopen(func(cfg *userpool.Config) {
		cfg.PreTokenGeneration = fn
		cfg.Clients = append(cfg.Clients, confidential(), machine())
	})
	f.user()
	return f, fn
}

func sourceOf(t *testing.T, event string) string {
	t.Helper()
	var e struct{ TriggerSource string }
	if err := json.Unmarshal([]byte(event), &e); err != nil {
		t.Fatalf("event %q: %v", event, err)
	}
	return e.TriggerSource
}

// The event is the one that AWS's library of events reads, with nothing left out.
func TestTriggerEvent(t *testing.T) {
	t.Parallel()
	f, fn := openTriggered(t)
	if err := f.addToGroup(poolID, email, "staff"); err != nil {
		t.Fatal(err)
	}
	const role = "arn:aws:iam::123456789012:role/staff"
	if _, err := f.client.UpdateGroup(t.Context(), &cognito.UpdateGroupInput{UserPoolId: new(poolID), GroupName: new("staff"), RoleArn: new(role)}); err != nil {
		t.Fatal(err)
	}
	tokens := f.mustSignIn()
	claims, _, err := f.verify(*tokens.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"version":"2","triggerSource":"TokenGeneration_Authentication","region":"local","userPoolId":"local_test","userName":%[1]q,`+
		`"callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"app"},"request":{`+
		`"userAttributes":{"cognito:user_status":"CONFIRMED","email":"ann@example.com","email_verified":"true","sub":%[1]q},`+
		`"groupConfiguration":{"groupsToOverride":["staff"],"iamRolesToOverride":[%[2]q],"preferredRole":%[2]q},`+
		`"scopes":["aws.cognito.signin.user.admin"]},"response":{"claimsAndScopeOverrideDetails":null}}`, claims["sub"], role)
	if got := sortedJSON(t, fn.last()); got != sortedJSON(t, want) {
		t.Errorf("got  %s\nwant %s", got, sortedJSON(t, want))
	}
	if got := claims["cognito:groups"]; !cmp.Equal(got, []any{"staff"}) {
		t.Errorf("groups of an event that came back as it was: got %v", got)
	}

	_, g := f.token("grant_type", "client_credentials", "client_id", "machine", "client_secret", secret, "scope", "notes/read", "aws_client_metadata", `{"job":"7"}`)
	if g.AccessToken == "" {
		t.Fatal(g.Error)
	}
	want = `{"version":"3","triggerSource":"TokenGeneration_ClientCredentials","region":"local","userPoolId":"local_test","userName":"machine",` +
		`"callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"machine"},"request":{"userAttributes":{},` +
		`"groupConfiguration":{"groupsToOverride":[],"iamRolesToOverride":[],"preferredRole":null},"scopes":["notes/read"],` +
		`"clientMetadata":{"job":"7"}},"response":{"claimsAndScopeOverrideDetails":null}}`
	if got := sortedJSON(t, fn.last()); got != sortedJSON(t, want) {
		t.Errorf("got  %s\nwant %s", got, sortedJSON(t, want))
	}
	if status, g := f.token("grant_type", "client_credentials", "client_id", "machine", "client_secret", secret, "aws_client_metadata", `7`); status != 400 || g.Error != "invalid_request" {
		t.Errorf("metadata that is no object: got %d %s", status, g.Error)
	}
}

func sortedJSON(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	out, _ := json.Marshal(v)
	return string(out)
}

func TestTriggerSource(t *testing.T) {
	t.Parallel()
	f, fn := openTriggered(t)
	expect := func(flow, want string) {
		t.Helper()
		if got := sourceOf(t, fn.last()); got != want {
			t.Errorf("%s: got %s, want %s", flow, got, want)
		}
	}
	tokens := f.mustSignIn()
	expect("password", "TokenGeneration_Authentication")
	if _, err := f.srpSignIn(email, password); err != nil {
		t.Fatal(err)
	}
	expect("SRP", "TokenGeneration_Authentication")
	if _, err := f.refresh(*tokens.RefreshToken); err != nil {
		t.Fatal(err)
	}
	expect("refresh", "TokenGeneration_RefreshTokens")
	if _, err := f.client.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenInput{
		ClientId: new(clientID), RefreshToken: tokens.RefreshToken, ClientMetadata: map[string]string{"why": "test"},
	}); err != nil {
		t.Fatal(err)
	}
	if event := fn.last(); sourceOf(t, event) != "TokenGeneration_RefreshTokens" || !strings.Contains(event, `"clientMetadata":{"why":"test"}`) {
		t.Errorf("GetTokensFromRefreshToken: got %s", event)
	}

	code := f.visit().authorize("scope", "openid notes/read").Get("code")
	expect("hosted login", "TokenGeneration_HostedAuth")
	if status, g := f.redeem(code); status != 200 {
		t.Fatal(g.Error)
	}
	if event := fn.last(); event != "" {
		t.Errorf("a code that was redeemed asked once more: %s", event)
	}

	if _, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{
		UserPoolId: new(poolID), Username: new(email), Password: new("Temporary-Horse-9"),
	}); err != nil {
		t.Fatal(err)
	}
	asked, err := f.client.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{
		ClientId: new(clientID), AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": "Temporary-Horse-9"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if event := fn.last(); event != "" {
		t.Errorf("no tokens yet: got %s", event)
	}
	if _, err := f.client.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: new(clientID), ChallengeName: asked.ChallengeName, Session: asked.Session, ClientMetadata: map[string]string{"step": "2"},
		ChallengeResponses: map[string]string{"USERNAME": email, "NEW_PASSWORD": password},
	}); err != nil {
		t.Fatal(err)
	}
	if event := fn.last(); sourceOf(t, event) != "TokenGeneration_NewPasswordChallenge" || !strings.Contains(event, `"clientMetadata":{"step":"2"}`) {
		t.Errorf("new password: got %s", event)
	}
}

// The messages are Cognito's, and no tokens are made.
func TestTriggerFails(t *testing.T) {
	t.Parallel()
	f, fn := openTriggered(t)
	tokens := f.mustSignIn()
	_ = fn.last()
	for name, row := range map[string]struct {
		whole         string
		err           error
		code, message string
		calls         int
	}{
		"error of the function": {"", &lambda.Failure{Type: "Error", Message: "No access"}, "UserLambdaValidationException", "PreTokenGeneration failed with error No access.", 1},
		"too slow": {"", context.DeadlineExceeded, "UnexpectedLambdaException",
			"PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.", 3},
		"not called":      {"", lambda.ErrClosed, "UnexpectedLambdaException", "PreTokenGeneration invocation failed due to error lambda: the service is closed.", 1},
		"no JSON":         {`{`, nil, "InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON", 1},
		"null":            {`null`, nil, "InvalidLambdaResponseException", "Unrecognizable lambda output", 1},
		"no response":     {`{}`, nil, "InvalidLambdaResponseException", "Unrecognizable lambda output", 1},
		"ill-typed claim": {`{"response":{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToSuppress":"email"}}}}`, nil, "InvalidLambdaResponseException", "Unrecognizable lambda output", 1},
		"ill-typed group": {`{"response":{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":["staff"]}}}`, nil, "InvalidLambdaResponseException", "Unrecognizable lambda output", 1},
		"empty scope":     {`{"response":{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["a",""]}}}}`, nil, "InvalidLambdaResponseException", "Unrecognizable lambda output", 1},
		"blank in scope":  {`{"response":{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["a b"]}}}}`, nil, "InvalidLambdaResponseException", "Unrecognizable lambda output", 1},
	} {
		fn.whole, fn.err, fn.events = row.whole, row.err, nil
		_, err := f.signIn(email, password)
		wantFault(t, err, row.code, row.message)
		if len(fn.events) != row.calls || fn.left > 5*time.Second {
			t.Errorf("%s: got %d calls of at most %v, want %d of 5 s", name, len(fn.events), fn.left, row.calls)
		}
		_, err = f.refresh(*tokens.RefreshToken)
		wantFault(t, err, row.code, row.message)
		if got := f.visit().authorize("scope", "openid"); got.Get("error") != "invalid_request" || got.Get("error_description") != row.message || got.Has("code") {
			t.Errorf("%s, hosted login: got %v", name, got)
		}
		if status, g := f.token("grant_type", "client_credentials", "client_id", "machine", "client_secret", secret); status != 400 || g.Error != "invalid_request" {
			t.Errorf("%s, machine: got %d %s", name, status, g.Error)
		}
	}
	fn.whole, fn.err = "", nil
	if _, err := f.refresh(*tokens.RefreshToken); err != nil {
		t.Errorf("a failure must not spend the refresh token: %v", err)
	}
}
