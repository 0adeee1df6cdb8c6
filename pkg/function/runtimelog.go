package function

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
)

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
