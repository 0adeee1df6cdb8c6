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
	"sync/atomic"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/lambda"
)

// A function ends by itself when its Runtime API dies, at whatever request that
// happens. The API may have been killed with the command that it is a part of.
func TestOrphanEnds(t *testing.T) {
	t.Parallel()
	files := map[string]string{"app.js": "exports.handler = async () => 1", "app.py": "def handler(event, context):\n  return 1\n"}
	for name, tt := range map[string]struct {
		handler, dies string // the API dies at this request
		begun         string // and has begun this answer
	}{
		"idle":                    {handler: "app.handler", dies: "invocation/next"},
		"at half an event":        {handler: "app.handler", dies: "invocation/next", begun: "{"},
		"at an answer":            {handler: "app.handler", dies: "invocation/1/response"},
		"at code that is missing": {handler: "missing.handler", dies: "init/error"},
	} {
		for _, runtime := range []string{"nodejs20.x", "python3.13"} {
			t.Run(name+" "+runtime, func(t *testing.T) {
				t.Parallel()
				folder := t.TempDir()
				for file, code := range files {
					if err := os.WriteFile(filepath.Join(folder, file), []byte(code), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				command, err := lambda.CommandFor(runtime, tt.handler, folder)
				if err != nil {
					t.Fatal(err)
				}
				var died atomic.Bool
				api := httptest.NewUnstartedServer(nil)
				api.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
					w.Header().Set("Lambda-Runtime-Deadline-Ms", "0")
					w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn")
					w.Header().Set("Content-Length", "2")
					if !strings.HasSuffix(r.URL.Path, tt.dies) {
						_, _ = io.WriteString(w, "{}")
						return
					}
					died.Store(true)
					api.Listener.Close()
					if _, _ = io.WriteString(w, tt.begun); tt.begun != "" {
						_ = http.NewResponseController(w).Flush()
					}
					panic(http.ErrAbortHandler) // the connection ends here
				})
				api.Start()
				defer api.Close()

				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				cmd := exec.CommandContext(ctx, command[0], command[1:]...)
				cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+api.Listener.Addr().String(), "_HANDLER="+tt.handler, "LAMBDA_TASK_ROOT="+folder,
					"AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_VERSION=1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1", "AWS_LAMBDA_LOG_GROUP_NAME=g", "AWS_LAMBDA_LOG_STREAM_NAME=s")
				out, err := cmd.CombinedOutput()
				if err == nil || ctx.Err() != nil || !died.Load() {
					t.Errorf("got %v, the API has died: %t, and output %.2000s; want an exit that is no success", err, died.Load(), out)
				}
			})
		}
	}
}
