package noteapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/notegate/notegate/pkg/note"
)

// mappedBody is what a mapping template makes of a create: the body's members,
// and the caller from $context.authorizer.principalId.
type mappedBody struct {
	UserID string `json:"userid"`
	createBody
}

// invokeMapped creates a note, the one operation of that front door. A template
// that let a client's text become JSON would show as a member twice or unknown,
// and is refused like any other body.
func (h *Handler) invokeMapped(ctx context.Context, event []byte) ([]byte, error) {
	began, status := h.cfg.Now(), http.StatusOK
	err := h.createMapped(ctx, event)
	var f *failure
	if err != nil {
		f = failureOf(err)
		status = f.status
	}
	h.logRequest(ctx, began, route{http.MethodPost, "/notes"}, status, err)
	if f != nil {
		return nil, errors.New(errorPrefix(f.status) + ": " + f.message)
	}
	return json.Marshal(messageBody{"Note created"})
}

func (h *Handler) createMapped(ctx context.Context, event []byte) (err error) {
	defer guard(&err)
	var body mappedBody
	if err := decodeStrictly(event, &body, createMembers); err != nil {
		return err
	}
	owner, err := note.ParseOwner(body.UserID)
	if err != nil {
		return errBadCaller
	}
	_, err = h.notes.Create(ctx, owner, body.NoteID, body.Note)
	return err
}

// errorPrefix is what an integration's selectionPattern goes by: API Gateway
// knows a Lambda function's error only by its text. Too large is a bad request
// there, and what may pass on its own is Internal with the rest.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
func errorPrefix(status int) string {
	return cmp.Or(map[int]string{
		http.StatusBadRequest:            "BadRequest",
		http.StatusRequestEntityTooLarge: "BadRequest",
		http.StatusUnauthorized:          "Unauthorized",
		http.StatusNotFound:              "NotFound",
		http.StatusConflict:              "Conflict",
	}[status], "Internal")
}
