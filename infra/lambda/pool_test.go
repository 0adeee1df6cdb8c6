package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda"
	"github.com/notegate/notegate/infra/local/transcript"
)

// spec is this binary as a function.
func spec(role string, env ...string) lambda.Spec {
	return lambda.Spec{Name: "Fn", Command: []string{os.Args[0]}, Env: append([]string{"ROLE=" + role}, env...), Timeout: 2 * time.Minute}
}

// serve adds a function to a service that ends with the test, and returns its
// log, too.
func serve(t testing.TB, config lambda.ServiceConfig, s lambda.Spec) (*lambda.Pool, *transcript.Transcript) {
	t.Helper()
	log := &transcript.Transcript{}
	config.Log = func(name, line string) { log.Write([]byte(name + ": " + line + "\n")) }
	service := lambda.NewService(config)
	t.Cleanup(func() { service.Close() })
	p, err := service.Add(s)
	if err != nil {
		t.Fatal(err)
	}
	return p, log
}

func pool(t testing.TB, role string, env ...string) *lambda.Pool {
	t.Helper()
	p, _ := serve(t, lambda.ServiceConfig{}, spec(role, env...))
	return p
}

func call(t testing.TB, p *lambda.Pool, do string) (string, lambda.Report) {
	t.Helper()
	var report lambda.Report
	got, err := p.Invoke(lambda.WithReport(t.Context(), &report), []byte(`{"do":"`+do+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	return string(got), report
}

func TestPoolTellsTheFunction(t *testing.T) {
	t.Parallel()
	s := spec("function", "TABLE=notes", "AWS_LAMBDA_FUNCTION_NAME=other", "AWS_REGION=other")
	s.Dir, s.Handler, s.Runtime, s.Memory = t.TempDir(), "app.handler", "nodejs20.x", 512
	p, _ := serve(t, lambda.ServiceConfig{Region: "eu-central-1"}, s)
	want := event{
		"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", "AWS_LAMBDA_FUNCTION_NAME": "Fn", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/Fn", "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x",
		"LAMBDA_TASK_ROOT": s.Dir, "_HANDLER": "app.handler", "TZ": ":UTC", "TABLE": "notes", "HOME": "", "_X_AMZN_TRACE_ID": "Root=1",
		"id": "the-id", "arn": "arn:aws:lambda:eu-central-1:123456789012:function:Fn:live", "left": "true",
	}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "the-id", InvokedFunctionArn: want["arn"]})
	got, err := p.Invoke(lambda.WithTraceID(ctx, "Root=1"), []byte(`{"do":"tell"}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, decode(t, got)); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}

	plain, _ := call(t, p, "tell")
	got2 := decode(t, []byte(plain))
	if arn := "arn:aws:lambda:eu-central-1:123456789012:function:Fn"; got2["arn"] != arn || len(got2["id"]) != 36 {
		t.Errorf("without a context: got %s and id %q, want %s and a UUID", got2["arn"], got2["id"], arn)
	}
}

func decode(t *testing.T, text []byte) event {
	t.Helper()
	var out event
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// One process serves one call after another; only the first call is cold.
func TestPoolReusesItsProcess(t *testing.T) {
	t.Parallel()
	p := pool(t, "function")
	first, cold := call(t, p, "pid")
	second, warm := call(t, p, "pid")
	if first != second {
		t.Errorf("got processes %s and %s, want the same", first, second)
	}
	if !cold.Cold || cold.Init <= 0 || warm != (lambda.Report{}) {
		t.Errorf("got %+v and %+v, want a cold and a warm call", cold, warm)
	}
}

// A process for each call under way, up to the bound; further calls wait.
func TestPoolRunsCallsAtOnce(t *testing.T) {
	t.Parallel()
	arrived, leave := make(chan bool, 10), make(chan bool)
	meeting := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- true
		<-leave
	}))
	defer meeting.Close()
	p, _ := serve(t, lambda.ServiceConfig{Concurrency: 2}, spec("function"))
	var calls sync.WaitGroup
	for range 3 {
		calls.Go(func() {
			if got, err := p.Invoke(t.Context(), []byte(`{"do":"get","url":"`+meeting.URL+`"}`)); err != nil || string(got) != "200" {
				t.Errorf("got %s, %v, want 200", got, err)
			}
		})
	}
	<-arrived
	<-arrived // both are under way
	short, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if _, err := p.Invoke(short, nil); !errors.Is(err, cause) {
		t.Errorf("a call that waits: got %v, want its context's cause", err)
	}
	if len(arrived) > 0 {
		t.Error("a third call is under way")
	}
	close(leave)
	calls.Wait()
}

// The end of its context ends the wait, not the call.
func TestPoolCallRunsOn(t *testing.T) {
	t.Parallel()
	arrived, leave := make(chan bool), make(chan bool)
	meeting := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- true
		<-leave
	}))
	defer meeting.Close()
	p, _ := serve(t, lambda.ServiceConfig{Concurrency: 1}, spec("function"))
	pid, _ := call(t, p, "pid")
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	go func() { <-arrived; cancel(cause); close(leave) }()
	if _, err := p.Invoke(ctx, []byte(`{"do":"get","url":"`+meeting.URL+`"}`)); !errors.Is(err, cause) {
		t.Errorf("got %v, want %v", err, cause)
	}
	if got, report := call(t, p, "pid"); got != pid || report.Cold {
		t.Errorf("after it: got process %s, %+v, want %s, which has finished", got, report, pid)
	}
}

func TestPoolRefusesALargeEvent(t *testing.T) {
	t.Parallel()
	p := pool(t, "function")
	largest := `{"do":"pid","pad":"` + strings.Repeat("x", lambda.MaxPayload-len(`{"do":"pid","pad":""}`)) + `"}`
	if _, err := p.Invoke(t.Context(), []byte(largest)); err != nil {
		t.Errorf("6 MB: %v", err)
	}
	if _, err := p.Invoke(t.Context(), []byte(largest+" ")); !errors.Is(err, lambda.ErrTooLarge) {
		t.Errorf("a byte more: got %v, want ErrTooLarge", err)
	}
}

func TestServiceClosed(t *testing.T) {
	t.Parallel()
	arrived := make(chan bool)
	meeting := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- true
		<-r.Context().Done()
	}))
	defer meeting.Close()
	service := lambda.NewService(lambda.ServiceConfig{})
	p, err := service.Add(spec("function", "PATH="+os.Getenv("PATH")))
	if err != nil {
		t.Fatal(err)
	}
	child, err := p.Invoke(t.Context(), []byte(`{"do":"child"}`))
	if err != nil {
		t.Fatal(err)
	}
	go func() { <-arrived; service.Close() }()
	if _, err := p.Invoke(t.Context(), []byte(`{"do":"get","url":"`+meeting.URL+`"}`)); !errors.Is(err, lambda.ErrClosed) {
		t.Errorf("a call under way: got %v, want ErrClosed", err)
	}
	if err := service.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := p.Invoke(t.Context(), nil); !errors.Is(err, lambda.ErrClosed) {
		t.Errorf("a new call: got %v, want ErrClosed", err)
	}
	if _, err := service.Add(spec("function")); !errors.Is(err, lambda.ErrClosed) {
		t.Errorf("a new function: got %v, want ErrClosed", err)
	}
	pid, _ := strconv.Atoi(string(child))
	eventually(t, func() bool { return !alive(pid) })
}

// eventually fails the test if the condition is not met within half a minute.
func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	for late := time.Now().Add(30 * time.Second); !condition(); {
		if time.Now().After(late) {
			t.Fatal("it never came")
		}
	}
}

// alive tells whether a process runs; one that has ended may not have been
// collected yet.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(state, "Z")
}

func TestServiceNeedsANameAndACommand(t *testing.T) {
	t.Parallel()
	service := lambda.NewService(lambda.ServiceConfig{})
	for name, s := range map[string]lambda.Spec{"name": {Command: []string{"x"}}, "command": {Name: "Fn"}} {
		if _, err := service.Add(s); !errors.Is(err, lambda.ErrSpec) {
			t.Errorf("no %s: got %v, want ErrSpec", name, err)
		}
	}
	if _, err := service.Add(lambda.Spec{Name: "Fn", Command: []string{"x"}}); err != nil {
		t.Errorf("both: %v", err)
	}
}
