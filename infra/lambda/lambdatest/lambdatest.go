// Package lambdatest builds a Lambda function and runs it, by package lambda,
// until the test ends.
package lambdatest

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/notegate/notegate/infra/lambda"
)

// Build builds the package in folder as it is deployed, except for this machine,
// and returns the path of the binary.
func Build(t testing.TB, folder string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	if err := lambda.Build(folder, binary); err != nil {
		t.Fatal(err)
	}
	return binary
}

// A Function is a running function.
type Function struct{ *lambda.Function }

// An Answer is what the function posted.
type Answer = lambda.Answer

// Start starts the binary with this environment and no other. It runs until
// the test ends.
func Start(t testing.TB, binary string, env ...string) *Function {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Env = env
	f, err := lambda.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Stop() })
	return &Function{f}
}

// Invoke hands the function one event and returns its answer.
func (f *Function) Invoke(t testing.TB, event []byte) Answer {
	t.Helper()
	answer, err := f.Function.Invoke(t.Context(), event)
	if err != nil {
		t.Fatalf("%v: %s", err, f.Output())
	}
	return answer
}
