// Command authorizer is the Lambda function that API Gateway asks about each
// Authorization header. The README lists the environment variables it reads.
package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/notegate/notegate/pkg/function"
	"github.com/notegate/notegate/pkg/gate"
)

func main() { function.Start(open) }

func open(ctx context.Context) (lambda.Handler, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	settings, err := gate.LoadSettings(os.Getenv, filepath.Dir(binary))
	if err != nil {
		return nil, err
	}
	return gate.Open(ctx, settings, function.Logger(settings.LogLevel))
}
