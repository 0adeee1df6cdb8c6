package gateway

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

var errMethod = errors.New("gateway: Lambda is invoked with POST: the integration's httpMethod must be POST")

func (s *rest) event(c *call, p *api.Proxy) (any, error) {
	if p.Method != http.MethodPost {
		return nil, errMethod
	}
	for _, m := range p.Mappings { // they set nothing, and must still be right
		if m.In == "header" && s.mapped(c, m) != "" && (isReserved(m.Name) || isReservedOfLambda(m.Name)) {
			return nil, fmt.Errorf("%w %s", errMapping, m.Name)
		}
	}
	e := proxyEvent{requestFields: s.requestFields(c)}
	e.RequestContext.Authorizer = c.auth.restContext()
	if len(c.body) == 0 {
		return e, nil
	}
	body := string(c.body)
	if slices.Contains(s.api.Binary, c.mediaType()) || slices.Contains(s.api.Binary, "*/*") {
		body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(c.body), true
	}
	e.Body = &body
	return e, nil
}

func (s *rest) requestFields(c *call) requestFields {
	f := s.Gateway.requestFields(c, c.path, s.headers(c), c.query())
	f.RequestContext = s.requestContext(c)
	return f
}

func (s *rest) context(c *call) any { return s.requestContext(c) }

func (s *rest) requestContext(c *call) requestContext {
	context := s.Gateway.requestContext(c)
	context.DeploymentID, context.OperationName = resourceID(s.Stage), c.route.Name
	context.Path, context.RequestID, context.ResourceID = "/"+s.Stage+c.rawPath(), c.id, c.route.id
	return context
}

// hopByHop headers end at the gateway, as Content-Length does.
var hopByHop = []string{"Connection", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// withheld headers never reach an integration, as recorded of the service.
var withheld = []string{"Content-Md5", "Expect", "Max-Forwards", "Server", "Www-Authenticate"}

// capitalized headers have the same name in every event, however the client wrote
// it: those that the gateway sets, and two that recorded events show so.
var capitalized = []string{"Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "Authorization", "User-Agent"}

// headers are the client's, with what a gateway in the cloud adds. Names are in
// lower case, as HTTP/2 clients send them (RFC 9113, section 8.2.1) and the service
// hands them on: a function that looks only for Content-Type fails here too.
func (s *rest) headers(c *call) http.Header {
	h := make(http.Header)
	for name, values := range c.http.Header {
		switch {
		case slices.Contains(hopByHop, name), slices.Contains(withheld, name):
		case slices.Contains(capitalized, name):
			h[name] = slices.Clone(values)
		default:
			h[strings.ToLower(name)] = values
		}
	}
	h.Set("Host", c.http.Host)
	h.Set("X-Amzn-Trace-Id", c.traceID)
	h.Set("X-Forwarded-For", strings.Join(append(h.Values("X-Forwarded-For"), c.sourceIP()), ", "))
	h.Set("X-Forwarded-Port", "443")
	h.Set("X-Forwarded-Proto", "https")
	return h
}
