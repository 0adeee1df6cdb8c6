package gateway

import (
	"net/http"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A front is what REST and HTTP APIs do each in its own way.
type front interface {
	// route finds the call's route. The answer is that to a preflight request, if
	// the API answers these by itself.
	route(c *call) (*answer, *fault)

	// refuse is the answer to what a stage found wrong.
	refuse(f *fault, c *call) *answer

	// stamp puts the service's own headers on an answer, in place of a function's.
	stamp(h http.Header, a *answer, c *call)

	// lambda is how functions are asked about callers.
	lambda(a *api.Authorizer) lambdaRules

	// context is an event's requestContext, as far as it is known before the
	// authorizer is asked.
	context(c *call) any

	// event is the input of a proxy integration, and respond makes an answer of its
	// output.
	event(c *call, p *api.Proxy) (any, error)
	respond(c *call, p *api.Proxy, payload []byte) (*answer, error)

	// outgoing is the request to an HTTP backend, and incoming makes the client's
	// answer of the backend's.
	outgoing(c *call, f *api.Forward) (*outgoing, error)
	incoming(c *call, f *api.Forward, from *answer) (*answer, error)
}
