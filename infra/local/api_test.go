package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A template of somebody's: its functions are a script of Python's and one of
// Node's, and its user pool is the local one.
const somebodys = `Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: {Type: String, Default: none}
Globals:
  Function: {Timeout: 20}
Resources:
  Users: {Type: AWS::Cognito::UserPool}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: dev
      Auth:
        DefaultAuthorizer: Pool
        Authorizers:
          Pool: {UserPoolArn: !GetAtt Users.Arn}
          Gate: {FunctionArn: !GetAtt GateFunction.Arn}
  GateFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: gate/, Handler: gate.handler, Runtime: nodejs20.x}
  Pets:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: pets/
      Handler: app.handler
      Runtime: python3.12
      Environment: {Variables: {GREETING: !Sub "${Greeting}, pets"}}
      Events:
        Open: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /open, Method: get, Auth: {Authorizer: NONE}}}
        Mine: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /mine, Method: get}}
        Gated: {Type: Api, Properties: {RestApiId: !Ref Api, Path: "/gated/{id}", Method: get, Auth: {Authorizer: Gate}}}
  Web:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: web/
      Handler: index.handler
      Runtime: nodejs20.x
      Events:
        Page: {Type: HttpApi, Properties: {Path: /page, Method: get}}
`

const pets = `import json, os, subprocess
def handler(event, context):
  child = subprocess.Popen(["sleep", "1000"]).pid
  claims = (event["requestContext"].get("authorizer") or {}).get("claims") or {}
  return {"statusCode": 200, "body": json.dumps({
    "greeting": os.environ["GREETING"], "user": claims.get("email"), "pids": [os.getpid(), child],
    "timeout": context.get_remaining_time_in_millis() > 10000})}
`

const gate = `exports.handler = async (event) => {
  if (event.authorizationToken !== "Bearer let me in") throw new Error("Unauthorized")
  return {principalId: "somebody", policyDocument: {Version: "2012-10-17", Statement: [{Action: "execute-api:Invoke", Effect: "Allow", Resource: "*"}]}}
}
`

// folder writes files: name, text, name, text.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	folder := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(folder, files[i])
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// anybodys is the command with arguments, in a folder with this machine's programs.
func anybodys(t *testing.T, args ...string) *exec.Cmd {
	cmd := command(t.TempDir(), "PATH="+os.Getenv("PATH"), "HOME="+os.Getenv("HOME"))
	cmd.Args = append(cmd.Args, args...)
	return cmd
}

// Somebody's API answers behind its authorizers, with the local pool's tokens and
// its own functions, and leaves no process behind.
func TestSomebodysAPI(t *testing.T) {
	t.Parallel()
	file := filepath.Join(folder(t, "template.yaml", somebodys, "pets/app.py", pets, "gate/gate.js", gate), "template.yaml")
	s := run(t, anybodys(t, "api", file, "--api", "Api", "--param", "Greeting=hello"))
	id := *s.demo(t).IdToken
	var pids []int
	told := func(a answer) (greeting, user string) {
		t.Helper()
		var body struct {
			Greeting, User string
			PIDs           []int
			Timeout        bool
		}
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil || a.Status != 200 || !body.Timeout {
			t.Fatalf("got %d %s", a.Status, a.Body)
		}
		pids = append(pids, body.PIDs...)
		return body.Greeting, body.User
	}
	if greeting, user := told(s.request(t, "", "GET", "/open", "")); greeting != "hello, pets" || user != "" {
		t.Errorf("open: got %q, %q", greeting, user)
	}
	s.request(t, "", "GET", "/mine", "").expect(t, 401, `{"message":"Unauthorized"}`)
	if _, user := told(s.request(t, id, "GET", "/mine", "")); user != "demo@example.com" {
		t.Errorf("with the pool's token: user %q", user)
	}
	s.request(t, "let me out", "GET", "/gated/1", "").expect(t, 401, `{"message":"Unauthorized"}`)
	told(s.request(t, "let me in", "GET", "/gated/1", ""))
	told(s.request(t, "let me in", "GET", "/gated/2", ""))

	for _, line := range []string{ // route, authorizer (cached or asked), function, duration, cold or warm
		`GET +/open +200 +function +[0-9.]+ ms  Pets [0-9.]+ ms cold\n`,
		`GET +/mine +401 +gateway +[0-9.]+ ms  Pool not asked`,
		`GET +/mine +200 +function +[0-9.]+ ms  Pool decided  Pets [0-9.]+ ms warm\n`,
		`GET +/gated/\{id\} +401 +authorizer +[0-9.]+ ms  Gate asked \(GateFunction [0-9.]+ ms cold\)`,
		`GET +/gated/\{id\} +200 +function +[0-9.]+ ms  Gate asked \(GateFunction [0-9.]+ ms warm\)  Pets [0-9.]+ ms warm\n`,
		`GET +/gated/\{id\} +200 +function +[0-9.]+ ms  Gate cached  Pets [0-9.]+ ms warm\n`,
	} {
		s.log.Until(t, func(log string) bool { return regexp.MustCompile(line).MatchString(log) })
	}

	for _, pid := range pids {
		if !running(pid) {
			t.Errorf("process %d has ended before the command", pid)
		}
	}
	if err := s.end(os.Interrupt); err != nil {
		t.Error(err)
	}
	for late := time.Now().Add(20 * time.Second); len(pids) > 0; {
		left := pids[:0]
		for _, pid := range pids {
			if running(pid) {
				left = append(left, pid)
			}
		}
		if pids = left; time.Now().After(late) {
			t.Fatalf("%d processes are left", len(pids))
		}
	}
}

// running tells whether a process runs; one that has ended may not have been
// collected yet.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(state, "Z")
}

// loop is a function that needs no runtime client.
const loop = `import json, os, urllib.request as r
at = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
  with r.urlopen(at + "next") as event:
    name, e = event.headers["Lambda-Runtime-Aws-Request-Id"], json.load(event)
  c = e["requestContext"]
  body = json.dumps({"statusCode": 200, "body": e["path"] + " as " + str((c.get("authorizer") or {}).get("principalId")) + " at " + c["stage"]})
  r.urlopen(at + name + "/response", body.encode()).read()
`

// Swagger runs as well, without the pool, at a stage and with API keys of one's own.
func TestSwaggerWithFlags(t *testing.T) {
	t.Parallel()
	files := folder(t, "loop.py", loop, "api.json", `{"swagger": "2.0", "info": {}, "paths": {"/{name+}": {"x-amazon-apigateway-any-method": {"security": [{"key": []}],
		"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST",
			"uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.Fn}:live/invocations"}}}},
		"securityDefinitions": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}}`)
	cmd := anybodys(t, "api", filepath.Join(files, "api.json"), "--no-pool", "--stage", "beta", "--api-key", "one", "--api-key", "two",
		"--param", "stageVariables.Fn=Pets", "--function", "Pets=python3 loop.py")
	cmd.Dir = files
	s := run(t, cmd)
	if s.Pool != "" {
		t.Errorf("a user pool at %s", s.Pool)
	}
	for key, want := range map[string]int{"one": 200, "two": 200, "three": 403, "": 403} {
		body := map[int]string{200: "/a/b as None at beta", 403: `{"message":"Forbidden"}`}[want]
		s.request(t, "", "PUT", "/a/b", "", "X-Api-Key", key).expect(t, want, body)
	}
}

// A function may be any command, and an authorizer our own.
func TestFunctionsByCommand(t *testing.T) {
	t.Parallel()
	files := folder(t, "template.yaml", strings.Replace(somebodys, "Runtime: python3.12", "Runtime: java21", 1),
		"loop.py", loop)
	cmd := anybodys(t, "api", filepath.Join(files, "template.yaml"), "--api", "Api", "--function", "Pets=python3 loop.py", "--authorizer", "gate=GateFunction")
	cmd.Dir = files
	s := run(t, cmd)
	s.request(t, "", "GET", "/open", "").expect(t, 200, "/open as None at dev")
	s.request(t, "let me in", "GET", "/gated/1", "").expect(t, 401, `{"message":"Unauthorized"}`)
	got := s.request(t, *s.demo(t).AccessToken, "GET", "/gated/1", "")
	if got.Status != 200 || !strings.HasPrefix(got.Body, "/gated/1 as ") || strings.Contains(got.Body, "None") {
		t.Errorf("with our own authorizer: got %d %s", got.Status, got.Body)
	}
}

// check prints what api would say, of every API of a file, and fails only where
// api would refuse.
func TestCheck(t *testing.T) {
	t.Parallel()
	const aws = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:F/invocations"
	definition := func(path string) string {
		return "openapi: 3.0.1\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: '" + aws + "'}\n" + path +
			"components:\n  securitySchemes:\n    Gate:\n      type: apiKey\n      name: Authorization\n      in: header\n      x-amazon-apigateway-authorizer: {type: token, authorizerUri: '" + aws + "'}\n"
	}
	guarded := func(path string) string {
		return "  " + path + ":\n    get:\n      security: [{Gate: []}]\n      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: '" + aws + "'}\n"
	}
	for _, tt := range []struct {
		rule, name, text string
		exit             int
		says             []string
	}{
		{"nothing to say", "a.yaml", definition(""), 0, nil},
		{"refused", "a.yaml", definition("") + "x-amazon-apigateway-policy: {}\n", 1, []string{"Refused:", "a.yaml:13: the document: resource policies (x-amazon-apigateway-policy)"}},
		{"without effect", "a.yaml", definition("") + "x-amazon-apigateway-endpoint-configuration: {}\n", 0, []string{"Without effect here:", "a.yaml:13: the document: x-amazon-apigateway-endpoint-configuration"}},
		{"signatures", "a.yaml", strings.Replace(definition(guarded("/a/b")), "x-amazon-apigateway-authorizer:", "x-amazon-apigateway-authtype: awsSigv4\n      x-other:", 1), 0, []string{"a.yaml:7: GET /a/b: AWS_IAM: nobody has credentials here, so that every call is refused"}},
		{"an open route beside a guarded one", "a.yaml", definition(guarded("/b")), 0, []string{"Worth a look:", "a.yaml:4: GET /a: open to everybody, beside 1 route with an authorizer"}},
		{"the file of something else", "a.yaml", "a: b\n", 1, []string{"a.yaml:1: neither OpenAPI, Swagger nor a template: no member openapi, swagger or Resources"}},
		{"an empty file", "a.yaml", "\n", 1, []string{"a.yaml:1: document: bad syntax: the text is empty"}},
		{"another user pool", "a.yaml", poolAuthorizer("[]"), 0, []string{"Worth a look:", "a.yaml:10: authorizer Users: takes tokens of the user pool eu-west-1_AbCdEfGhI only: set POOL_ID=eu-west-1_AbCdEfGhI, and the local pool stands for it"}},
		{"the local pool by default", "a.yaml", strings.ReplaceAll(strings.ReplaceAll(poolAuthorizer("[]"), "eu-west-1_AbCdEfGhI", "local_notegate"), "eu-west-1", "us-east-1"), 0, nil},
		{"another app client", "a.yaml", jwtAuthorizer("another"), 0, []string{"authorizer Users: takes tokens of the app client another only: add it to CLIENTS_FILE, and get tokens with CLIENT_ID=another"}},
		{"one app client of two", "a.yaml", jwtAuthorizer("another, localnotesapp"), 0, nil},
		{"no user pool, where one is needed", "template.yaml --no-pool", somebodys, 1, []string{"template.yaml:15: Api: there is no user pool to use in place of Users"}},
		{"every API of a template", "template.yaml", strings.Replace(somebodys, "StageName: dev", "StageName: dev\n      Domain: {}", 1), 0, []string{"template.yaml:12: Api: Domain", "GET /open: open to everybody"}},
	} {
		name, flags, _ := strings.Cut(tt.name, " ")
		cmd := exec.Command(binary, append(strings.Fields("check "+flags), filepath.Join(folder(t, name, tt.text), name))...)
		cmd.Env = []string{}
		out, _ := cmd.Output()
		if got := cmd.ProcessState.ExitCode(); got != tt.exit || len(tt.says) == 0 && len(out) > 0 {
			t.Errorf("%s: exit code %d, want %d, and\n%s", tt.rule, got, tt.exit, out)
		}
		for _, says := range tt.says {
			if !strings.Contains(string(out), says) {
				t.Errorf("%s: no %q in\n%s", tt.rule, says, out)
			}
		}
	}
}
