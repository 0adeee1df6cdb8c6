package cognitohttp_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitohttp"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// Without scopes, every good token is enough, in each form that the verifier takes.
func TestRequireAnyGoodToken(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	token := site.AccessToken(t, at)
	for _, value := range []string{"Bearer " + token, "bearer " + token, token} {
		if w := ask(t, site.auth().Require()(hello), value); w.Code != 200 || w.Body.String() != welcome {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	}
}

// A request without a header passes as nobody, and one with a header is held to it.
func TestOptional(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	handler := site.auth().Optional()(hello)
	for rule, tt := range map[string]struct {
		headers []string
		status  int
		body    string
	}{
		"no header":         {nil, 200, "hello, stranger"},
		"a good token":      {[]string{site.bearer(t)}, 200, welcome},
		"an expired one":    {[]string{site.bearer(t, cognitotest.Expired)}, 401, `{"message":"Unauthorized"}`},
		"an empty header":   {[]string{""}, 401, `{"message":"Unauthorized"}`},
		"the scheme alone":  {[]string{"Bearer"}, 401, `{"message":"Unauthorized"}`},
		"another scheme":    {[]string{"Basic YTpi"}, 401, `{"message":"Unauthorized"}`},
		"two empty headers": {[]string{"", ""}, 400, `{"message":"Bad Request"}`},
	} {
		if w := ask(t, handler, tt.headers...); w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("%s: got %d %s, want %d %s", rule, w.Code, w.Body, tt.status, tt.body)
		}
	}
	if w := ask(t, site.auth().Optional()(site.auth().Require()(hello))); w.Code != 401 {
		t.Errorf("no header, required within: got %d, want 401", w.Code)
	}
}

// Layers of one middleware verify once; those of another one trust their own only.
func TestLayersVerifyOnce(t *testing.T) {
	t.Parallel()
	calls := 0
	claims := &cognito.Claims{Subject: "ann", Scopes: []string{"a"}, Groups: []string{"ops"}}
	auth := cognitohttp.New(verifierFunc(func(context.Context, string) (*cognito.Claims, error) { calls++; return claims, nil }))
	if w := ask(t, auth.Require()(auth.Require("a")(auth.RequireGroup("ops")(auth.Optional()(hello)))), "Bearer x"); w.Code != 200 || calls != 1 {
		t.Errorf("got %d after %d calls of the verifier, want 200 after 1", w.Code, calls)
	}
	if w := ask(t, auth.Require()(auth.Require("b")(hello)), "Bearer x"); w.Code != 403 {
		t.Errorf("a scope that the outer layer does not ask for: got %d, want 403", w.Code)
	}
	stricter := cognitohttp.New(verifierFunc(func(context.Context, string) (*cognito.Claims, error) {
		return nil, &cognito.Refusal{Reason: cognito.ReasonIssuer}
	}))
	if w := ask(t, auth.Require()(stricter.Require()(hello)), "Bearer x"); w.Code != 401 {
		t.Errorf("another middleware within: got %d, want 401", w.Code)
	}
}

// A request of another token in the same context is not the first one's caller.
func TestLayersVerifyEachToken(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	auth := site.auth()
	ann, bob := site.bearer(t, cognitotest.ForUser("ann")), site.bearer(t, cognitotest.ForUser("bob"))
	for rule, tt := range map[string]struct {
		inner  []string // the Authorization headers that the inner layer sees
		status int
		body   string
	}{
		"the same":          {[]string{ann}, 200, "hello, ann"},
		"none any more":     {nil, 200, "hello, ann"},
		"another user's":    {[]string{bob}, 200, "hello, bob"},
		"a bad one":         {[]string{site.bearer(t, cognitotest.Expired)}, 401, `{"message":"Unauthorized"}`},
		"an empty one":      {[]string{""}, 401, `{"message":"Unauthorized"}`},
		"the same, twice":   {[]string{ann, ann}, 400, `{"message":"Bad Request"}`},
		"and another one's": {[]string{ann, bob}, 400, `{"message":"Bad Request"}`},
	} {
		for layer, inner := range map[string]http.Handler{"Require": auth.Require()(hello), "Optional": auth.Optional()(hello)} {
			handler := auth.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				part := r.Clone(r.Context())
				part.Header["Authorization"] = tt.inner
				inner.ServeHTTP(w, part)
			}))
			if w := ask(t, handler, ann); w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("%s, %s: got %d %s, want %d %s", rule, layer, w.Code, w.Body, tt.status, tt.body)
			}
		}
	}
}

// A context that is printed shows no token.
func TestContextHoldsTheTokenBack(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	var printed string
	handler := site.auth().Require()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		printed = fmt.Sprintf("%v %+v %#v", r.Context(), r.Context(), r.Context())
	}))
	token := site.bearer(t)
	if w := ask(t, handler, token); w.Code != 200 || strings.Contains(printed, token[len("Bearer "):][:20]) {
		t.Errorf("got %d, %s", w.Code, printed)
	}
}

// Without a middleware there are no claims.
func TestNoClaims(t *testing.T) {
	t.Parallel()
	if claims, ok := cognitohttp.ClaimsFrom(t.Context()); ok || claims != nil {
		t.Errorf("got %v, %t", claims, ok)
	}
}

// What a route asks for does not change with the caller's slice.
func TestRequirementsAreCopied(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	scopes, groups := []string{"orders/read"}, []string{"ops"}
	byScope, byGroup := site.auth().Require(scopes...), site.auth().RequireGroup(groups...)
	scopes[0], groups[0] = "aws.cognito.signin.user.admin", "dev"
	token := site.bearer(t, cognitotest.InGroups("dev"))
	for rule, wrap := range map[string]func(http.Handler) http.Handler{"scopes": byScope, "groups": byGroup} {
		if w := ask(t, wrap(hello), token); w.Code != 403 {
			t.Errorf("%s: got %d, want 403", rule, w.Code)
		}
	}
}

// A requirement that nobody can meet, or that would break a header, ends the
// program as it starts.
func TestRequirementsThatCannotBe(t *testing.T) {
	t.Parallel()
	auth := newSite(t).auth()
	auth.Require("orders/read", "a!#[]~*")
	auth.RequireGroup("Domain Users")
	for rule, require := range map[string]func(){
		"empty scope":          func() { auth.Require("") },
		"two scopes in one":    func() { auth.Require("a b") },
		"scope with a quote":   func() { auth.Require(`a"`) },
		"scope with backslash": func() { auth.Require(`a\`) },
		"scope with a control": func() { auth.Require("a", "a\r\nX: y") },
		"scope not ASCII":      func() { auth.Require("é") },
		"no group":             func() { auth.RequireGroup() },
		"empty group":          func() { auth.RequireGroup("a", "") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: want a panic", rule)
				}
			}()
			require()
		}()
	}
}
