package lambda_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda"
)

func start(t *testing.T, env ...string) *lambda.Function {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append([]string{"ROLE=function"}, env...)
	f, err := lambda.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Stop() })
	return f
}

func invoke(t *testing.T, f *lambda.Function, do string) lambda.Answer {
	t.Helper()
	answer, err := f.Invoke(t.Context(), []byte(`{"do":"`+do+`"}`))
	if err != nil {
		t.Fatalf("%v: %s", err, f.Output())
	}
	return answer
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, tt := range []struct {
		do   string
		want lambda.Answer
	}{
		{"answer", lambda.Answer{Body: `{"home":"","late":"false","region":"eu-west-1"}`}}, // HOME is not inherited
		{"fail", lambda.Answer{Failed: true, Body: `{"errorMessage":"no","errorType":"errorString"}`}},
		{"answer", lambda.Answer{Body: `{"home":"","late":"false","region":"eu-west-1"}`}},
	} {
		if diff := cmp.Diff(tt.want, invoke(t, f, tt.do)); diff != "" {
			t.Errorf("%s: want(-) got(+):\n%s", tt.do, diff)
		}
	}
	output := f.Output()
	if !strings.HasPrefix(output, "asked to answer\nasked to fail\n") || !strings.HasSuffix(output, "\nasked to answer\n") {
		t.Errorf("output: got %q", output)
	}
	if diff := cmp.Diff(output, f.Stop()); diff != "" {
		t.Errorf("output in the end: want(-) got(+):\n%s", diff)
	}
	if got := f.Stop(); got != "" {
		t.Errorf("stopped twice: got %q", got)
	}
}

// The event's deadline is the context's, and the environment is the command's.
func TestInvokeWithADeadline(t *testing.T) {
	t.Parallel()
	f := start(t, "AWS_REGION=us-east-1")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
	defer cancel()
	got, err := f.Invoke(ctx, []byte(`{}`))
	if want := (lambda.Answer{Body: `{"home":"","late":"true","region":"us-east-1"}`}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// Events that are given at once are taken one after the other, and each call
// gets its own answer.
func TestInvokeAtOnce(t *testing.T) {
	t.Parallel()
	f := start(t)
	type result struct{ failed, want bool }
	results := make(chan result)
	for i := range 20 {
		go func() {
			do := map[bool]string{true: "fail", false: "answer"}[i%2 == 0]
			answer, err := f.Invoke(t.Context(), []byte(`{"do":"`+do+`"}`))
			results <- result{answer.Failed || err != nil, i%2 == 0}
		}()
	}
	for range 20 {
		if r := <-results; r.failed != r.want {
			t.Errorf("failed: got %t, want %t", r.failed, r.want)
		}
	}
}

// Only the first answer to the event at hand counts.
func TestInvokeTakesOneAnswer(t *testing.T) {
	t.Parallel()
	f := start(t, "ROLE=rude")
	got, err := f.Invoke(t.Context(), nil)
	if want := (lambda.Answer{Body: "right"}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	f.Wait()
	if diff := cmp.Diff("early 400\nstranger 400\nright 202\nagain 400\n", f.Output()); diff != "" {
		t.Errorf("statuses: want(-) got(+):\n%s", diff)
	}
}

func TestInvokeEnds(t *testing.T) {
	t.Parallel()
	t.Run("with its context", func(t *testing.T) {
		t.Parallel()
		f := start(t)
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		if _, err := f.Invoke(ctx, []byte(`{"do":"hang"}`)); !errors.Is(err, cause) {
			t.Errorf("got %v, want %v", err, cause)
		}
	})
	t.Run("with the function", func(t *testing.T) {
		t.Parallel()
		f := start(t)
		if _, err := f.Invoke(t.Context(), []byte(`{"do":"exit","code":"xxx"}`)); !errors.Is(err, lambda.ErrExited) {
			t.Errorf("got %v, want ErrExited", err)
		}
		if got, want := f.Wait(), 3; got != want {
			t.Errorf("exit code: got %d, want %d", got, want)
		}
		if got, want := f.Output(), "asked to exit\n"; got != want {
			t.Errorf("output: got %q, want %q", got, want)
		}
		if _, err := f.Invoke(t.Context(), nil); !errors.Is(err, lambda.ErrExited) {
			t.Errorf("invoked again: got %v, want ErrExited", err)
		}
	})
	// aws-lambda-go takes a refused answer for the end of its environment.
	t.Run("with an answer beyond 6 MB", func(t *testing.T) {
		t.Parallel()
		f := start(t)
		want := lambda.Answer{Failed: true, Body: `{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}`}
		if got := invoke(t, f, "flood"); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if _, err := f.Invoke(t.Context(), nil); !errors.Is(err, lambda.ErrExited) {
			t.Errorf("invoked again: got %v, want ErrExited", err)
		}
	})
}

func TestStartWithoutACommand(t *testing.T) {
	t.Parallel()
	if _, err := lambda.Start(exec.Command(filepath.Join(t.TempDir(), "nothing"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	f := start(t)
	invoke(t, f, "answer")
	u, err := f.Usage()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Logf("nothing is measured here: %v", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if u.CPU <= 0 || u.CPU > time.Minute || u.PeakMemory < 1<<20 || u.PeakMemory > 1<<30 {
		t.Errorf("got %+v, want CPU time and 1 MiB to 1 GiB", u)
	}
	f.Stop()
	if _, err := f.Usage(); err == nil {
		t.Error("an exited function has usage")
	}
}
