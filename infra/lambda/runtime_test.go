package lambda_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda"
)

// coded is a function of these files.
func coded(t *testing.T, runtime, handler string, files map[string]string) *lambda.Pool {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command, err := lambda.CommandFor(runtime, handler, folder)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := serve(t, lambda.ServiceConfig{InitTimeout: 2 * time.Minute}, lambda.Spec{
		Name: "Fn", Command: command, Dir: folder, Handler: handler, Runtime: runtime, Timeout: 5 * time.Second, Env: os.Environ(),
	})
	return p
}

// A row is a function's code and what a call gives.
type row struct {
	handler, file, code string
	want                string // the answer, or else
	failure             lambda.Failure
}

func (r row) run(t *testing.T, runtime string) {
	t.Parallel()
	p := coded(t, runtime, r.handler, map[string]string{r.file: r.code})
	if r.failure != (lambda.Failure{}) {
		if diff := cmp.Diff(&r.failure, failure(t, p, `{"n":1}`), cmp.AllowUnexported(lambda.Failure{})); diff != "" {
			t.Errorf("want(-) got(+):\n%s", diff)
		}
		return
	}
	for range 2 { // the second time by the same process
		got, err := p.Invoke(t.Context(), []byte(`{"n":1}`))
		if err != nil || string(got) != r.want {
			t.Errorf("got %s, %v, want %s", got, err, r.want)
		}
	}
}

func TestNode(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]row{
		"async":       {handler: "app.handler", file: "app.js", code: `exports.handler = async (event) => ({ n: event.n + 1 })`, want: `{"n":2}`},
		"module":      {handler: "src/app.lambda.handler", file: "src/app.mjs", code: `export const lambda = { handler: async () => "é" }`, want: `"é"`},
		"callback":    {handler: "app.handler", file: "app.js", code: `exports.handler = (event, context, callback) => setTimeout(() => callback(null, context.functionName), 1)`, want: `"Fn"`},
		"no callback": {handler: "app.handler", file: "app.cjs", code: `exports.handler = () => {}`, want: `null`},
		"context": {handler: "app.handler", file: "app.js", code: `exports.handler = async (event, c) => [c.getRemainingTimeInMillis() > 1000, c.awsRequestId.length, c.invokedFunctionArn, c.memoryLimitInMB]`,
			want: `[true,36,"arn:aws:lambda:us-east-1:123456789012:function:Fn","128"]`},
		"thrown":        {handler: "app.handler", file: "app.js", code: `exports.handler = async () => { throw new TypeError("Unauthorized") }`, failure: lambda.Failure{Type: "TypeError", Message: "Unauthorized"}},
		"called back":   {handler: "app.handler", file: "app.js", code: `exports.handler = (e, c, callback) => callback("Unauthorized")`, failure: lambda.Failure{Type: "string", Message: "Unauthorized"}},
		"nobody caught": {handler: "app.handler", file: "app.js", code: `exports.handler = () => { setTimeout(() => { throw new Error("late") }, 1) }`, failure: lambda.Failure{Type: "Error", Message: "late"}},
		"not exported":  {handler: "app.other", file: "app.js", code: `exports.handler = async () => 1`, failure: lambda.Failure{Type: "Runtime.HandlerNotFound", Message: "app.other is undefined or not exported"}},
		"syntax":        {handler: "app.handler", file: "app.js", code: `exports.handler = async (`, failure: lambda.Failure{Type: "Runtime.UserCodeSyntaxError", Message: "SyntaxError: Unexpected end of input"}},
	} {
		t.Run(name, func(t *testing.T) { r.run(t, "nodejs20.x") })
	}
	t.Run("no such module", func(t *testing.T) {
		t.Parallel()
		for code, want := range map[string]string{"": "Error: Cannot find module 'app' in ", `require("nothing-of-the-sort")`: "Error: Cannot find module 'nothing-of-the-sort'"} {
			files := map[string]string{"other.js": ""}
			if code != "" {
				files["app.js"] = code
			}
			if f := failure(t, coded(t, "nodejs20.x", "app.handler", files), "{}"); f.Type != "Runtime.ImportModuleError" || !strings.HasPrefix(f.Message, want) {
				t.Errorf("got %+v, want Runtime.ImportModuleError and %s", f, want)
			}
		}
	})
}

func TestPython(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]row{
		"function": {handler: "app.handler", file: "app.py", code: "def handler(event, context):\n  return {'n': event['n'] + 1}", want: `{"n": 2}`},
		"package":  {handler: "src/app.handler", file: "src/app.py", code: "def handler(event, context):\n  return None", want: `null`},
		"context": {handler: "app.handler", file: "app.py", code: "def handler(event, c):\n  return [c.get_remaining_time_in_millis() > 1000, len(c.aws_request_id), c.invoked_function_arn, c.memory_limit_in_mb]",
			want: `[true, 36, "arn:aws:lambda:us-east-1:123456789012:function:Fn", "128"]`},
		"raised":         {handler: "app.handler", file: "app.py", code: "def handler(event, context):\n  raise Exception('Unauthorized')", failure: lambda.Failure{Type: "Exception", Message: "Unauthorized"}},
		"no such module": {handler: "app.handler", file: "app.py", code: "import nothing_of_the_sort", failure: lambda.Failure{Type: "Runtime.ImportModuleError", Message: "Unable to import module 'app': No module named 'nothing_of_the_sort'"}},
		"no such member": {handler: "app.other", file: "app.py", code: "", failure: lambda.Failure{Type: "Runtime.HandlerNotFound", Message: "Handler 'other' missing on module 'app'"}},
		"fails at once":  {handler: "app.handler", file: "app.py", code: "raise ValueError('no table')", failure: lambda.Failure{Type: "ValueError", Message: "no table"}},
	} {
		t.Run(name, func(t *testing.T) { r.run(t, "python3.13") })
	}
}

func TestProvided(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	bootstrap := filepath.Join(folder, "bootstrap")
	command, err := lambda.CommandFor("provided.al2023", "bootstrap", folder)
	if err != nil || command[0] != bootstrap {
		t.Errorf("without any file: got %v, %v, want %s", command, err, bootstrap)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte("package main"), 0o600); err != nil {
		t.Fatal(err)
	}
	if command, err = lambda.CommandFor("go1.x", "bootstrap", folder); err != nil || cmp.Diff([]string{"go", "run", "."}, command) != "" {
		t.Errorf("with Go source: got %v, %v, want go run", command, err)
	}
	if err := os.WriteFile(bootstrap, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if command, err = lambda.CommandFor("provided.al2", "bootstrap", folder); err != nil || command[0] != bootstrap {
		t.Errorf("with both: got %v, %v, want %s", command, err, bootstrap)
	}
}

// Go source runs, and its binary ends with the service.
func TestGoSource(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Fatal(err)
	}
	p, _ := serve(t, lambda.ServiceConfig{InitTimeout: 2 * time.Minute}, lambda.Spec{
		Name: "Fn", Command: []string{"go", "run", "./testdata/hello"}, Env: os.Environ(),
	})
	if got, err := p.Invoke(t.Context(), []byte(`"you"`)); err != nil || string(got) != `"hello you"` {
		t.Errorf("got %s, %v", got, err)
	}
}

// The runtime client of AWS comes first where it is installed.
func TestInstalledRuntimeClient(t *testing.T) {
	t.Parallel()
	for _, main := range []string{"bin/index.mjs", "index.mjs"} {
		folder := t.TempDir()
		client := filepath.Join(folder, "node_modules", "aws-lambda-ric", main)
		if err := os.MkdirAll(filepath.Dir(client), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(client, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := lambda.CommandFor("nodejs22.x", "app.handler", filepath.Join(folder, "src"))
		if err != nil || cmp.Diff([]string{"node", client, "app.handler"}, got) != "" {
			t.Errorf("got %v, %v, want %s", got, err, client)
		}
	}
}

func TestUnknownRuntime(t *testing.T) {
	t.Parallel()
	if _, err := lambda.CommandFor("java21", "Handler", "."); !errors.Is(err, lambda.ErrRuntime) {
		t.Errorf("got %v, want ErrRuntime", err)
	}
}
