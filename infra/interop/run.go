package interop

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// TemplateProblems returns what AWS's own tools find wrong with each template,
// whose functions are in the long form and whose includes are in place:
// ill-typed properties and references to nothing, by the CDK's CfnInclude, and
// property names that the resources' schemas don't have.
//
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloudformation_include-readme.html
func TemplateProblems(t testing.TB, templates ...map[string]any) (problems [][]string) {
	t.Helper()
	return run[[][]string](t, "cloudformation.cjs", "aws-cdk-lib", templates)
}

// A Mapping is one question to [Mappings].
type Mapping struct {
	// Template is rendered with the request's body and the principalId that
	// the authorizer returned.
	Template  string `json:"template,omitempty"`
	Body      string `json:"body"`
	Principal string `json:"principal"`

	// Patterns are a Lambda integration's selection patterns, Error the text of
	// a function's error.
	Patterns []string `json:"patterns,omitempty"`
	Error    string   `json:"error"`
}

// Mapped is its answer.
type Mapped struct {
	Rendered string   `json:"rendered"`
	Matches  []string `json:"matches"` // those Patterns that match the whole Error
}

// Mappings renders API Gateway's mapping templates.
//
// https://github.com/ToQoz/api-gateway-mapping-template
func Mappings(t testing.TB, questions []Mapping) (answers []Mapped) {
	t.Helper()
	return run[[]Mapped](t, "mappingtemplate.cjs", "api-gateway-mapping-template", questions)
}

// run runs a Node script of this folder, which needs the npm package.
func run[Out any](t testing.TB, script, npmPackage string, in any) Out {
	t.Helper()
	Modules(t, npmPackage)
	return runBy[Out](t, "node", script, in)
}

// runBy runs a script of this folder to its end, JSON in and JSON out.
func runBy[Out any](t testing.TB, interpreter, script string, in any) (out Out) {
	t.Helper()
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(output(t, script, input, interpreter, script), &out); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return out
}

// output runs a command in this folder and returns what it prints. The failure of
// the test says what the command is.
func output(t testing.TB, what string, input []byte, command ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir, cmd.Stdin = folder(t), bytes.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", what, err, stderr.String())
	}
	return text
}
