package attach_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/interop"
)

var cdkExample = example{"GateFunction", "Orders", []front{
	{"Token", "TokenGate", "token"}, {"Request", "RequestGate", "request"}, {"Http", "HttpHttpGate", "request"},
}}

// From git clone to an attached authorizer in a synthesised CDK app, by the
// README's own commands, of which there are at most three. Only what they would
// download is taken from here: the repository, and npm's packages.
func TestCDKByTheCommandsOfTheREADME(t *testing.T) {
	t.Parallel()
	_, section, found := strings.Cut(read(t, "../../README.md"), "\n## Put it in front of your own API\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var commands []string
	for _, match := range regexp.MustCompile(`(?m)^\$ (.*)$`).FindAllStringSubmatch(section, -1) {
		commands = append(commands, match[1])
	}
	if !found || len(commands) == 0 || len(commands) > 3 || !strings.HasPrefix(commands[0], "git clone ") {
		t.Fatalf("the README's commands are %q, want at most three, from git clone on", commands)
	}
	for _, command := range commands {
		if strings.ContainsAny(command, ";&|") {
			t.Errorf("%q is several commands", command)
		}
	}
	folder := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", strings.Join(commands, "\n"))
	cmd.Dir = folder
	for _, variable := range os.Environ() { // a make that runs this test is not that make's parent
		if !strings.HasPrefix(variable, "MAKE") && !strings.HasPrefix(variable, "MFLAGS") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "PATH="+npmOf(t, interop.Modules(t, "typescript"))+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+repository(t)+".insteadOf", "GIT_CONFIG_VALUE_0=https://github.com/notegate/notegate")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	text := short(t, read(t, folder, "notegate/dist/attach/Orders.template.json"))
	catch(t, text, cdkExample, cdkMistakes, cdkStack)
}

var cdkMistakes = []mistake{
	{`"AuthorizationType":"CUSTOM","AuthorizerId":{"Ref":"TokenGate"}`, `"AuthorizationType":"NONE"`, "Token: GET /orders: security"},
	{`"AuthorizationType":"CUSTOM","AuthorizerId":{"Ref":"HttpHttpGate"}`, `"AuthorizationType":"NONE"`, "Http: GET /orders: security"},
	{`"AuthorizerResultTtlInSeconds":300`, `"AuthorizerResultTtlInSeconds":3600`, "authorizerResultTtlInSeconds: got 3600"},
	{`"IdentityValidationExpression":"^`, `"IdentityValidationExpression":"`, "identityValidationExpression takes"},
	{`"Type":"REQUEST"`, `"Type":"TOKEN"`, "Request: type: got token"},
	{`"IdentitySource":"method.request.header.Authorization","Name":"OrdersRequestGate`, `"IdentitySource":"method.request.header.Cookie","Name":"OrdersRequestGate`, "Request: identitySource"},
	{`"EnableSimpleResponses":true`, `"EnableSimpleResponses":false`, "Http: enableSimpleResponses"},
	{`"AuthorizerPayloadFormatVersion":"2.0"`, `"AuthorizerPayloadFormatVersion":"1.0"`, "Http: authorizerPayloadFormatVersion"},
	{`"$request.header.Authorization","$context.routeKey"`, `"$request.header.Authorization"`, "Http: identitySource"},
	{`"/authorizers/",{"Ref":"TokenGate"}`, `"/",{"Ref":"TokenGate"}`, "want the authorizers of Token"},
	{`{"Ref":"Http"},"/authorizers/"`, `{"Ref":"Token"},"/authorizers/"`, "no permission for the authorizers of Http"},
	{`"ResponseType":"UNAUTHORIZED"`, `"ResponseType":"EXPIRED_TOKEN"`, "no gateway response UNAUTHORIZED"},
	{`"gatewayresponse.header.Access-Control-Allow-Origin":"'https://origin.invalid'"`, `"gatewayresponse.header.Access-Control-Allow-Origin":"'*'"`, "Token: DEFAULT_4XX"},
	{`"method.response.header.Access-Control-Max-Age":"'600'"`, `"method.response.header.Access-Control-Max-Age":"'5'"`, "max-age"},
	{`"AllowHeaders":["authorization","content-type"]`, `"AllowHeaders":["*"]`, "allowHeaders"},
	{`"TokenAccessDenied",`, ``, "does not wait for TokenAccessDenied"},
	{`"Timeout":6`, `"Timeout":30`, "GateFunction.Timeout"},
	{`"GOMAXPROCS":"1"`, `"GOMAXPROCS":"2"`, "GOMAXPROCS"},
	{`"RetentionInDays":30`, `"RetentionInDays":0`, "keeps lines forever"},
	{`"logs:PutLogEvents"]`, `"logs:*"]`, "GateRole may"},
	{`"Fn::GetAtt":["Orders","Arn"]},"/invocations"`, `"Fn::GetAtt":["GateFunction","Arn"]},"/invocations"`, "want Orders"},
}

// short gives a synthesised template the names of its constructs: the CDK adds
// eight digits to each, and a hash of the API to a deployment's. Members are in order.
func short(t *testing.T, text string) string {
	t.Helper()
	var template map[string]any
	if err := json.Unmarshal([]byte(text), &template); err != nil {
		t.Fatal(err)
	}
	compact, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	text = string(compact)
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(template["Resources"].(map[string]any))) {
		without := regexp.MustCompile(`[0-9A-F]{8}([0-9a-f]{32})?$`).ReplaceAllString(name, "")
		if seen[without] {
			t.Fatalf("two resources are named %s", without)
		}
		seen[without] = true
		text = strings.ReplaceAll(text, `"`+name+`"`, `"`+without+`"`)
	}
	return text
}

func cdkStack(t *testing.T, text string) *cloudformation.Stack {
	t.Helper()
	parsed, err := cloudformation.Parse([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parsed.Deploy(nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// repository makes a Git repository of the working tree as it is, without what
// Git ignores.
func repository(t *testing.T) (folder string) {
	t.Helper()
	const root = "../.."
	folder = t.TempDir()
	ignored := []string{".git", "node_modules", "dist", "bin", ".local", "build"}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		own := filepath.Base(path) == "dist" && filepath.Dir(name) == filepath.Join("infra", "deploy")
		switch {
		case slices.Contains(ignored, entry.Name()) && !own:
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(folder, name), 0o755)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, name), content, info.Mode())
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"init", "--quiet"}, {"add", "."}, {"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "all"},
	} {
		cmd := exec.CommandContext(t.Context(), "git", arguments...)
		cmd.Dir = folder
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", arguments, err, output)
		}
	}
	return folder
}

// npmOf is a folder with an npm that installs what is in a node_modules already,
// and else is npm.
func npmOf(t *testing.T, modules string) (folder string) {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Fatal("npm is not installed")
	}
	folder = t.TempDir()
	script := "#!/bin/sh\nset -e\nif [ \"$1 $2\" = 'install --prefix' ]; then exec ln -s '" + modules + "' \"$3/node_modules\"; fi\nexec '" + npm + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(folder, "npm"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// The example asks npm for the very packages that it is tested with.
func TestCDKPackagesAreTheTested(t *testing.T) {
	t.Parallel()
	var asked, tested struct{ Dependencies, DevDependencies map[string]string }
	for path, into := range map[string]any{"cdk/package.json": &asked, "../interop/package.json": &tested} {
		if err := json.Unmarshal([]byte(read(t, path)), into); err != nil {
			t.Fatal(err)
		}
	}
	maps.Copy(asked.Dependencies, asked.DevDependencies)
	if len(asked.Dependencies) != 3 {
		t.Errorf("packages %v, want three", asked.Dependencies)
	}
	for name, version := range asked.Dependencies {
		if tested.Dependencies[name] != version {
			t.Errorf("%s %s: tested with %s", name, version, tested.Dependencies[name])
		}
	}
}
