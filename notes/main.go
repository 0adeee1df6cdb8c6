// Command notes is the Lambda function behind the API: it keeps each user's
// notes in a DynamoDB table. README.md lists the environment variables it reads.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/notegate/notegate/pkg/function"
	"github.com/notegate/notegate/pkg/note/dynamo"
	"github.com/notegate/notegate/pkg/noteapi"
)

func main() { function.Start(open) }

func open(ctx context.Context) (lambda.Handler, *slog.Logger, error) {
	settings, err := noteapi.LoadSettings(os.Getenv)
	if err != nil {
		return nil, nil, err
	}
	logger := function.Logger(settings.LogLevel)
	store, err := dynamo.Open(ctx, settings.TableName, logger)
	if err != nil {
		return nil, nil, err
	}
	handler, err := noteapi.Open(settings, store, logger)
	return handler, logger, err
}
