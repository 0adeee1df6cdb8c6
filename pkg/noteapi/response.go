package noteapi

import (
	"fmt"
	"maps"

	"github.com/go-json-experiment/json"
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
