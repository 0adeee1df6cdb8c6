// Command authorizer is the Lambda function that API Gateway asks about each
// request's token. README.md lists the environment variables it reads.
package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/notegate/notegate/pkg/function"
	"github.com/notegate/notegate/pkg/gate"
)

func main() { function.Start(open) }

func open(ctx context.Context) (lambda.Handler, *slog.Logger, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	settings, err := gate.LoadSettings(os.Getenv, filepath.Dir(binary))
	if err != nil {
		return nil, nil, err
	}
	logger := function.Logger(settings.LogLevel)
	handler, err := gate.Open(ctx, settings, logger)
	return handler, logger, err
}
