// Command faulty is either Lambda function with a defect inside: it panics with
// the very secret that it was given. FUNCTION says which.
package main

import (
	"context"
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

func open(context.Context) (lambda.Handler, error) {
	log := function.Logger(slog.LevelDebug)
	if os.Getenv("FUNCTION") == "authorizer" {
		return gate.New(gate.Config{Verifier: verifier{}, Logger: log})
	}
	return noteapi.Open(noteapi.Settings{MappedEvents: os.Getenv("EVENT_FORMAT") == "mapped"}, store{}, log)
}

type verifier struct{}

func (verifier) Verify(_ context.Context, authorization string) (*cognito.Claims, error) {
	panic(authorization)
}

type store struct{ note.Store }

func (store) Create(_ context.Context, _ note.Owner, n note.Note) (note.Note, error) {
	panic("no room for " + n.Text)
}
