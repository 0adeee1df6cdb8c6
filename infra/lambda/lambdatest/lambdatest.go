// Package lambdatest builds a Lambda function and runs it in a test as Lambda
// runs it, by package lambda.
package lambdatest

import (
	"context"
	"errors"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/lambda"
	"github.com/notegate/notegate/infra/lambda/transcript"
)

// Build builds the package in folder as it is deployed, but for this machine,
// and returns the path of the binary.
func Build(t testing.TB, folder string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-o", binary, folder)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", folder, err, out)
	}
	return binary
}

// A Function is a running function.
type Function struct {
	api    *lambda.Server
	cmd    *exec.Cmd
	output transcript.Transcript
	alive  context.Context // ends with the process
}

// An Answer is what the function posted.
type Answer = lambda.Answer

// Start starts the binary with this environment and no other. It runs until
// the test ends.
func Start(t testing.TB, binary string, env ...string) *Function {
	t.Helper()
	alive, exited := context.WithCancelCause(context.Background())
	f := &Function{api: lambda.New(), alive: alive}
	server := httptest.NewServer(f.api)
	f.cmd = exec.Command(binary)
	f.cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"), "AWS_REGION=eu-west-1"}, env...)
	f.cmd.Stdout, f.cmd.Stderr = &f.output, &f.output
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		f.cmd.Wait()
		exited(errors.New("the function has exited"))
	}()
	t.Cleanup(func() {
		f.Stop()
		server.CloseClientConnections()
		server.Close()
	})
	return f
}

// Invoke hands the function one event and returns its answer.
func (f *Function) Invoke(t testing.TB, event []byte) Answer {
	t.Helper()
	answer, err := f.api.Invoke(f.alive, event)
	if err != nil {
		t.Fatalf("%v: %s", err, f.Output())
	}
	return answer
}

// Wait waits until the function has exited by itself and returns its exit code.
func (f *Function) Wait() int {
	<-f.alive.Done()
	return f.cmd.ProcessState.ExitCode()
}

// Stop ends the function, with as little notice as Lambda gives, and returns all
// that it ever wrote to standard output and error.
func (f *Function) Stop() string {
	f.cmd.Process.Kill()
	f.Wait()
	return f.Output()
}

// Output is all that the function wrote to standard output and error so far.
func (f *Function) Output() string { return f.output.String() }
