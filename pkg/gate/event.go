package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

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

// A request is what the gate has to know of an event.
type request struct {
	shape         shape
	arn           policy.MethodARN
	authorization string // raw; empty if there is none
	ambiguous     bool   // there is more than one, and authorization is empty
}

// event has the members of all shapes that the gate reads, and no others: the
// rest of an event is skipped unseen. It is decoded strictly, so that a member
// that is there twice, or whose value is not UTF-8, is an error.
type event struct {
	Version string `json:"version"`
	Type    string `json:"type"`

	MethodARN string `json:"methodArn"`
	RouteARN  string `json:"routeArn"`

	AuthorizationToken string              `json:"authorizationToken"`
	Headers            map[string]string   `json:"headers"`
	MultiValueHeaders  map[string][]string `json:"multiValueHeaders"`
}

// parseEvent returns an error that wraps [ErrEvent] in our own words: the JSON
// package's may quote the event. The request's shape may be known even so.
func parseEvent(text []byte) (request, error) {
	var e event
	if err := json.Unmarshal(text, &e); err != nil {
		return request{}, fmt.Errorf("%w: not strict JSON of the expected types", ErrEvent)
	}
	var req request
	methodARN := e.MethodARN
	switch [2]string{e.Type, e.Version} {
	case [2]string{"TOKEN", ""}:
		req.shape = restToken
	case [2]string{"REQUEST", ""}:
		req.shape = restRequest
	case [2]string{"REQUEST", "1.0"}:
		req.shape = httpV1
	case [2]string{"REQUEST", "2.0"}:
		req.shape, methodARN = httpV2, e.RouteARN
	default:
		return request{}, fmt.Errorf("%w: type and version are not an authorizer's", ErrEvent)
	}
	var err error
	if req.arn, err = policy.ParseMethodARN(methodARN); err != nil {
		return req, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if req.shape == restToken {
		req.authorization = e.AuthorizationToken
		return req, nil
	}
	req.authorization, req.ambiguous = e.authorization()
	return req, nil
}

// authorization returns the one value of the Authorization header. Where the
// event has its headers twice, the two must agree: the backend may read the
// other one. Header names know no case (RFC 9110, section 5.1).
func (e event) authorization() (value string, ambiguous bool) {
	var single, multi []string
	for name, value := range e.Headers {
		if strings.EqualFold(name, "Authorization") {
			single = append(single, value)
		}
	}
	for name, values := range e.MultiValueHeaders {
		if strings.EqualFold(name, "Authorization") {
			multi = append(multi, values...)
		}
	}
	if single == nil {
		single = multi
	}
	if multi != nil && !slices.Equal(single, multi) || len(single) > 1 {
		return "", true
	}
	return strings.Join(single, ""), false
}
