package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A mapping of a REST API to a reserved header fails the call, and not where it
// has no value or is to something else of that name.
func TestMappingToReservedHeaders(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(backend.Close)
	function := func(t *testing.T, mapping string) *gateway.Gateway {
		config := one("/x/{id}/y", returns(`{}`))
		config.Definition = definition("/x/{id}/y", proxyTo+"        requestParameters: "+mapping+"\n", "")
		g, err := gateway.New(config)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	http := func(t *testing.T, mapping string) *gateway.Gateway {
		return forwarding(t, api.REST, `{type: http_proxy, httpMethod: ANY, uri: "`+backend.URL+`/", requestParameters: `+mapping+`}`)
	}
	for _, tt := range []struct {
		rule    string
		of      func(*testing.T, string) *gateway.Gateway
		mapping string
		status  int
	}{
		{"a function, another header", function, `{integration.request.header.X-Own: "'x'"}`, 200},
		{"a function, the length", function, `{integration.request.header.Content-Length: "'1'"}`, 500},
		{"a function, the token", function, `{integration.request.header.Authorization: "'x'"}`, 500},
		{"a function, the token of a call without one", function, `{integration.request.header.Authorization: method.request.header.Authorization}`, 200},
		{"a function, a parameter", function, `{integration.request.querystring.Authorization: "'x'"}`, 200},
		{"a backend, another header", http, `{integration.request.header.X-Own: "'x'"}`, 200},
		{"a backend, the length", http, `{integration.request.header.Content-Length: "'1'"}`, 500},
		{"a backend, a parameter", http, `{integration.request.querystring.Content-Length: "'x'"}`, 200},
	} {
		if w := ask(tt.of(t, tt.mapping), "GET", "/x/1/y", ""); w.Code != tt.status {
			t.Errorf("%s: got %d %s, want %d", tt.rule, w.Code, w.Body, tt.status)
		}
	}
}
