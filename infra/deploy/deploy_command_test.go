package deploy_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// samCLI stands for the SAM CLI and says what it is told, an argument a line.
const samCLI = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n"

// override is how the SAM CLI finds a parameter in one argument: a value ends at
// a blank, unless it is in double quotes.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html
var override = regexp.MustCompile(` ([A-Za-z0-9]+)=("[^"\\]*"|[^ "\\]+)`)

// What README.md says to type gets through make, the shell and the SAM CLI as it
// was meant, and the template takes it.
func TestDeploymentsOfTheREADME(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const rules = "notes/read=GET /notes,GET /notes/*; notes/write=POST /notes,PUT /notes/*,DELETE /notes/*"
	want := []map[string]string{ // in the order of the file
		{},
		{"UserPoolId": "eu-west-1_AbCdEfGhI", "ClientIds": "1h57kf5"},
		{"AllowedOrigin": "https://app.example.com"},
		{"FrontDoor": "http-jwt"},
		{"TableName": "NotesTest"},
		{"AccessRules": rules},
		{"AccessRules": "", "FrontDoor": "http-jwt"},
		{"Page": "cloudfront"},
		{"AllowedOrigin": "https://d111111abcdef8.cloudfront.net"},
		{}, // JWKS=
	}
	commands := regexp.MustCompile(`(?m)^\$ make deploy( .*)?$`).FindAllStringSubmatch(string(text), -1)
	if len(commands) != len(want) {
		t.Fatalf("README.md deploys %d times, want %d", len(commands), len(want))
	}
	tmpl := template(t)
	for i, command := range commands {
		_, parameters := sam(t, "deploy"+command[1])
		if !maps.Equal(parameters, want[i]) {
			t.Errorf("make deploy%s: parameters %q, want %q", command[1], parameters, want[i])
		}
		if _, err := tmpl.Deploy(parameters); err != nil {
			t.Errorf("make deploy%s: %v", command[1], err)
		}
	}
}

// README.md's deployments of the authorizer alone, likewise: a stack of its own,
// and afterwards only what changes.
func TestAuthorizerDeploymentsOfTheREADME(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{
		{"UserPoolIds": "eu-west-1_AbCdEfGhI", "ClientIds": "1h57kf5,2j68lg6"},
		{"ApiId": "a1b2c3d4e5", "AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms"},
	}
	commands := regexp.MustCompile(`(?m)^\$ make (deploy-authorizer.*)$`).FindAllStringSubmatch(string(text), -1)
	if len(commands) != len(want) {
		t.Fatalf("README.md deploys the authorizer %d times, want %d", len(commands), len(want))
	}
	for i, command := range commands {
		arguments, parameters := sam(t, command[1])
		if !maps.Equal(parameters, want[i]) {
			t.Errorf("make %s: parameters %q, want %q", command[1], parameters, want[i])
		}
		for _, argument := range []string{"infra/deploy/authorizer.yaml\n", "--stack-name\nnotegate-authorizer\n", "/infra/deploy/samconfig.toml\n"} {
			if !strings.Contains(arguments, argument) {
				t.Errorf("make %s: sam deploy gets %q, without %q", command[1], arguments, argument)
			}
		}
		all := maps.Clone(want[0]) // which the stack keeps
		maps.Copy(all, parameters)
		if _, err := alone(t).Deploy(all); err != nil {
			t.Errorf("make %s: %v", command[1], err)
		}
	}
	if arguments, _ := sam(t, "deploy-authorizer"); strings.Contains(arguments, "--parameter-overrides") {
		t.Errorf("make deploy-authorizer alone: sam deploy gets %q, an option without a value", arguments)
	}
}

// sam types make and returns what the SAM CLI is told, and the parameters that
// it understands. Nothing is built.
func sam(t *testing.T, command string) (arguments string, parameters map[string]string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "sam"), []byte(samCLI), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "make -s -o build -o dist/authorizer.zip "+command)
	cmd.Dir = "../.."
	for _, variable := range os.Environ() { // a make that runs this test is not that make's parent
		if !strings.HasPrefix(variable, "MAKE") && !strings.HasPrefix(variable, "MFLAGS") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("make %s: %v: %s", command, err, output)
	}
	parameters = map[string]string{}
	_, overrides, _ := strings.Cut(string(output), "--parameter-overrides\n")
	for line := range strings.Lines(overrides) {
		for _, match := range override.FindAllStringSubmatch(" "+line, -1) {
			parameters[match[1]] = strings.Trim(strings.TrimSuffix(match[2], "\n"), `"`)
		}
	}
	return string(output), parameters
}
