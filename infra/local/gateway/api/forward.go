package api

import (
	"regexp"
	"time"
)

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

func (*Forward) isIntegration() {}
func (*Unbuilt) isIntegration() {}
