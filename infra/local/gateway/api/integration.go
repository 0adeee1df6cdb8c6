package api

import (
	"regexp"
	"time"

	"github.com/notegate/notegate/infra/local/gateway/schema"
)

// A Validator is a request validator bound to one route. The zero value
// validates nothing.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
type Validator struct {
	Body       bool
	Parameters bool
	Required   []Source                // header, path, query, in this order
	Models     map[string]schema.Model // by media type; $default for the rest
}

// An Integration is where a request ends: a [*Proxy], a [*Mock], a [*Forward] or
// an [*Unbuilt].
type Integration interface{ isIntegration() }

// A Proxy hands the whole request to a function and its response to the client.
type Proxy struct {
	Function Function
	Method   string        // how the definition has the function called
	Timeout  time.Duration // 0: the service's longest
	Payload  string        // HTTP: "1.0" or "2.0"
	Mappings []Mapping     // REST: without effect, but some headers must not be set
	Request  []Change      // HTTP: parameter mapping
	Response map[int][]Change
}

// A Mock answers from the definition, without a backend, as for a preflight. Its
// templates are plain text: no reader takes VTL.
type Mock struct {
	Passthrough string            // when_no_match (and empty), when_no_templates or never
	Templates   map[string]string // by media type
	Responses   map[string]MockResponse
}

// A MockResponse is what a mock answers with, by selection pattern: a status code
// or "default".
type MockResponse struct {
	Status int
	Header []Mapping // of texts
	Body   string
}

// A Change is one entry of an HTTP API's parameter mapping.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
type Change struct {
	Action string // append, overwrite or remove
	In     string // header, querystring, path or statuscode
	Name   string // of the header or query parameter
	Value  string // a text, in which $request..., $response..., $context... and $stageVariables... stand for values
}

// A Forward hands the request to an HTTP backend: as it is, or only what the
// mappings name.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
type Forward struct {
	Method  string        // ANY: the client's
	URL     string        // with variables in braces
	Timeout time.Duration // 0: the service's longest
	Whole   bool          // the client's headers and query, and the backend's answer as it is

	Mappings  []Mapping         // REST
	Responses []ForwardResponse // REST, unless Whole; the first that matches the backend's status counts

	Request  []Change // HTTP: parameter mapping
	Response map[int][]Change
}

// A Mapping sets a part of the backend's request: a "header", a parameter of the
// "query", or a variable of the "path".
type Mapping struct {
	In, Name string
	From     Source // of the client's request; zero: the text
	Text     string
}

// A ForwardResponse is an integration response of a REST API's http integration.
type ForwardResponse struct {
	Pattern *regexp.Regexp // of the backend's whole status; nil: every one
	Status  int
	Header  []Mapping // From: the backend's answer
}

// An Unbuilt integration is one that is not built here: each call of it fails, and
// nobody gets in by it.
type Unbuilt struct{ What string }

func (*Proxy) isIntegration()   {}
func (*Mock) isIntegration()    {}
func (*Forward) isIntegration() {}
func (*Unbuilt) isIntegration() {}
