package infra_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What a service imports that is no Lambda function links nothing of AWS: it
// compiles to as little as the standard library, golang-jwt and keyfunc need.
func TestLibraryLinksNoAWS(t *testing.T) {
	t.Parallel()
	list := func(packages ...string) []string {
		cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-deps"}, packages...)...)
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(out))
	}
	isAWS := func(path string) bool { return strings.HasPrefix(path, "github.com/aws/") }
	if deps := list("./pkg/gate"); !slices.ContainsFunc(deps, isAWS) {
		t.Fatal("pkg/gate is a Lambda handler, and links nothing of AWS: is it known by another path now?")
	}
	for _, library := range []string{"./pkg/caller", "./pkg/cognito", "./pkg/jwks", "./pkg/policy"} {
		for _, path := range list(library) {
			if isAWS(path) {
				t.Errorf("%s links %s", library, path)
			}
		}
	}
}
