// Command faulty is either Lambda function with a defect inside: it panics with
// the very secret that it was given. FUNCTION says which.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/noteapi"
)

func main() {
	handler, err := open()
	if err != nil {
		slog.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func open() (lambda.Handler, error) {
	if os.Getenv("FUNCTION") == "authorizer" {
		return gate.New(gate.Config{Verifier: verifier{}, Logger: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	}
	return noteapi.New(noteapi.Config{Store: store{}, MappedEvents: os.Getenv("EVENT_FORMAT") == "mapped", LogLevel: slog.LevelDebug})
}

type verifier struct{}

func (verifier) Verify(_ context.Context, authorization string) (*cognito.Claims, error) {
	panic(authorization)
}

type store struct{ note.Store }

func (store) Create(_ context.Context, _ note.Owner, n note.Note) (note.Note, error) {
	panic("no room for " + n.Text)
}
