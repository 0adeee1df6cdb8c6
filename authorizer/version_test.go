package main_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
)

// --version needs no environment, and says what the binary was linked with.
func TestVersion(t *testing.T) {
	t.Parallel()
	linked := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags=-X github.com/notegate/notegate/pkg/function.version=v1.2.3", "-o", linked, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for binary, want := range map[string]string{linked: "authorizer v1.2.3\n", lambdatest.Build(t, "."): "authorizer (devel)\n"} {
		cmd := exec.CommandContext(t.Context(), binary, "--version")
		cmd.Env = []string{}
		if out, err := cmd.CombinedOutput(); string(out) != want || err != nil {
			t.Errorf("got %q, %v, want %q", out, err, want)
		}
	}
}
