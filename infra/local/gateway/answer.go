package gateway

import (
	"maps"
	"net/http"
)

// An answer is what the client gets.
type answer struct {
	status int
	header http.Header
	body   []byte
	layer  Layer
	kind   string // REST: x-amzn-ErrorType; empty if the gateway made no error

	untraced bool // REST: without the trace's name
	bare     bool // without the service's own headers
}

func (a *answer) write(w http.ResponseWriter, f front, c *call) {
	h := w.Header()
	maps.Copy(h, a.header)
	if !a.bare {
		f.stamp(h, a, c)
	}
	w.WriteHeader(a.status)
	// The client may be gone: the error has no reader.
	_, _ = w.Write(a.body)
}

// defaultType is the service's media type for an answer that names none.
func defaultType(h http.Header) {
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
	}
}

// A reason is why the gateway itself answers a request. Each front has a status
// and words for it.
type reason int

const (
	_ reason = iota

	headersTooLarge
	bodyTooLarge  // for API Gateway
	eventTooLarge // for Lambda
	uriTooLong
	badRequest // by the form of its path
	noRoute

	unauthorized     // nobody's word but the gateway's or the authorizer's
	explicitlyDenied // by a policy
	implicitlyDenied
	forbidden // a token without the scope
	invalidKey
	badAuthorizer

	badParameters
	misfitBody
	unsupportedMediaType

	badFunction // it failed, or its response is none
	badEncoding // of the response's body
	functionTimedOut
	badBackend // an HTTP backend did not answer
	misconfigured
)

// types are what REST APIs call the gateway response to a reason; an HTTP API's
// log uses the same names.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
var types = map[reason]string{
	noRoute: "MISSING_AUTHENTICATION_TOKEN", unauthorized: "UNAUTHORIZED", explicitlyDenied: "ACCESS_DENIED", implicitlyDenied: "ACCESS_DENIED",
	forbidden: "ACCESS_DENIED", badAuthorizer: "AUTHORIZER_CONFIGURATION_ERROR", badParameters: "BAD_REQUEST_PARAMETERS", misfitBody: "BAD_REQUEST_BODY",
	unsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE", badFunction: "DEFAULT_5XX", badEncoding: "DEFAULT_5XX", functionTimedOut: "INTEGRATION_TIMEOUT",
	invalidKey: "INVALID_API_KEY", badBackend: "INTEGRATION_FAILURE", misconfigured: "API_CONFIGURATION_ERROR", eventTooLarge: "REQUEST_TOO_LARGE",
}

// A fault is an error that the gateway itself answers with.
type fault struct {
	reason     reason
	layer      Layer
	response   string // gateway response type, if it is not the reason's
	kind       string // REST: x-amzn-ErrorType, if it is not the reason's
	message    string // REST: in place of the reason's
	validation string // REST: $context.error.validationErrorString
	challenge  string // HTTP: www-authenticate
	note       string // for the log: why the gateway refused, in a few words without a part of a token
	cause      error  // for the log: why the authorizer or the function failed
}

// responseType is the gateway response's; empty if it cannot be customised.
func (f *fault) responseType() string {
	if f.response != "" {
		return f.response
	}
	return types[f.reason]
}
