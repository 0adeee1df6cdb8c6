package gateway

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

var errMapping = errors.New("gateway: no mapping may set the header")

// isReserved tells whether no mapping may set a header, and isReservedOfLambda
// the same for routes to a function, both as recorded of the service.
func isReserved(header string) bool {
	return slices.Contains([]string{"Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id"}, http.CanonicalHeaderKey(header))
}

func isReservedOfLambda(header string) bool {
	return slices.Contains([]string{"Authorization", "Connection", "Expect", "Proxy-Authenticate", "Te"}, http.CanonicalHeaderKey(header))
}

// mapped is what a mapping of the request gives.
func (s *rest) mapped(c *call, m api.Mapping) string {
	switch m.From.In {
	case "":
		return m.Text
	case "path":
		return c.params[m.From.Name]
	case "stageVariables":
		return s.api.Variables[m.From.Name]
	case "context":
		if name, ok := strings.CutPrefix(m.From.Name, "authorizer."); ok {
			return valueAt(c.auth.restContext(), name)
		}
		return s.contextValue(c, m.From.Name)
	}
	return c.last(m.From, c.query())
}
