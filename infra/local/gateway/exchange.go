package gateway

import "time"

// A Layer is a stage of the gateway that can answer a request.
type Layer string

const (
	LayerGateway    Layer = "gateway"    // routing, limits, identity source, preflight
	LayerAuthorizer Layer = "authorizer" // the Lambda authorizer, its policy or its failure
	LayerValidator  Layer = "validator"  // parameters and body
	LayerFunction   Layer = "function"   // the function, or its failure
)

// An Exchange is one request and its answer, for logs. It holds no header,
// query or body.
type Exchange struct {
	RequestID string
	Method    string
	Path      string // as sent, without the query
	Resource  string // the route's template; empty if none matched
	Status    int
	Layer     Layer         // who answered
	Response  string        // the gateway response type, such as UNAUTHORIZED; empty if the gateway made no error
	Cached    bool          // the authorizer's policy came from the cache
	Decision  string        // Lambda request id of the authorizer's invocation that decided, for an earlier request if Cached; empty if it was not asked
	Latency   time.Duration // of the whole exchange
	Err       error         // why the authorizer or the function failed, in its own words; the client never sees it
}

func (g *Gateway) exchange(c *call, a *answer, f *fault) Exchange {
	e := Exchange{
		RequestID: c.id,
		Method:    c.http.Method,
		Path:      c.path(),
		Status:    a.status,
		Layer:     a.layer,
		Cached:    c.auth != nil && c.auth.cached,
		Decision:  c.decision,
		Latency:   g.Now().Sub(c.start),
	}
	if c.op != nil {
		e.Resource = c.op.resource
	}
	if f != nil {
		e.Response, e.Err = f.response, f.cause
	}
	return e
}
