// Package function runs a Lambda function whose log is JSON, one object a line,
// on standard error.
//
// A function's main calls [Start] with a function that reads the settings and
// opens the handler, and returns it with the logger that it has. The handler logs
// with that, a [Logger], its errors included.
//
// Package lambda writes plain text through package log: each error that a
// handler returns, and failures of its own. Start drops the former, which the
// handler has logged, and turns the latter into JSON.
package function

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
)

// Logger returns a logger of that level that writes JSON on standard error.
func Logger(level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// Start opens the handler and answers Lambda's invocations with it, and does not
// return; its first line, by the logger that open returns, says the version. With
// the argument --version it prints the version, opens nothing and returns. If the handler cannot
// be opened, Start logs the error and ends the process with status 1. Start is for
// a main: it changes the output of package log.
//
// The errorType of a failed invocation is loggedError, whatever the error's
// type; API Gateway reads its errorMessage only.
func Start(open func(context.Context) (lambda.Handler, *slog.Logger, error)) {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println(command(), Version())
		return
	}
	logger := Logger(slog.LevelError)
	log.SetFlags(0)
	log.SetOutput(runtimeLog{logger})
	handler, own, err := open(context.Background())
	if err != nil {
		logger.Error("cannot start", "version", Version(), "error", err.Error())
		os.Exit(1)
	}
	own.Info("started", "version", Version())
	lambda.Start(marker{handler})
}

// loggedError marks an error that the handler returned and so has logged. Its
// text is the error's own.
type loggedError struct{ error }

// loggedType is what package lambda calls it: it reports the name of an error's
// Go type as its errorType.
const loggedType = "loggedError"

// A marker marks the errors of a handler.
type marker struct{ lambda.Handler }

func (m marker) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	answer, err := m.Handler.Invoke(ctx, event)
	if err != nil {
		return nil, loggedError{err}
	}
	return answer, nil
}

// A runtimeLog takes the lines that package lambda writes through package log
// and logs them as JSON, all but the reports of marked errors.
type runtimeLog struct{ logger *slog.Logger }

func (l runtimeLog) Write(line []byte) (int, error) {
	var report messages.InvokeResponse_Error
	if json.Unmarshal(line, &report) != nil || report.Type != loggedType {
		l.logger.Error("lambda runtime", "detail", strings.TrimSpace(string(line)))
	}
	return len(line), nil
}

// version is set by the linker, since a build without VCS stamps has none:
//
//	go build -ldflags '-X github.com/notegate/notegate/pkg/function.version=v1.2.3'
var version string

// Version returns the version of the program: the one that it was linked with,
// or else that of its main module, such as v1.2.3 after go install, and (devel)
// for a build of a working tree.
func Version() string { return cmp.Or(version, buildInfo().Main.Version, "(devel)") }

// command is the program's name, whatever its file is called: bootstrap, in Lambda.
func command() string { return path.Base(buildInfo().Path) }

func buildInfo() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{}
}
