// Command notes is the Lambda function behind the API: it keeps each user's
// notes in a DynamoDB table. See [noteapi.LoadConfig] for its environment.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/notegate/notegate/pkg/note/dynamo"
	"github.com/notegate/notegate/pkg/noteapi"
)

func main() {
	handler, err := build(context.Background())
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(handler)
}

func build(ctx context.Context) (*noteapi.Handler, error) {
	cfg, err := noteapi.LoadConfig(os.Getenv)
	if err != nil {
		return nil, err
	}
	sdk, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	cfg.Store = dynamo.New(dynamo.NewClient(sdk), cfg.TableName)
	return noteapi.New(cfg)
}
