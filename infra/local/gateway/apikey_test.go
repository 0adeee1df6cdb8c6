package gateway_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway"
)

// A route that asks for an API key takes those of the configuration, and no call without one.
func TestAPIKeyRequired(t *testing.T) {
	t.Parallel()
	definition := replace(t, string(definition("/a", proxyTo, "")), "paths:", `components:
  securitySchemes:
    key: {type: apiKey, name: X-API-Key, in: header}
security: []
x-amazon-apigateway-gateway-responses: {INVALID_API_KEY: {responseParameters: {gatewayresponse.header.X-Why: "'key'"}}}
paths:`)
	definition = replace(t, definition, "get:", "get:\n      security: [{key: []}]")
	f := returns(hello)
	config := gateway.Config{Definition: []byte(definition), Functions: map[string]gateway.Function{"F": f}, APIKeys: []string{"k1", "k2"}}
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	none, err := gateway.New(gateway.Config{Definition: config.Definition, Functions: config.Functions})
	if err != nil {
		t.Fatal(err)
	}
	empty, err := gateway.New(gateway.Config{Definition: config.Definition, Functions: config.Functions, APIKeys: []string{""}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		g      *gateway.Gateway
		key    string
		status int
		why    string
	}{
		"first key":       {g, "k1", 200, ""},
		"second key":      {g, "k2", 200, ""},
		"another key":     {g, "k3", 403, "key"},
		"no key":          {g, "", 403, "key"},
		"no keys at all":  {none, "", 403, "key"},
		"an empty key":    {empty, "", 403, "key"},
		"a key, but none": {none, "k1", 403, "key"},
	} {
		w := ask(tt.g, "GET", "/a", "", "X-Api-Key", tt.key)
		if w.Code != tt.status || w.Header().Get("X-Why") != tt.why {
			t.Errorf("%s: got %d %s, want %d", name, w.Code, w.Body, tt.status)
		}
		if tt.status == 403 {
			if diff := cmp.Diff([]string{`{"message":"Forbidden"}`, "ForbiddenException"}, []string{w.Body.String(), w.Header().Get("X-Amzn-ErrorType")}); diff != "" {
				t.Errorf("%s: want(-) got(+):\n%s", name, diff)
			}
		}
	}
	if key := f.last(t)["requestContext"].(map[string]any)["identity"].(map[string]any)["apiKey"]; key != "k1" && key != "k2" {
		t.Errorf("the function sees the key %v", key)
	}
}
