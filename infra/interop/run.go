package interop

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
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

// run runs a script of this folder to its end, JSON in and JSON out.
func run[Out any](t testing.TB, script, npmPackage string, in any) (out Out) {
	t.Helper()
	dir := filepath.Dir(Modules(t, npmPackage))
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", script, err, stderr.String())
	}
	if err := json.Unmarshal(output, &out); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return out
}
