package noteapi

import (
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/notegate/notegate/pkg/caller"
	"github.com/notegate/notegate/pkg/note"
)

// failure is an error that clients may see: a status and a sentence of ours.
type failure struct {
	status  int
	message string
	headers map[string]string
}

func (f *failure) Error() string { return "noteapi: " + f.message }

func badRequest(message string) error {
	return &failure{status: http.StatusBadRequest, message: message}
}

// failureOf turns every error into what its client may know of it.
func failureOf(err error) *failure {
	var f *failure
	var field *note.FieldError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, note.ErrTooLarge) && errors.As(err, &field):
		return &failure{status: http.StatusRequestEntityTooLarge, message: field.Field + " " + field.Rule}
	case errors.As(err, &field):
		return &failure{status: http.StatusBadRequest, message: field.Field + " " + field.Rule}
	case isCallerError(err):
		return &failure{status: http.StatusUnauthorized, message: "Unauthorized", headers: map[string]string{"WWW-Authenticate": "Bearer"}}
	case errors.Is(err, note.ErrNotFound):
		return &failure{status: http.StatusNotFound, message: "There is no such note"}
	case errors.Is(err, note.ErrConflict):
		return &failure{status: http.StatusConflict, message: "There is a note with another text under this noteid"}
	case errors.Is(err, note.ErrVersion):
		return &failure{status: http.StatusPreconditionFailed, message: "The note is gone or not at the version of If-Match"}
	case errors.Is(err, note.ErrThrottled):
		return &failure{status: http.StatusTooManyRequests, message: "Too many requests, try again later", headers: retryAfter()}
	case errors.Is(err, note.ErrUnavailable):
		return &failure{status: http.StatusServiceUnavailable, message: "Service unavailable, try again later", headers: retryAfter()}
	}
	return &failure{status: http.StatusInternalServerError, message: "Internal server error"}
}

func isCallerError(err error) bool {
	for _, e := range []error{caller.ErrNone, caller.ErrAmbiguous, caller.ErrMalformed, caller.ErrExpired, errBadCaller, note.ErrNoOwner} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func retryAfter() map[string]string { return map[string]string{"Retry-After": "1"} }

func (f *failure) response() response {
	b, _ := json.Marshal(messageBody{f.message}) // a sentence of ours, so it can't fail
	return response{f.status, f.headers, string(b)}
}
