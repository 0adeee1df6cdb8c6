package noteapi

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// errEvent says nothing of the event, which holds the caller's headers.
var errEvent = errors.New("noteapi: event: not a proxy event of API Gateway")

// event is what the handler reads of a proxy event, of either payload. Our own
// type, because the two differ, because authorizers put differing types under
// the same names, and because a member that nobody reads should break nothing.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type event struct {
	Version        string            `json:"version"` // of the payload: 1.0 or 2.0 from an HTTP API, none from a REST API
	Headers        map[string]string `json:"headers"`
	PathParameters map[string]string `json:"pathParameters"`
	Body           string            `json:"body"`
	IsBase64       bool              `json:"isBase64Encoded"`

	// Payload 1.0 only, the singular maps with the last of several values.
	Resource         string              `json:"resource"`
	Path             string              `json:"path"`
	HTTPMethod       string              `json:"httpMethod"`
	MultiHeaders     map[string][]string `json:"multiValueHeaders"`
	QueryParameters  map[string]string   `json:"queryStringParameters"`
	MultiQueryValues map[string][]string `json:"multiValueQueryStringParameters"`

	// Payload 2.0 only.
	RouteKey string `json:"routeKey"` // such as GET /notes
	RawPath  string `json:"rawPath"`
	RawQuery string `json:"rawQueryString"`
}

// request is an event of either payload.
type request struct {
	route
	noteID      string
	decodedPath bool // by the gateway, as HTTP APIs do
	header      http.Header
	query       url.Values
	body        string
	base64      bool
	event       []byte // whole, for the caller in it
}

// decodeEvent returns errEvent if the event is not API Gateway's, and a
// failure if a client made it unreadable; then the request is empty.
func decodeEvent(b []byte) (request, error) {
	var e event
	if err := json.Unmarshal(b, &e); err != nil {
		e = event{}
		if err := json.Unmarshal(b, &e, jsontext.AllowInvalidUTF8(true)); err != nil {
			return request{}, errEvent
		}
		return request{}, badRequest("The request must be UTF-8")
	}
	req := request{
		noteID:      e.PathParameters["noteid"],
		decodedPath: e.Version != "",
		header:      http.Header{},
		body:        e.Body,
		base64:      e.IsBase64,
		event:       b,
	}
	read, path := req.read1, e.Path
	if e.Version == "2.0" {
		read, path = req.read2, e.RawPath
	}
	if err := read(e); err != nil {
		return req, err
	}
	return req, req.checkPath(path)
}

func (r *request) read1(e event) error {
	if e.HTTPMethod == "" || e.Resource == "" {
		return errEvent
	}
	r.route = route{e.HTTPMethod, e.Resource}
	// A REST API leaves path parameters as the client encoded them, an HTTP API
	// has decoded them; so recordings show, and no documentation says.
	if e.Version == "" {
		var err error
		if r.noteID, err = url.PathUnescape(r.noteID); err != nil {
			return badRequest("noteid must be percent-encoded")
		}
	}
	r.query = url.Values{}
	addAll(r.header.Add, e.MultiHeaders, e.Headers)
	addAll(r.query.Add, e.MultiQueryValues, e.QueryParameters)
	return nil
}

// addAll adds what the plural map holds, or else the singular one.
func addAll(add func(name, value string), plural map[string][]string, singular map[string]string) {
	for name, values := range plural {
		for _, value := range values {
			add(name, value)
		}
	}
	if plural == nil {
		for name, value := range singular {
			add(name, value)
		}
	}
}

// read2 parses the query itself: payload 2.0 joins several values by commas.
func (r *request) read2(e event) (err error) {
	method, path, ok := strings.Cut(e.RouteKey, " ")
	if !ok && e.RouteKey != "$default" {
		return errEvent
	}
	r.route = route{method, path}
	addAll(r.header.Add, nil, e.Headers)
	if r.query, err = url.ParseQuery(e.RawQuery); err != nil {
		return badRequest("The query string must be percent-encoded names and values")
	}
	return nil
}

// An HTTP API hands on its paths decoded, and captures show that it cuts them at
// an encoded question mark and decodes them twice: DELETE /notes/report%3F arrives
// as report, and 100%2541 as 100A, each of which may be another of the caller's
// notes. Whether the second decoding makes a blank of a plus, no capture shows. So
// an id that such a path may not bring back is refused when the note is created,
// and a path that does not hold the id whole is refused too.
//
// https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json
const unnamable = `behind this API noteid must not hold ? # / \ % + ; or control characters, nor begin or end with a blank`

// checkNamable returns a failure if the path of an HTTP API may not name the id.
func (r request) checkNamable(id string) error {
	if !r.decodedPath {
		return nil
	}
	if strings.TrimSpace(id) != id || strings.ContainsAny(id, `?#/\%+;`) || strings.ContainsFunc(id, unicode.IsControl) {
		return badRequest(unnamable)
	}
	return nil
}

// checkPath returns a failure unless the path of an HTTP API ends in the id that
// its path parameters have. A stage or a base path may stand before it.
func (r request) checkPath(path string) error {
	if !r.decodedPath || r.route.path != "/notes/{noteid}" {
		return nil
	}
	const notes = "/notes/"
	before, found := strings.CutSuffix(path, notes+r.noteID)
	if !found || strings.HasPrefix(before, notes) {
		return badRequest("The path must name the note as one encoded segment")
	}
	return nil
}
