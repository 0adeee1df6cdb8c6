package gateway_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// restScheme is a REST API whose GET /plain and, with scopes, /scoped are behind
// the authorizer G.
func restScheme(authorizer string) []byte {
	root := "components:\n  securitySchemes:\n    G:\n      type: apiKey\n      name: Authorization\n      in: header\n      x-amazon-apigateway-authorizer:\n" + authorizer
	return []byte(string(definition("/plain", proxyTo+"      security: [{G: []}]\n", root)) + pathItem("/scoped", proxyTo+"      security: [{G: [notes/read, notes/write]}]\n"))
}

const (
	poolAuthorizer = `        type: cognito_user_pools
        providerARNs: ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Example"]
`
	jwtAuthorizer = `        type: jwt
        identitySource: method.request.header.Authorization
        jwtConfiguration:
          defaultAlgorithms: [RS256]
          issuers: [{issuer: "https://other.example.com", audiences: [x]}, {issuer: "` + awsPool + `", audiences: [` + cognitotest.ClientID + `]}]
`
)

type tokenCase struct {
	rule, target, token string
	status              int
	body                string
}

func TestRESTTokenAuthorizers(t *testing.T) {
	t.Parallel()
	pool, stranger, watch := cognitotest.NewPool(t), cognitotest.NewPool(t), clock.At(start)
	set := func(name string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[name] = value }
	}
	const refused, forbidden, hi = `{"message":"Unauthorized"}`, `{"message":"Forbidden"}`, "hello"
	access, id, old := pool.AccessToken(t, start), pool.IDToken(t, start), start.Add(-2*time.Hour)
	scoped := pool.AccessToken(t, start, set("scope", "openid notes/write"))
	for name, tt := range map[string]struct {
		authorizer string
		cases      []tokenCase
	}{
		"user pool": {poolAuthorizer, []tokenCase{
			{"ID token", "/plain", "Bearer " + id, 200, hi}, {"bare ID token", "/plain", id, 200, hi},
			{"access token without scopes", "/plain", access, 401, refused},
			{"another client's ID token", "/plain", pool.IDToken(t, start, set("aud", "other")), 200, hi},
			{"no token", "/plain", "", 401, refused}, {"no JWT", "/plain", "x", 401, refused},
			{"another pool's", "/plain", stranger.IDToken(t, start), 401, refused},
			{"expired", "/plain", pool.IDToken(t, old), 401, `{"message":"The incoming token has expired"}`},
			{"access token with a scope", "/scoped", scoped, 200, hi}, {"access token without the scope", "/scoped", access, 401, refused},
			{"ID token where there are scopes", "/scoped", pool.IDToken(t, start, set("scope", "notes/read")), 401, refused},
		}},
		"user pool and clients": {poolAuthorizer + "        identityValidationExpression: ^(" + cognitotest.ClientID + ")$\n", []tokenCase{
			{"ID token", "/plain", id, 200, hi}, {"another client's ID token", "/plain", pool.IDToken(t, start, set("aud", "other")), 401, refused},
			{"access token has no aud", "/scoped", scoped, 401, refused},
		}},
		"JWT": {jwtAuthorizer, []tokenCase{
			{"ID token", "/plain", "Bearer " + id, 200, hi}, {"access token [?]", "/plain", access, 401, refused},
			{"access token with aud", "/plain", pool.AccessToken(t, start, set("aud", cognitotest.ClientID)), 200, hi},
			{"the other issuer's audience", "/plain", pool.IDToken(t, start, set("aud", "x")), 401, refused},
			{"no token", "/plain", "", 401, refused}, {"expired [?]", "/plain", pool.IDToken(t, old), 401, refused},
			{"a scope", "/scoped", pool.IDToken(t, start, set("scope", "notes/read")), 200, hi}, {"no scope", "/scoped", id, 403, forbidden},
		}},
	} {
		config := standIn(t, pool, watch)
		notes := returns(hello)
		config.Definition, config.Functions = restScheme(tt.authorizer), map[string]gateway.Function{"F": notes}
		s := serve(t, config)
		for _, c := range tt.cases {
			calls := notes.calls()
			var headers []string
			if c.token != "" {
				headers = []string{"Authorization: " + c.token}
			}
			got := s.do(t, "GET", c.target, "", headers...)
			if got.status != c.status || got.body != c.body {
				t.Errorf("%s, %s: got %d %s, want %d %s", name, c.rule, got.status, got.body, c.status, c.body)
			}
			if called := notes.calls() > calls; called != (c.status == 200) {
				t.Errorf("%s, %s: the function was called: %v", name, c.rule, called)
			}
		}
	}
}

// A user pool's claims are strings, its times Java's dates, as recorded; a JWT
// authorizer's have their JSON types.
func TestRESTClaims(t *testing.T) {
	t.Parallel()
	pool, watch := cognitotest.NewPool(t), clock.At(start)
	exp := time.Date(2026, 7, 2, 12, 42, 47, 0, time.UTC)
	token := pool.IDToken(t, start, func(c map[string]any) {
		aud := c["aud"]
		clear(c)
		for name, value := range map[string]any{"iss": pool.Issuer(), "aud": aud, "token_use": "id", "exp": exp.Unix(), "iat": start.Unix(), "auth_time": start.Unix(),
			"cognito:groups": []any{"user", "ops"}, "email_verified": true, "version": 2, "name": `Doe, "Jane"`, "address": map[string]any{"city": "é"}} {
			c[name] = value
		}
	})
	for authorizer, claims := range map[string]map[string]any{
		poolAuthorizer: {"iss": pool.Issuer(), "aud": cognitotest.ClientID, "token_use": "id", "exp": "Thu Jul 02 12:42:47 UTC 2026", "iat": "Fri May 15 06:01:09 UTC 2026",
			"auth_time": fmt.Sprint(start.Unix()), "cognito:groups": "user,ops", "email_verified": "true", "version": "2", "name": `Doe, "Jane"`, "address": `{"city":"é"}`},
		jwtAuthorizer: {"iss": pool.Issuer(), "aud": cognitotest.ClientID, "token_use": "id", "exp": float64(exp.Unix()), "iat": float64(start.Unix()), "auth_time": float64(start.Unix()),
			"cognito:groups": []any{"user", "ops"}, "email_verified": true, "version": 2.0, "name": `Doe, "Jane"`, "address": map[string]any{"city": "é"}},
	} {
		config := standIn(t, pool, watch)
		notes := returns(hello)
		config.Definition, config.Functions = restScheme(authorizer), map[string]gateway.Function{"F": notes}
		serve(t, config).do(t, "GET", "/plain", "", "Authorization: "+token)
		if diff := cmp.Diff(any(map[string]any{"claims": claims}), notes.last(t)["requestContext"].(map[string]any)["authorizer"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", authorizer, diff)
		}
	}
}

// The routes of one authorizer look for its keys together.
func TestRoutesShareAnAuthorizer(t *testing.T) {
	t.Parallel()
	asked := 0
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.NotFound(w, r)
	}))
	t.Cleanup(issuer.Close)
	config := gateway.Config{Definition: restScheme(replace(t, jwtAuthorizer, "https://other.example.com", issuer.URL)), Functions: map[string]gateway.Function{"F": returns(hello)}, Now: clock.At(start).Now}
	s := serve(t, config)
	token := "Bearer eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"`+issuer.URL+`"}`)) + ".eA"
	for _, target := range []string{"/plain", "/scoped"} {
		if got := s.do(t, "GET", target, "", "Authorization: "+token); got.status != 401 || asked != 1 {
			t.Errorf("%s: got %d after %d requests for the keys, want 401 after one", target, got.status, asked)
		}
	}
}

// Each authorizer is a good one with a single thing changed.
func TestNewRefusesTokenAuthorizers(t *testing.T) {
	t.Parallel()
	functions := map[string]gateway.Function{"F": returns(hello)}
	for _, tt := range []struct {
		rule, authorizer, from, to string
		want                       error
		says                       string
	}{
		{"no user pool", poolAuthorizer, `["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Example"]`, "[]", api.ErrDefinition, "providerARNs"},
		{"ARN of something else", poolAuthorizer, "userpool/", "identitypool/", api.ErrDefinition, "providerARNs"},
		{"no issuers", jwtAuthorizer, "issuers:", "other:", api.ErrUnsupported, "other"},
		{"an empty list of issuers", jwtAuthorizer, `[{issuer: "https://other.example.com", audiences: [x]}, {issuer: "` + awsPool + `", audiences: [` + cognitotest.ClientID + `]}]`, "[]", api.ErrDefinition, "want issuers"},
		{"an issuer without a name", jwtAuthorizer, `issuer: "https://other.example.com", `, "", api.ErrDefinition, "want an issuer and audiences"},
		{"audience of an HTTP API", jwtAuthorizer, "          defaultAlgorithms", "          audience: [a]\n          defaultAlgorithms", api.ErrUnsupported, "HTTP API"},
		{"no algorithms", jwtAuthorizer, "          defaultAlgorithms: [RS256]\n", "", api.ErrDefinition, "defaultAlgorithms"},
		{"no audiences of one issuer", jwtAuthorizer, ", audiences: [x]", "", api.ErrDefinition, "audiences"},
		{"additional claims", jwtAuthorizer, "audiences: [x]", "audiences: [x], additionalClaims: {a: [b]}", api.ErrUnsupported, "additionalClaims"},
		{"issuer of an HTTP API", jwtAuthorizer, "          defaultAlgorithms", "          issuer: a\n          defaultAlgorithms", api.ErrUnsupported, "HTTP API"},
		{"another header", jwtAuthorizer, "method.request.header.Authorization", "method.request.header.X-Other", api.ErrDefinition, "identitySource"},
	} {
		if _, err := gateway.New(gateway.Config{Definition: restScheme(tt.authorizer), Functions: functions}); err != nil {
			t.Fatalf("%s: %v", tt.rule, err)
		}
		_, err := gateway.New(gateway.Config{Definition: restScheme(replace(t, tt.authorizer, tt.from, tt.to)), Functions: functions})
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %v with %s", tt.rule, err, tt.want, tt.says)
		}
	}
}
