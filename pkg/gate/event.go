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
	restToken   shape = "rest_token"
	restRequest shape = "rest_request"
	httpV1      shape = "http_1.0"
	httpV2      shape = "http_2.0"
)

// unknownEvent is the kind of an event that is not an authorizer's.
const unknownEvent = "unknown"

// Events returns every kind of event that a [Decision] may have.
func Events() []string {
	return []string{string(restToken), string(restRequest), string(httpV1), string(httpV2), unknownEvent}
}

// A request is what the gate has to know of an event.
type request struct {
	shape         shape
	arn           policy.MethodARN
	authorization string // raw; empty if there is none
	ambiguous     bool   // there is more than one, and authorization is empty
}

// event has what the gate reads in all shapes, and no more: the rest of an event
// is skipped unseen, but for names that are there twice and for what is not
// UTF-8, which are errors.
type event struct {
	version, kind       string
	methodARN, routeARN string

	token         string
	single, multi []string // values of the Authorization header, by where they are
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
			return eachAuthorization(r, func() error {
				e.single = append(e.single, "")
				if r.Null() { // is a value, too: the other headers have to agree
					return nil
				}
				return r.String(&e.single[len(e.single)-1])
			})
		case "multiValueHeaders":
			return eachAuthorization(r, func() error {
				if r.Null() {
					return nil
				}
				return r.Strings(&e.multi)
			})
		}
		return r.SkipValue()
	})
}

// eachAuthorization calls read where the value of an Authorization header is.
// Header names know no case (RFC 9110, section 5.1).
func eachAuthorization(r *strictjson.Reader, read func() error) error {
	return r.Members(func(name string) error {
		if !strings.EqualFold(name, "Authorization") {
			return r.SkipValue()
		}
		return read()
	})
}

// parseEvent returns an error that wraps [ErrEvent] in our own words: the
// decoder's may quote the event. The request's shape may be known even so.
func parseEvent(r *strictjson.Reader, text []byte) (request, error) {
	var e event
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
		return request{}, fmt.Errorf("%w: type and version are not an authorizer's", ErrEvent)
	}
	var err error
	if req.arn, err = policy.ParseMethodARN(methodARN); err != nil {
		return req, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if req.shape == restToken {
		req.authorization = e.token
		return req, nil
	}
	req.authorization, req.ambiguous = e.authorization()
	return req, nil
}

// authorization returns the one value of the Authorization header. Where the
// event has its headers twice, the two must agree: the backend may read the
// other one.
func (e *event) authorization() (value string, ambiguous bool) {
	single := e.single
	if single == nil {
		single = e.multi
	}
	if e.multi != nil && !slices.Equal(single, e.multi) || len(single) > 1 {
		return "", true
	}
	return strings.Join(single, ""), false
}
