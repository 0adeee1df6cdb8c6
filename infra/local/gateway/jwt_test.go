package gateway_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

// awsPool is the pool's issuer as definitions have it.
const awsPool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"

// standIn is a gateway's configuration for a pool that is elsewhere.
func standIn(t *testing.T, pool *cognitotest.Pool, watch *clock.Clock) gateway.Config {
	t.Helper()
	keys, err := jwks.New(jwks.Config{URL: pool.Issuer() + "/.well-known/jwks.json", Now: watch.Now})
	if err != nil {
		t.Fatal(err)
	}
	return gateway.Config{Now: watch.Now, Issuers: map[string]gateway.Issuer{awsPool: {URL: pool.Issuer(), Keys: keys}}}
}

// jwtAPI is an HTTP API with F behind a JWT authorizer; the route /scoped asks for
// scopes.
func jwtAPI() []byte {
	return httpAPI(`components:
  securitySchemes:
    J:
      type: oauth2
      flows: {}
      x-amazon-apigateway-authorizer:
        type: jwt
        identitySource: $request.header.Authorization
        jwtConfiguration: {issuer: "`+awsPool+`", audience: ["`+cognitotest.ClientID+`", other]}
`, "GET /plain\n      security: [{J: []}]\n", "GET /scoped\n      security: [{J: [notes/read, notes/write]}]\n")
}

func TestJWTAuthorizer(t *testing.T) {
	t.Parallel()
	pool, stranger, watch := cognitotest.NewPool(t), cognitotest.NewPool(t), clock.At(start)
	set := func(name string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[name] = value }
	}
	access := pool.AccessToken(t, start)
	invalid := func(scopes, why string) string {
		return fmt.Sprintf(`Bearer scope="%s" error="invalid_token" error_description="%s"`, scopes, why)
	}
	config := standIn(t, pool, watch)
	config.Kind, config.Definition = api.HTTP, jwtAPI()
	notes := returns(`"ok"`)
	config.Functions = map[string]gateway.Function{"F": notes}
	s := serve(t, config)
	for _, tt := range []struct {
		rule, target, header string
		status               int
		challenge            string
	}{
		{"access token", "/plain", "Bearer " + access, 200, ""},
		{"bare token", "/plain", access, 200, ""},
		{"ID token", "/plain", "Bearer " + pool.IDToken(t, start), 200, ""},
		{"no token", "/plain", "", 401, "Bearer"},
		{"no token, scopes", "/scoped", "", 401, "Bearer"},
		{"one segment", "/plain", "Bearer not-a-token", 401, invalid("", "token contains an invalid number of segments")},
		{"one segment, scopes", "/scoped", "Bearer not-a-token", 401, invalid("notes/read notes/write", "token contains an invalid number of segments")},
		{"another audience", "/plain", "Bearer " + pool.AccessToken(t, start, set("aud", "x")), 401, invalid("", "the token does not have a valid audience")},
		{"another issuer", "/plain", "Bearer " + stranger.AccessToken(t, start), 401, invalid("", "issuer does not match")},
		{"expired [I]", "/plain", "Bearer " + pool.AccessToken(t, start.Add(-2*time.Hour)), 401, invalid("", "the token has expired")},
		{"not yet [I]", "/plain", "Bearer " + pool.AccessToken(t, start.Add(time.Hour)), 401, invalid("", "the token is not valid yet")},
		{"another key [I]", "/plain", "Bearer " + stranger.AccessToken(t, start, set("iss", pool.Issuer())), 401, invalid("", "no key matches the kid")},
		{"a scope", "/scoped", "Bearer " + pool.AccessToken(t, start, set("scope", "openid notes/write")), 200, ""},
		{"no scope", "/scoped", "Bearer " + access, 403, `Bearer scope="notes/read notes/write" error="insufficient_scope" error_description="expected scopes: [notes/read notes/write]"`},
	} {
		calls := notes.calls()
		var headers []string
		if tt.header != "" {
			headers = []string{"Authorization: " + tt.header}
		}
		got := s.do(t, "GET", tt.target, "", headers...)
		body := map[int]string{200: `"ok"`, 401: `{"message":"Unauthorized"}`, 403: `{"message":"Forbidden"}`}[tt.status]
		if got.status != tt.status || got.body != body || got.header.Get("Www-Authenticate") != tt.challenge {
			t.Errorf("%s: got %d %s, %s\nwant %d, %s", tt.rule, got.status, got.body, got.header.Get("Www-Authenticate"), tt.status, tt.challenge)
		}
		if called := notes.calls() > calls; called != (tt.status == 200) {
			t.Errorf("%s: the function was called: %v", tt.rule, called)
		}
	}
}

// Claims in the event, as recorded: texts all of them, and scopes only where the
// route asks for some.
func TestJWTClaims(t *testing.T) {
	t.Parallel()
	pool, watch := cognitotest.NewPool(t), clock.At(start)
	token := pool.AccessToken(t, start, func(c map[string]any) {
		clear(c)
		for name, value := range map[string]any{"iss": pool.Issuer(), "aud": []string{"other"}, "exp": start.Unix() + 60, "groups": []any{"a", "b", 1}, "ok": true, "nothing": nil,
			"object": map[string]any{"x": 1}, "scope": "notes/read openid"} {
			c[name] = value
		}
	})
	claims := map[string]any{"iss": pool.Issuer(), "aud": "[other]", "exp": fmt.Sprint(start.Unix() + 60), "groups": "[a b 1]", "ok": "true", "object": `{"x":1}`, "scope": "notes/read openid"}
	scopes := []any{"notes/read", "openid"}
	for _, version := range []string{"1.0", "2.0"} {
		config := standIn(t, pool, watch)
		notes := returns(`{"statusCode":200}`)
		config.Kind, config.Definition = api.HTTP, []byte(strings.ReplaceAll(string(jwtAPI()), `payloadFormatVersion: "2.0"`, `payloadFormatVersion: "`+version+`"`))
		config.Functions = map[string]gateway.Function{"F": notes}
		s := serve(t, config)
		for target, scopes := range map[string]any{"/plain": nil, "/scoped": scopes} {
			s.do(t, "GET", target, "", "Authorization: "+token)
			want := map[string]any{"claims": claims, "scopes": scopes}
			if version == "2.0" {
				want = map[string]any{"jwt": want}
			}
			if diff := cmp.Diff(any(want), notes.last(t)["requestContext"].(map[string]any)["authorizer"]); diff != "" {
				t.Errorf("payload %s, %s (-want +got):\n%s", version, target, diff)
			}
		}
	}
}

// The log says why a built-in authorizer refused; the client's error is none of
// the gateway's.
func TestObserveTellsWhyATokenWasRefused(t *testing.T) {
	t.Parallel()
	pool, watch := cognitotest.NewPool(t), clock.At(start)
	config := standIn(t, pool, watch)
	config.Kind, config.Definition, config.Functions = api.HTTP, jwtAPI(), map[string]gateway.Function{"F": returns(`"ok"`)}
	var seen []gateway.Exchange
	config.Observe = func(e gateway.Exchange) { seen = append(seen, e) }
	serve(t, config).do(t, "GET", "/plain", "", "Authorization: Bearer "+pool.AccessToken(t, start.Add(-2*time.Hour)))
	if len(seen) != 1 || seen[0].Message != "the token has expired" || seen[0].Layer != gateway.LayerAuthorizer || seen[0].Response != "UNAUTHORIZED" || seen[0].Err != nil {
		t.Errorf("observed %+v", seen)
	}
}
