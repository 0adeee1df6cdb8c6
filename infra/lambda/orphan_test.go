package lambda_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/lambda"
)

// A function whose Runtime API has died without a word, killed for example,
// ends by itself: idle as well as in the middle of a call.
func TestOrphanEnds(t *testing.T) {
	t.Parallel()
	for runtime, code := range map[string]string{
		"nodejs20.x": `exports.handler = async () => 1`,
		"python3.11": "def handler(event, context):\n  return 1\n",
	} {
		for name, calls := range map[string]int{"idle": 0, "in a call": 1} {
			t.Run(runtime+" "+name, func(t *testing.T) {
				t.Parallel()
				folder := t.TempDir()
				for _, file := range []string{"app.js", "app.py"} {
					if err := os.WriteFile(filepath.Join(folder, file), []byte(code), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				command, err := lambda.CommandFor(runtime, "app.handler", folder)
				if err != nil {
					t.Fatal(err)
				}
				gone := make(chan bool)
				api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if calls > 0 && strings.HasSuffix(r.URL.Path, "/next") {
						w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
						w.Header().Set("Lambda-Runtime-Deadline-Ms", "0")
						w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn")
						_, _ = io.WriteString(w, "{}")
						return
					}
					close(gone)
					panic(http.ErrAbortHandler) // its connection ends without an answer
				}))
				defer api.Close()
				go func() { <-gone; api.Listener.Close() }()

				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				cmd := exec.CommandContext(ctx, command[0], command[1:]...)
				cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+api.Listener.Addr().String(), "_HANDLER=app.handler", "LAMBDA_TASK_ROOT="+folder,
					"AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_VERSION=1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1", "AWS_LAMBDA_LOG_GROUP_NAME=g", "AWS_LAMBDA_LOG_STREAM_NAME=s")
				out, _ := cmd.CombinedOutput()
				if ctx.Err() != nil {
					t.Errorf("still running; it says %.2000s", out)
				}
			})
		}
	}
}
