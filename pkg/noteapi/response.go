package noteapi

import (
	"errors"
	"fmt"
	"maps"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/notegate/notegate/pkg/caller"
	"github.com/notegate/notegate/pkg/note"
)

// response is an answer to a proxy event, in the form that all payloads share.
// A REST API refuses any member that it doesn't know.
type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

// ok returns a 200 with that body, and with the entity tag of that state unless
// it is no note's.
func ok(body any, tag note.Tag) (response, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return response{}, fmt.Errorf("noteapi: encode body: %w", err)
	}
	headers := map[string]string{}
	if tag != (note.Tag{}) {
		headers["ETag"] = eTag(tag)
	}
	return response{200, headers, string(b)}, nil
}

// encode adds the headers that every answer carries, errors too: without CORS
// headers a browser hides from a page even what went wrong.
func (r response) encode(origin string) ([]byte, error) {
	headers := map[string]string{
		"Content-Type":           "application/json",
		"Cache-Control":          "no-store",
		"X-Content-Type-Options": "nosniff",
	}
	if origin != "" {
		headers["Access-Control-Allow-Origin"] = origin
		headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
		headers["Vary"] = "Origin"
	}
	maps.Copy(headers, r.Headers)
	r.Headers = headers
	b, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("noteapi: encode response: %w", err)
	}
	return b, nil
}

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
