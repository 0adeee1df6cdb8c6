package main_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// beFunction makes this test binary a Lambda function: a pre token generation
// trigger, and one behind an API that answers with what the authorizer said.
func beFunction() {
	runtime.Start(func(event map[string]any) (any, error) {
		source, ok := event["triggerSource"].(string)
		if !ok {
			context, _ := event["requestContext"].(map[string]any)
			body, err := json.Marshal(context["authorizer"])
			return map[string]any{"statusCode": 200, "body": string(body)}, err
		}
		if strings.HasSuffix(source, "RefreshTokens") {
			return nil, errors.New("no access any more")
		}
		event["response"] = map[string]any{"claimsAndScopeOverrideDetails": map[string]any{
			"accessTokenGeneration": map[string]any{"claimsToAddOrOverride": map[string]any{"tenant": "acme"}},
		}}
		return event, nil
	})
}

const echoAPI = `
Transform: AWS::Serverless-2016-10-31
Resources:
  API:
    Type: AWS::Serverless::Api
    Properties:
      StageName: local
      Auth:
        DefaultAuthorizer: Gate
        Authorizers:
          Gate: {FunctionArn: !GetAtt Gate.Arn}
  Gate:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ., Handler: bootstrap, Runtime: provided.al2023}
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: bootstrap
      Runtime: provided.al2023
      Events:
        Get: {Type: Api, Properties: {RestApiId: !Ref API, Path: /who, Method: get}}
`

// startEcho runs an API behind our gate, whose function answers with what the
// gate handed on.
func startEcho(t *testing.T, env ...string) *system {
	t.Helper()
	file := filepath.Join(t.TempDir(), "api.yaml")
	if err := os.WriteFile(file, []byte(echoAPI), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := command(t.TempDir(), append(env, "ROLE=function")...)
	cmd.Args = append(cmd.Args, "api", file, "--authorizer", "gate=Gate", "--function", "Echo="+os.Args[0])
	return run(t, cmd)
}

// The claim of a trigger, and one of the clients' file, reach the function behind
// the gate.
func TestContextClaims(t *testing.T) {
	t.Parallel()
	s := startEcho(t, "CONTEXT_CLAIMS=tenant", "PRE_TOKEN_GENERATION="+os.Args[0])
	tokens := s.demo(t)
	s.request(t, *tokens.AccessToken, "GET", "/who", "").contains(t, 200, `"tenant":"acme"`)
	_, err := s.auth(t, types.AuthFlowTypeRefreshTokenAuth, s.Client, map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken})
	if failed := (*types.UserLambdaValidationException)(nil); !errors.As(err, &failed) || failed.ErrorMessage() != "PreTokenGeneration failed with error no access any more." {
		t.Errorf("refresh: got %v, want what the trigger said", err)
	}

	file := clientsFile(t, `{"ClientId": "webapp", "ClientName": "Web", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "StaticClaims": {"tenant": "globex"}}`)
	s = startEcho(t, "CONTEXT_CLAIMS=tenant", "CLIENT_IDS=webapp,localnotesapp", file)
	s.request(t, *s.signIn(t, "webapp", "demo@example.com", "Notegate-1").AccessToken, "GET", "/who", "").contains(t, 200, `"tenant":"globex"`)
	if got := s.request(t, *s.demo(t).AccessToken, "GET", "/who", ""); got.Status != 200 || strings.Contains(got.Body, "tenant") {
		t.Errorf("another client: got %d %s", got.Status, got.Body)
	}
}

// A command that cannot be run fails sign-ins, not the start.
func TestTriggerThatIsNoProgram(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "PRE_TOKEN_GENERATION=/nowhere/trigger")
	_, err := s.auth(t, types.AuthFlowTypeUserPasswordAuth, s.Client, map[string]string{"USERNAME": "demo@example.com", "PASSWORD": "Notegate-1"})
	if failed := (*types.UserLambdaValidationException)(nil); !errors.As(err, &failed) || !strings.Contains(failed.ErrorMessage(), "/nowhere/trigger") {
		t.Errorf("got %v, want UserLambdaValidationException", err)
	}
}
