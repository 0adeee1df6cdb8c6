package main_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is linked into the authorizer is what it needs for its work, module by
// module: what examples and tests of its packages use is not.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "lambda.norpc", "-f", "{{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(out)))))
	want := []string{
		"github.com/MicahParks/jwkset", "github.com/MicahParks/keyfunc/v3", "github.com/aws/aws-lambda-go",
		"github.com/go-json-experiment/json", "github.com/golang-jwt/jwt/v5", "github.com/notegate/notegate", "golang.org/x/time",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modules in the authorizer (-want +got):\n%s", diff)
	}
}
