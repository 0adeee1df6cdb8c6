// Command authorizer is the Lambda function that API Gateway asks about each
// Authorization header. The README lists the environment variables it reads.
package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/notegate/notegate/pkg/gate"
)

func main() {
	handler, err := open(context.Background())
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(handler)
}

func open(ctx context.Context) (*gate.Handler, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	settings, err := gate.LoadSettings(os.Getenv, filepath.Dir(binary))
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: settings.LogLevel}))
	return gate.Open(ctx, settings, log)
}
