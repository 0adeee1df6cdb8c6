// Package lambdatest runs a built Lambda function as Lambda runs it: as a
// process of its own, which fetches its events from the Runtime API and posts
// its answers there.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambdatest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
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
	events  chan []byte
	answers chan Answer
	cmd     *exec.Cmd
	output  output
	exited  chan struct{}
}

// An Answer is what the function posted.
type Answer struct {
	Failed bool   // posted as an error: Body is {"errorMessage","errorType",...}
	Body   string // JSON
}

// Start starts the binary with this environment and no other. It runs until
// the test ends.
func Start(t testing.TB, binary string, env ...string) *Function {
	t.Helper()
	f := &Function{events: make(chan []byte), answers: make(chan Answer), exited: make(chan struct{})}
	api := httptest.NewServer(f.runtimeAPI(t.Context().Done()))
	f.cmd = exec.Command(binary)
	f.cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://"), "AWS_REGION=eu-west-1"}, env...)
	f.cmd.Stdout, f.cmd.Stderr = &f.output, &f.output
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		f.cmd.Wait()
		close(f.exited)
	}()
	t.Cleanup(func() {
		f.cmd.Process.Kill()
		<-f.exited
		api.CloseClientConnections()
		api.Close()
	})
	return f
}

// Invoke hands the function one event and returns its answer.
func (f *Function) Invoke(t testing.TB, event []byte) Answer {
	t.Helper()
	select {
	case f.events <- event:
	case <-f.exited:
		t.Fatalf("the function has exited: %s", f.Output())
	}
	select {
	case answer := <-f.answers:
		return answer
	case <-f.exited:
		t.Fatalf("the function exited at the event: %s", f.Output())
	}
	panic("unreachable")
}

// Wait waits until the function has exited by itself and returns its exit code.
func (f *Function) Wait() int {
	<-f.exited
	return f.cmd.ProcessState.ExitCode()
}

// Output is all that the function wrote to standard output and error so far.
func (f *Function) Output() string { return f.output.String() }

func (f *Function) runtimeAPI(end <-chan struct{}) http.Handler {
	const invocation = "/2018-06-01/runtime/invocation/"
	mux := http.NewServeMux()
	count := 0
	mux.HandleFunc("GET "+invocation+"next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case event := <-f.events:
			count++
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprintf("00000000-0000-4000-8000-%012d", count))
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(10*time.Second).UnixMilli(), 10))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:under-test")
			w.Write(event)
		case <-r.Context().Done():
		case <-end:
		}
	})
	answered := func(failed bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			w.WriteHeader(http.StatusAccepted)
			select {
			case f.answers <- Answer{Failed: failed, Body: string(body)}:
			case <-end:
			}
		}
	}
	mux.HandleFunc("POST "+invocation+"{id}/response", answered(false))
	mux.HandleFunc("POST "+invocation+"{id}/error", answered(true))
	return mux
}

// output collects what a process writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
