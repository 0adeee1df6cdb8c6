package gateway

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A route is one of the model's, ready to serve.
type route struct {
	*api.Route
	id          string // of its path
	guard       guard  // nil: open to everybody
	integration integration
}

// A guard decides who may call a route.
type guard interface {
	authorize(g *Gateway, c *call) *fault
}

// An integration is where a request ends: behind all other stages.
type integration interface {
	answer(g *Gateway, c *call) (*answer, *fault)
}

// connect makes the model's routes ready to serve.
func (g *Gateway) connect() error {
	guards := map[*api.Authorizer]guard{}
	var errs []error
	for _, r := range g.api.Routes {
		out := &route{Route: r, id: resourceID(r.Path)}
		var err error
		if r.Authorizer != nil && guards[r.Authorizer] == nil {
			guards[r.Authorizer], err = g.newGuard(r.Authorizer)
			errs = append(errs, err)
		}
		out.guard = guards[r.Authorizer]
		if out.integration, err = g.newIntegration(r.Integration); err != nil {
			errs = append(errs, fmt.Errorf("%w (%s)", err, r.Key()))
		}
		if r.Path == api.Default {
			g.fallback = out
			continue
		}
		if err := g.routes.Add(r.Method, r.Path, out); err != nil {
			errs = append(errs, fmt.Errorf("%w: %s: %w", api.ErrDefinition, r.Key(), err))
		}
	}
	return errors.Join(errs...)
}

// find finds the call's route, or else the template of its path.
func (g *Gateway) find(c *call, path string) bool {
	found, ok := g.routes.Find(c.http.Method, path)
	if !ok {
		c.resource = g.routes.Template(path)
		return false
	}
	c.route, c.params, c.resource = found.Route, found.Params, found.Route.Path
	return true
}

// authorize asks the route's guard.
func (g *Gateway) authorize(c *call) *fault {
	if c.route.guard == nil {
		return nil
	}
	return c.route.guard.authorize(g, c)
}

func (g *Gateway) newGuard(a *api.Authorizer) (guard, error) {
	switch a.Type {
	case api.Token, api.Request:
		target, err := g.target(a.Function)
		return &lambdaGuard{Authorizer: a, target: target, lambdaRules: g.front.lambda(a)}, err
	case api.JWT, api.UserPools:
		return &tokenGuard{a, g.newVerifier(a)}, nil
	case api.IAM:
		return iamGuard{plain: g.api.Kind == api.HTTP}, nil
	}
	return nil, fmt.Errorf("%w: authorizer %s of type %s", api.ErrUnsupported, a.Name, a.Type)
}

func (g *Gateway) newIntegration(in api.Integration) (integration, error) {
	switch in := in.(type) {
	case *api.Proxy:
		target, err := g.target(in.Function)
		return &proxy{in, target}, err
	case *api.Mock:
		return &mock{in}, nil
	case *api.Forward:
		return newForward(in), nil
	case *api.Unbuilt:
		return &unbuilt{in}, nil
	}
	return nil, fmt.Errorf("%w: integration", api.ErrUnsupported)
}

// resourceID is stable over restarts, short and lower case as the service's are.
func resourceID(template string) string {
	sum := sha256.Sum256([]byte(template))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:6])
}

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
