// Package api is one model of an API of Amazon API Gateway, REST or HTTP,
// whatever it was read from. Readers make it, and the gateway serves it; neither
// imports the other.
package api

import (
	"regexp"
	"strings"
	"time"
)

// A Kind is which of API Gateway's two services an API belongs to.
type Kind int

const (
	REST Kind = iota // AWS::ApiGateway
	HTTP             // AWS::ApiGatewayV2 with the protocol HTTP
)

// An API is a definition that was read completely. Callers must not modify it
// once it is served.
type API struct {
	Kind      Kind
	Routes    []*Route
	Responses map[string]Response // REST: gateway responses, by type
	Binary    []string            // REST: media types that travel as base64
	CORS      *CORS               // HTTP: nil if the API answers no preflight by itself
	Variables map[string]string   // of the stage
}

// Any is the method of a route that takes every method, and Default the path of
// an HTTP API's route for what no other route takes.
const (
	Any     = "ANY"
	Default = "$default"
)

// A Route is what API Gateway calls a method of a resource (REST) or a route
// (HTTP).
type Route struct {
	Method      string      // such as GET, or Any
	Path        string      // template such as /notes/{noteid} or /{proxy+}, or Default
	Name        string      // operationId
	Authorizer  *Authorizer // nil: open to everybody
	Scopes      []string    // of which a token needs one; none: no scope is asked for
	KeyRequired bool        // REST: an API key as well
	Validator   Validator   // REST
	Integration Integration
	At          Place
}

// A Place is where something stands in a definition.
type Place struct {
	File string
	Line int // 0 if it is not known
}

// Key is the route's key as HTTP APIs write it, such as GET /notes.
func (r *Route) Key() string {
	if r.Path == Default {
		return Default
	}
	return r.Method + " " + r.Path
}

// A Function is a Lambda function as a definition names it.
type Function struct {
	Name string // without version or alias
	ARN  string // as the definition has it
}

// A Source is a named part of a request: in a "header", the "path", the "query",
// the request's "context", or the "stageVariables".
type Source struct{ In, Name string }

// A Response is a gateway response of a REST API.
type Response struct {
	Status   int       // 0: the error's own
	Header   []Mapping // with a part of the request, or of what is known of it
	Template string    // empty: the error's own body
}

// CORS is an HTTP API's own answer to preflight requests, and what it adds to
// the answers of its integrations.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type CORS struct {
	Origins     []string
	Methods     []string
	Headers     []string
	Expose      []string
	MaxAge      time.Duration
	Credentials bool
}

// Allows returns what Access-Control-Allow-Origin says to a page of this origin;
// empty: nothing. An asterisk in the settings matches every origin, alone or after
// a scheme.
func (c *CORS) Allows(origin string) string {
	if origin == "" {
		return ""
	}
	for _, allowed := range c.Origins {
		prefix, wildcard := strings.CutSuffix(allowed, "://*")
		switch {
		case allowed == "*":
			return "*"
		case allowed == origin, wildcard && strings.HasPrefix(origin, prefix+"://"):
			return origin
		}
	}
	return ""
}

// TemplateVariable is a variable in the template of a gateway response, with
// whatever points end it: plain substitution, no VTL.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
var TemplateVariable = regexp.MustCompile(`\$[A-Za-z_.{(\[]+`)

// OfRequest is a variable for what the gateway knows about the request, or one of
// the stage. One without a value is empty.
var OfRequest = regexp.MustCompile(`^\$(context|stageVariables)\.([A-Za-z_.]+)`)

// TemplateVariables are those that the gateway knows a value of.
var TemplateVariables = []string{
	"$context.error.message", "$context.error.messageString", "$context.error.responseType", "$context.error.validationErrorString",
	"$context.requestId", "$context.extendedRequestId",
}
