package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notegate/notegate/pkg/internal/strictjson"
	"github.com/notegate/notegate/pkg/policy"
)

// shape is the kind of authorizer that an event is for, as the log names it.
type shape string

const (
	restToken     shape = "rest_token"
	restRequest   shape = "rest_request"
	httpV1        shape = "http_1.0"
	httpV2        shape = "http_2.0"
	webSocket     shape = "websocket"
	appSync       shape = "appsync"
	appSyncEvents shape = "appsync_events"
)

func (s shape) isAppSync() bool { return s == appSync || s == appSyncEvents }

// unknownEvent is the kind of an event that is not an authorizer's.
const unknownEvent = "unknown"

// Events returns every kind of event that a [Decision] may have.
func Events() []string {
	return []string{string(restToken), string(restRequest), string(httpV1), string(httpV2), string(webSocket), string(appSync), string(appSyncEvents), unknownEvent}
}

// A request is what the gate has to know of an event.
type request struct {
	shape         shape
	arn           policy.MethodARN // zero for AppSync
	authorization string           // raw; empty if there is none
	ambiguous     bool             // there is more than one, and authorization is empty
}

// hasRoutes reports whether access rules, which are of methods and paths, can say
// anything about the request.
func (r request) hasRoutes() bool { return r.shape != webSocket && !r.shape.isAppSync() }

// parseEvent returns an error that wraps [ErrEvent] in our own words: the
// decoder's may quote the event. The request's shape may be known even so.
func parseEvent(r *strictjson.Reader, text []byte, sources []source) (request, error) {
	e := event{sources: sources, found: make([]found, len(sources))}
	if err := e.read(r, text); err != nil {
		return request{}, fmt.Errorf("%w: not strict JSON of the expected types", ErrEvent)
	}
	var req request
	methodARN := e.methodARN
	switch [2]string{e.kind, e.version} {
	case [2]string{"TOKEN", ""}:
		req.shape = restToken
	case [2]string{"REQUEST", ""}:
		req.shape = restRequest
	case [2]string{"REQUEST", "1.0"}:
		req.shape = httpV1
	case [2]string{"REQUEST", "2.0"}:
		req.shape, methodARN = httpV2, e.routeARN
	default:
		if shape := e.appSyncShape(r, text); shape != "" {
			return request{shape: shape, authorization: e.token}, nil
		}
		return request{}, fmt.Errorf("%w: type and version are not an authorizer's", ErrEvent)
	}
	var err error
	if req.arn, err = policy.ParseMethodARN(methodARN); err != nil {
		connect, notConnect := policy.ParseConnectARN(methodARN)
		if req.shape != restRequest || notConnect != nil {
			return req, fmt.Errorf("%w: %w", ErrEvent, err)
		}
		req.shape, req.arn = webSocket, connect
	}
	if req.shape == restToken {
		req.authorization = e.token
		return req, nil
	}
	req.authorization, req.ambiguous = e.credential()
	return req, nil
}

// event has what the gate reads in all shapes, and no more: the rest of an event
// is skipped, except that duplicate names and invalid UTF-8 are errors.
type event struct {
	version, kind       string
	methodARN, routeARN string
	token               string // authorizationToken

	sources []source
	found   []found // in each of the sources
	cookies []string
}

func (e *event) read(r *strictjson.Reader, document []byte) error {
	return r.Object(document, func(name string) error {
		if r.Null() { // what a request has none of
			return nil
		}
		switch name {
		case "version":
			return r.String(&e.version)
		case "type":
			return r.String(&e.kind)
		case "methodArn":
			return r.String(&e.methodARN)
		case "routeArn":
			return r.String(&e.routeARN)
		case "authorizationToken":
			return r.String(&e.token)
		case "headers":
			return e.readSources(r, source.isHeader, (*found).readOne)
		case "multiValueHeaders":
			return e.readSources(r, source.isHeader, (*found).readAll)
		case "queryStringParameters":
			return e.readSources(r, source.isParameter, (*found).readOne)
		case "multiValueQueryStringParameters":
			return e.readSources(r, source.isParameter, (*found).readAll)
		case "cookies":
			if e.wantsCookies() {
				return r.Strings(&e.cookies)
			}
		}
		return r.SkipValue()
	})
}

// readSources reads a map of names to values, where a name is one of the sources,
// or that of several: cookies share a header.
func (e *event) readSources(r *strictjson.Reader, is func(source, string) bool, read func(*found, *strictjson.Reader) error) error {
	return r.Members(func(name string) error {
		if !slices.ContainsFunc(e.sources, func(s source) bool { return is(s, name) }) {
			return r.SkipValue()
		}
		var values found
		if err := read(&values, r); err != nil {
			return err
		}
		for i, s := range e.sources {
			if is(s, name) {
				e.found[i].single = append(e.found[i].single, values.single...)
				e.found[i].multi = append(e.found[i].multi, values.multi...)
			}
		}
		return nil
	})
}

// readOne reads a value. Null is one, too: the other map has to agree.
func (f *found) readOne(r *strictjson.Reader) error {
	f.single = append(f.single, "")
	if r.Null() {
		return nil
	}
	return r.String(&f.single[len(f.single)-1])
}

// readAll reads a list of values.
func (f *found) readAll(r *strictjson.Reader) error {
	if r.Null() {
		return nil
	}
	return r.Strings(&f.multi)
}

// isHeader reports whether the header of that name is the source, or has it. Header
// names ignore case (RFC 9110 section 5.1).
func (s source) isHeader(name string) bool {
	return s.kind == fromHeader && strings.EqualFold(name, s.name) || s.kind == fromCookie && strings.EqualFold(name, cookieHeader)
}

func (s source) isParameter(name string) bool { return s.kind == fromQuery && name == s.name }

func (e *event) wantsCookies() bool {
	return slices.ContainsFunc(e.sources, func(s source) bool { return s.kind == fromCookie })
}
