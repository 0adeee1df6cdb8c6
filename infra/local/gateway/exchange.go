package gateway

import (
	"strings"
	"time"
	"unicode"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/notegate/notegate/infra/local/gateway/text"
)

// A Layer is a stage of the gateway that can answer a request.
type Layer string

const (
	LayerGateway    Layer = "gateway"    // routing, limits, identity source, preflight
	LayerAuthorizer Layer = "authorizer" // the authorizer, a function or built in: its refusal, its policy or its failure
	LayerValidator  Layer = "validator"  // parameters and body
	LayerFunction   Layer = "function"   // the function, or its failure
	LayerBackend    Layer = "backend"    // the HTTP backend, or its failure
)

// An Exchange is one request and its answer, for logs. It holds no header and
// no query, and of the body of a refusal alone its message. Path, Message and Err
// may repeat what a client or a function chose to say.
type Exchange struct {
	RequestID       string
	Method          string
	Path            string // as sent, without the query
	Resource        string // the path's template, whether it has the method or not; empty if none matched
	Status          int
	Layer           Layer         // who answered
	Response        string        // the gateway response type, such as UNAUTHORIZED, also of an HTTP API; empty if the gateway made no error
	Message         string        // why a built-in authorizer refused; or why the function did, in its own words: the answer's JSON member "message" if a status of 400 or more came with one line of it, at most 80 bytes
	Authorizer      string        // the route's; empty if it has none
	AuthorizerCall  FunctionCall  // the authorizer's function; zero if it was not asked
	IntegrationCall FunctionCall  // the route's function; zero if it was not called
	Cached          bool          // the authorizer's policy came from the cache
	Decision        string        // Lambda request id of the authorizer's invocation that decided, for an earlier request if Cached; empty if it was not asked
	Latency         time.Duration // of the whole exchange
	Err             error         // why the authorizer or the function failed, in its own words; the client never sees it
}

// A FunctionCall is a function that was called for a request.
type FunctionCall struct {
	Name      string
	RequestID string // Lambda's
	Duration  time.Duration
	Cold      bool // a process was started for it
}

func (g *Gateway) exchange(c *call, a *answer, f *fault) Exchange {
	e := Exchange{
		RequestID:       c.id,
		Method:          c.http.Method,
		Path:            c.rawPath(),
		Resource:        c.resource,
		Status:          a.status,
		Layer:           a.layer,
		AuthorizerCall:  c.authorizerCall,
		IntegrationCall: c.integrationCall,
		Cached:          c.auth != nil && c.auth.cached,
		Decision:        c.decision,
		Latency:         g.Now().Sub(c.start),
	}
	if c.route != nil && c.route.Authorizer != nil {
		e.Authorizer = c.route.Authorizer.Name
	}
	switch {
	case f != nil:
		e.Response, e.Message, e.Err = f.responseType(), f.note, f.cause
	case (a.layer == LayerFunction || a.layer == LayerBackend) && a.status >= 400:
		e.Message = message(a.body)
	}
	return e
}

const (
	maxMessage  = 80       // bytes
	maxRefusing = 10 << 10 // bytes: a longer body explains more than a log wants to know
)

// message finds the member in a body of JSON. A text that is not printable in
// one line could move a terminal's cursor: it is left out.
func message(body []byte) string {
	var in struct {
		Message string `json:"message"`
	}
	if len(body) > maxRefusing || jsonv2.Unmarshal(body, &in) != nil ||
		strings.ContainsFunc(in.Message, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return ""
	}
	return text.Cut(in.Message, maxMessage)
}
