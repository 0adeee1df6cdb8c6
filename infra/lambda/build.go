package lambda

import (
	"fmt"
	"os/exec"
	"path/filepath"
)

// Build builds the Go package in folder as the Makefile does for Lambda, except for
// this machine. The error holds what the compiler said.
func Build(folder, binary string) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return fmt.Errorf("lambda: %w", err)
	}
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", binary, ".")
	cmd.Dir = folder
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("lambda: go build in %s: %w\n%s", folder, err, out)
	}
	return nil
}
