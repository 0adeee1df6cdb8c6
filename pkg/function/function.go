// Package function runs a Lambda function whose log is JSON, one object a line,
// on standard error.
//
// A function's main calls [Start] with a function that reads the settings and
// opens the handler, which logs with a [Logger].
package function

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

// Logger returns a logger of that level that writes JSON on standard error.
func Logger(level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// Start opens the handler and answers Lambda's invocations with it. It does not
// return. If the handler cannot be opened, Start logs the error and ends the
// process with status 1.
func Start(open func(context.Context) (lambda.Handler, error)) {
	handler, err := open(context.Background())
	if err != nil {
		Logger(slog.LevelInfo).Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(handler)
}
