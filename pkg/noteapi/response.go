package noteapi

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

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

// failures are what clients may know of errors without words for them.
var failures = []struct {
	of []error
	failure
}{
	{
		[]error{caller.ErrNone, caller.ErrAmbiguous, caller.ErrMalformed, caller.ErrExpired, errBadCaller, note.ErrNoOwner},
		failure{http.StatusUnauthorized, "Unauthorized", map[string]string{"WWW-Authenticate": "Bearer"}},
	},
	{[]error{note.ErrNotFound}, failure{http.StatusNotFound, "There is no such note", nil}},
	{[]error{note.ErrConflict}, failure{http.StatusConflict, "There is a note with another text under this noteid", nil}},
	{[]error{note.ErrVersion}, failure{http.StatusPreconditionFailed, "The note is gone or not at the version of If-Match", nil}},
	{[]error{note.ErrThrottled}, failure{http.StatusTooManyRequests, "Too many requests, try again later", map[string]string{"Retry-After": "1"}}},
	{[]error{note.ErrUnavailable}, failure{http.StatusServiceUnavailable, "Service unavailable, try again later", map[string]string{"Retry-After": "1"}}},
}

// failureOf turns every error into what its client may know of it.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if field, ok := errors.AsType[*note.FieldError](err); ok {
		status := http.StatusBadRequest
		if errors.Is(err, note.ErrTooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		return &failure{status: status, message: field.Field + " " + field.Rule}
	}
	for _, f := range failures {
		if slices.ContainsFunc(f.of, func(e error) bool { return errors.Is(err, e) }) {
			return &f.failure
		}
	}
	return &failure{status: http.StatusInternalServerError, message: "Internal server error"}
}

func (f *failure) response() response {
	b, _ := json.Marshal(messageBody{f.message}) // a sentence of ours, so it can't fail
	return response{f.status, f.headers, string(b)}
}
