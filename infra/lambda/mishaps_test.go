package lambda_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda"
)

var requestID = regexp.MustCompile(`RequestId: [0-9a-f-]{36}`)

// failure calls the function and returns what Invoke says of its failure, with
// the request's id left out.
func failure(t *testing.T, p *lambda.Pool, event string) *lambda.Failure {
	t.Helper()
	got, err := p.Invoke(t.Context(), []byte(event))
	var f *lambda.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %s, %v, want a Failure", got, err)
	}
	return &lambda.Failure{Type: f.Type, Message: requestID.ReplaceAllString(f.Message, "RequestId: ID")}
}

// Whatever a function does, the call ends as Lambda's does and the next one is
// served.
func TestPoolSurvives(t *testing.T) {
	t.Parallel()
	const exitError, timedOut = "Runtime.ExitError", "Sandbox.Timedout"
	for name, tt := range map[string]struct {
		do   string
		want lambda.Failure
		cold bool // the next call needs a new process
	}{
		"error":           {`{"do":"fail"}`, lambda.Failure{Type: "errorString", Message: "no"}, false},
		"exit":            {`{"do":"exit","code":"xxx"}`, lambda.Failure{Type: exitError, Message: "RequestId: ID Error: Runtime exited with error: exit status 3"}, true},
		"exit 0":          {`{"do":"exit","code":""}`, lambda.Failure{Type: exitError, Message: "RequestId: ID Error: Runtime exited without providing a reason"}, true},
		"hang":            {`{"do":"hang"}`, lambda.Failure{Type: timedOut, Message: "RequestId: ID Error: Task timed out after 1.50 seconds"}, true},
		"flood":           {`{"do":"flood"}`, lambda.Failure{Type: "Function.ResponseSizeTooLarge", Message: "Response payload size exceeded maximum allowed payload size (6291556 bytes)."}, true},
		"unexpected JSON": {`[]`, lambda.Failure{Type: "UnmarshalTypeError", Message: "json: cannot unmarshal array into Go value of type lambda_test.event"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := spec("function")
			if name == "hang" {
				s.Timeout = 1500 * time.Millisecond
			}
			p, _ := serve(t, lambda.ServiceConfig{}, s)
			call(t, p, "pid")
			if diff := cmp.Diff(&tt.want, failure(t, p, tt.do), cmp.AllowUnexported(lambda.Failure{})); diff != "" {
				t.Errorf("want(-) got(+):\n%s", diff)
			}
			if _, report := call(t, p, "pid"); report.Cold != tt.cold {
				t.Errorf("the next call: cold is %t, want %t", report.Cold, tt.cold)
			}
		})
	}
}

func TestPoolInitFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		role string
		want lambda.Failure
		log  string // apart from the duration
	}{
		"reported": {"broken", lambda.Failure{Type: "Runtime.ImportModuleError", Message: "No module named 'x'"},
			"Fn: no module named x\nFn: INIT_REPORT Init Duration: ? ms Phase: init Status: error Error Type: Runtime.ImportModuleError\n"},
		"exit": {"dying", lambda.Failure{Type: "Runtime.ExitError", Message: "RequestId: ID Error: Runtime exited with error: exit status 2"},
			"Fn: no pool in[2J the environment\nFn: INIT_REPORT Init Duration: ? ms Phase: init Status: error Error Type: Runtime.ExitError\n"},
		"timeout": {"dreaming", lambda.Failure{Type: "Sandbox.Timedout", Message: "RequestId: ID Error: Task timed out after 0.10 seconds"},
			"Fn: INIT_REPORT Init Duration: ? ms Phase: init Status: timeout\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := spec(tt.role)
			config := lambda.ServiceConfig{}
			if tt.role == "dreaming" {
				s.Timeout, config.InitTimeout = 100*time.Millisecond, time.Millisecond
			}
			p, log := serve(t, config, s)
			if diff := cmp.Diff(&tt.want, failure(t, p, "{}"), cmp.AllowUnexported(lambda.Failure{})); diff != "" {
				t.Errorf("want(-) got(+):\n%s", diff)
			}
			duration := regexp.MustCompile(`\d+\.\d\d ms`)
			if diff := cmp.Diff(tt.log, duration.ReplaceAllString(log.String(), "? ms")); diff != "" {
				t.Errorf("log: want(-) got(+):\n%s", diff)
			}
		})
	}
	t.Run("no such command", func(t *testing.T) {
		t.Parallel()
		p, log := serve(t, lambda.ServiceConfig{}, lambda.Spec{Name: "Fn", Command: []string{filepath.Join(t.TempDir(), "bootstrap")}})
		if f := failure(t, p, "{}"); f.Type != "Runtime.InvalidEntrypoint" || !strings.HasSuffix(f.Message, "no such file or directory") {
			t.Errorf("got %+v, want Runtime.InvalidEntrypoint", f)
		}
		if got := log.String(); !strings.Contains(got, "INIT_REPORT") {
			t.Errorf("got log %q, want an INIT_REPORT", got)
		}
	})
}

// A function that asks for its next event without an answer gets none, and the
// call ends with its timeout.
func TestPoolWithoutAnswer(t *testing.T) {
	t.Parallel()
	s := spec("mute")
	s.Timeout = time.Second
	p, log := serve(t, lambda.ServiceConfig{}, s)
	if f := failure(t, p, "{}"); f.Type != "Sandbox.Timedout" {
		t.Errorf("got %+v, want Sandbox.Timedout", f)
	}
	if got, want := log.String(), "Fn: status 403\n"; got != want {
		t.Errorf("got log %q, want %q", got, want)
	}
}

// What a function answers is the caller's to read.
func TestPoolHandsOnWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	got, err := pool(t, "garbled").Invoke(t.Context(), nil)
	if want := "no {JSON"; err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestFailurePayload(t *testing.T) {
	t.Parallel()
	_, err := pool(t, "function").Invoke(t.Context(), []byte(`{"do":"fail"}`))
	var f *lambda.Failure
	if !errors.As(err, &f) || string(f.Payload()) != `{"errorMessage":"no","errorType":"errorString"}` {
		t.Errorf("posted: got %v, want it as posted", err)
	}
	made := &lambda.Failure{Type: "Sandbox.Timedout", Message: `"late"`}
	var back map[string]string
	if err := json.Unmarshal(made.Payload(), &back); err != nil || cmp.Diff(map[string]string{"errorType": made.Type, "errorMessage": made.Message}, back) != "" {
		t.Errorf("made here: got %s, %v", made.Payload(), err)
	}
}

// A line without an end fills no memory.
func TestLongLinesAreBroken(t *testing.T) {
	t.Parallel()
	p, log := serve(t, lambda.ServiceConfig{}, spec("function"))
	call(t, p, "write")
	text := log.Until(t, func(log string) bool { return strings.Count(log, "long ") > 9_990 && strings.HasSuffix(log, "\n") })
	for line := range strings.Lines(text) {
		if len(line) > 16<<10+10 || !strings.HasPrefix(line, "Fn: ") {
			t.Errorf("got a line of %d bytes that begins with %.10q", len(line), line)
		}
	}
}

// A process whose code has changed serves no further call.
func TestPoolNoticesChanges(t *testing.T) {
	t.Parallel()
	change := func(t *testing.T, p *lambda.Pool, path string) {
		t.Helper()
		before, _ := call(t, p, "pid")
		if err := os.WriteFile(path, []byte("new"), 0o600); err != nil {
			t.Fatal(err)
		}
		eventually(t, func() bool {
			after, _ := call(t, p, "pid")
			return after != before
		})
	}
	t.Run("of a file", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "bootstrap")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s := spec("function")
		s.Watch = []string{file}
		p, _ := serve(t, lambda.ServiceConfig{}, s)
		change(t, p, file)
		if err := os.Remove(file); err != nil { // as a compiler does
			t.Fatal(err)
		}
		change(t, p, file)
	})
	t.Run("in a folder", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		s := spec("function")
		s.Watch = []string{folder}
		p, _ := serve(t, lambda.ServiceConfig{}, s)
		change(t, p, filepath.Join(folder, "app.js"))
		if err := os.MkdirAll(filepath.Join(folder, "lib", "deep"), 0o700); err != nil {
			t.Fatal(err)
		}
		change(t, p, filepath.Join(folder, "lib", "deep", "util.js"))
	})
}

func TestPoolRunsUnwatched(t *testing.T) {
	t.Parallel()
	s := spec("function")
	s.Watch = []string{filepath.Join(t.TempDir(), "gone")}
	p, log := serve(t, lambda.ServiceConfig{}, s)
	call(t, p, "pid")
	if got := log.String(); !strings.Contains(got, "will not be noticed") {
		t.Errorf("got log %q, want a warning", got)
	}
}
