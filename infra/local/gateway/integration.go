package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
)

// An integration is where a request ends: behind all other stages.
type integration interface {
	answer(g *Gateway, c *call) (*answer, *fault)
}

// integrationExtension is an operation's x-amazon-apigateway-integration.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
type integrationExtension struct {
	Type        string                         `json:"type"`
	Method      string                         `json:"httpMethod"`
	URI         string                         `json:"uri"`
	Role        string                         `json:"credentials"` // permission to invoke is given here
	Passthrough string                         `json:"passthroughBehavior"`
	Templates   map[string]string              `json:"requestTemplates"`
	Responses   map[string]integrationResponse `json:"responses"`
	Timeout     int                            `json:"timeoutInMillis"`
}

type integrationResponse struct {
	StatusCode any               `json:"statusCode"`
	Parameters map[string]string `json:"responseParameters"`
	Templates  map[string]string `json:"responseTemplates"`
}

func (l *loader) integration(where string, op *openapi3.Operation) integration {
	extension, ok := op.Extensions["x-amazon-apigateway-integration"]
	if !ok {
		l.fail(ErrDefinition, "%s: no x-amazon-apigateway-integration", where)
		return nil
	}
	var in integrationExtension
	failures := len(l.errs)
	l.decode(where, extension, &in)
	if len(l.errs) > failures {
		return nil
	}
	switch in.Type {
	case "aws_proxy":
		return l.proxy(where, in)
	case "mock":
		return l.mock(where, in, op)
	}
	l.fail(ErrUnsupported, "%s: integration type %q", where, in.Type)
	return nil
}

// A proxy hands the whole request to a function and its response to the client.
type proxy struct {
	target  target
	timeout time.Duration
	method  string
}

func (l *loader) proxy(where string, in integrationExtension) *proxy {
	if len(in.Templates) > 0 {
		l.fail(ErrUnsupported, "%s: requestTemplates on a proxy integration", where)
	}
	p := &proxy{target: l.target(where, in.URI), timeout: l.IntegrationTimeout, method: in.Method}
	if in.Timeout > 0 {
		p.timeout = time.Duration(in.Timeout) * time.Millisecond
	}
	return p
}

var errMethod = errors.New("gateway: Lambda is invoked by POST, the integration's httpMethod is another")

func (p *proxy) answer(g *Gateway, c *call) (*answer, *fault) {
	if p.method != "POST" {
		return nil, misconfigured(errMethod)
	}
	event, err := json.Marshal(g.proxyEvent(c))
	if err != nil {
		return nil, functionFailed(fmt.Errorf("gateway: proxy event: %w", err))
	}
	payload, err := p.target.invoke(c, uuid.NewString(), event, p.timeout)
	switch {
	case errors.Is(err, errTimeout):
		return nil, functionTimedOut(err)
	case errors.Is(err, errEventTooLarge): // by the size of the event, not of the body alone [I]
		return nil, &bodyTooLarge
	case err != nil:
		return nil, functionFailed(err)
	}
	a, err := g.proxyResponse(payload, c)
	if err != nil {
		return nil, functionFailed(err)
	}
	return a, nil
}
