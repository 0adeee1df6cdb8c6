// Command faulty is either Lambda function with a defect inside: it panics with
// the very secret that it was given, or fails with it. FUNCTION says which.
package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/function"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/noteapi"
)

func main() { function.Start(open) }

func open(context.Context) (lambda.Handler, *slog.Logger, error) {
	log := function.Logger(slog.LevelDebug)
	var handler lambda.Handler
	var err error
	switch os.Getenv("FUNCTION") {
	case "authorizer":
		handler, err = gate.New(gate.Config{Verifier: verifier{}, Logger: log})
	case "authorizer-context":
		handler, err = gate.New(gate.Config{Verifier: trusting{}, Context: noContext, Logger: log})
	default:
		handler, err = noteapi.Open(noteapi.Settings{MappedEvents: os.Getenv("EVENT_FORMAT") == "mapped"}, store{}, log)
	}
	return handler, log, err
}

type verifier struct{}

func (verifier) Verify(_ context.Context, authorization string) (*cognito.Claims, error) {
	panic(authorization)
}

// trusting accepts every token, as the name of a caller.
type trusting struct{}

func (trusting) Verify(_ context.Context, authorization string) (*cognito.Claims, error) {
	return &cognito.Claims{Subject: "somebody", Username: authorization}, nil
}

func noContext(_ context.Context, claims *cognito.Claims) (map[string]string, error) {
	return nil, errors.New("no context for " + claims.Username)
}

type store struct{ note.Store }

func (store) Create(_ context.Context, _ note.Owner, n note.Note) (note.Note, error) {
	panic("no room for " + n.Text)
}
