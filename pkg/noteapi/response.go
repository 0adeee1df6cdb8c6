package noteapi

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json"
)

// response is an answer to a proxy event, in the form that all payloads share.
// A REST API refuses any member that it doesn't know.
type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

// noETag stands for an answer that is no note's.
const noETag = 0

// ok returns a 200 with that body, and with that version as its entity tag.
func ok(body any, version int64) (response, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return response{}, fmt.Errorf("noteapi: encode body: %w", err)
	}
	headers := map[string]string{}
	if version != noETag {
		headers["ETag"] = eTag(version)
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

// eTag is a version as a strong entity tag (RFC 9110, section 8.8.3).
func eTag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// entityTag is one entity tag, weak or strong.
var entityTag = regexp.MustCompile(`^(W/)?"[\x21\x23-\x7e\x80-\x{10ffff}]*"$`)
