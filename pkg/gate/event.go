package gate

import (
	"fmt"

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
