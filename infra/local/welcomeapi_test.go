package main

import (
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/userpool"
)

// The welcome's first request is one that the API's authorizer takes.
func TestFirstRequest(t *testing.T) {
	t.Parallel()
	header := []api.Source{{In: "header", Name: "Authorization"}}
	route := func(method, path string, a *api.Authorizer, scopes ...string) *api.Route {
		return &api.Route{Method: method, Path: path, Authorizer: a, Scopes: scopes}
	}
	pool := &api.Authorizer{Type: api.UserPools, Sources: header}
	byClient := &api.Authorizer{Type: api.JWT, Sources: header, Issuers: []api.Issuer{{ClientID: true}}}
	byAudience := &api.Authorizer{Type: api.JWT, Sources: header, Issuers: []api.Issuer{{}}}
	several := &api.Authorizer{Type: api.Request, Sources: []api.Source{{In: "header", Name: "X-Key"}, {In: "query", Name: "k"}, {In: "context", Name: "stage"}}}
	signed := &api.Authorizer{Type: api.IAM}
	keyed := &api.Route{Method: "GET", Path: "/a", KeyRequired: true}
	const (
		access = "  TOKEN=$(bin/local token)\n  "
		id     = "  TOKEN=$(TOKEN_USE=id bin/local token)\n  "
		curl   = "curl -i http://127.0.0.1:3000"
		bearer = ` -H "Authorization: Bearer $TOKEN"`
	)
	for _, tt := range []struct {
		rule   string
		routes []*api.Route
		want   string
	}{
		{"user pools take ID tokens", []*api.Route{route("GET", "/a", pool)}, id + curl + "/a" + bearer},
		{"with scopes access tokens", []*api.Route{route("GET", "/a", pool, "s")}, access + curl + "/a" + bearer},
		{"a client id stands for an audience", []*api.Route{route("GET", "/a", byClient)}, access + curl + "/a" + bearer},
		{"an audience is an ID token's", []*api.Route{route("GET", "/a", byAudience)}, id + curl + "/a" + bearer},
		{"each identity source", []*api.Route{route("GET", "/a", several)}, access + `curl -i "http://127.0.0.1:3000/a?k=$TOKEN" -H "X-Key: Bearer $TOKEN"`},
		{"an open route", []*api.Route{route("GET", "/a", nil)}, "  " + curl + "/a"},
		{"an API key", []*api.Route{keyed}, "  " + curl + "/a -H 'x-api-key: k'"},
		{"a variable", []*api.Route{route("PUT", "/a/{id}/{p+}", nil)}, "  curl -i -X PUT http://127.0.0.1:3000/a/1/1"},
		{"the rest", []*api.Route{route(api.Any, api.Default, nil)}, "  " + curl + "/"},
		{"not a signed one", []*api.Route{route("GET", "/a", signed), route("POST", "/b/{id}", nil)}, "  curl -i -X POST http://127.0.0.1:3000/b/1"},
		{"not a preflight", []*api.Route{route("OPTIONS", "/a", nil), route("POST", "/b/{id}", nil)}, "  curl -i -X POST http://127.0.0.1:3000/b/1"},
		{"not one with a scope that the user lacks", []*api.Route{route("GET", "/a", pool, "s"), route("GET", "/b", pool, signedInScope)}, access + curl + "/b" + bearer},
		{"rather one with an authorizer", []*api.Route{route("GET", "/a", nil), route("GET", "/b", pool)}, id + curl + "/b" + bearer},
	} {
		s := &system{apiURL: "http://127.0.0.1:3000", poolURL: "http://" + defaultPoolAddr, pool: &userpool.Pool{}}
		if got := s.firstRequest(firstRoute(&api.API{Routes: tt.routes}), apiOptions{keys: []string{"k"}}); got != tt.want+"\n" {
			t.Errorf("%s: got\n%swant\n%s", tt.rule, got, tt.want)
		}
	}
	if firstRoute(&api.API{}) != nil {
		t.Error("a first route of none")
	}
}
