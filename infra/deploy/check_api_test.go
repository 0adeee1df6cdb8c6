package deploy_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/deploy/gatetest"
)

// isHTTP tells the doors that are HTTP APIs.
func isHTTP(door string) bool { return strings.HasPrefix(door, "http-") }

// apiName is the logical name of the door's API.
func apiName(door string) string {
	if isHTTP(door) {
		return "HttpApi"
	}
	return "RestApi"
}

// definition is the API definition that the stack deploys.
func definition(t *testing.T, door string, s *cloudformation.Stack) *openapi3.T {
	t.Helper()
	doc, err := gatetest.Definition(s, apiName(door))
	if err != nil {
		t.Fatalf("%s: %v", door, err)
	}
	return doc
}

// front is the door's API, with what a page may send to it.
func front(t *testing.T, door string, s *cloudformation.Stack) gatetest.API {
	t.Helper()
	headers := []string{"Authorization", "Content-Type", "If-Match", "X-Amzn-Trace-Id", "traceparent", "tracestate"}
	switch {
	case isHTTP(door):
		headers = []string{"authorization", "content-type", "if-match", "X-Amzn-Trace-Id", "traceparent", "tracestate"}
	case door == doors.RestIAM:
		headers = append(headers, "X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token")
	}
	return gatetest.API{Definition: definition(t, door, s), HTTP: isHTTP(door), Origin: "https://origin.invalid", Headers: headers}
}

func guarded(t *testing.T, door string, s *cloudformation.Stack) problems {
	return front(t, door, s).Guarded()
}

func preflight(t *testing.T, door string, s *cloudformation.Stack) problems {
	return front(t, door, s).Preflight()
}

func cors(t *testing.T, door string, s *cloudformation.Stack) problems {
	return front(t, door, s).CORS()
}

// answerShape: the handler answers in the shape that the definition asks for.
func answerShape(t *testing.T, door string, s *cloudformation.Stack) problems {
	if !usesOurAuthorizer(door) {
		return nil
	}
	return front(t, door, s).AnswerShape(t, "Gate")
}

// authorizer: each door's own one, with what keeps it from taking too much.
func authorizer(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	scheme := definition(t, door, s).Components.SecuritySchemes["Gate"].Value
	a := scheme.Extensions["x-amazon-apigateway-authorizer"]
	pool, clients := "${UserPool}", []string{"${AppClient}"}
	if s.Resources["UserPool"].Type == "" {
		pool, clients = "eu-west-1_AbCdEfGhI", []string{"client1", "client2"}
	}
	expression, _ := dig(a, "identityValidationExpression").(string)
	switch door {
	case doors.RestLambda:
		return front(t, door, s).Authorizer("Gate", "AuthorizerFunction", "token", 300)
	case doors.RestMapped: // its function isn't told when the token expires
		return front(t, door, s).Authorizer("Gate", "AuthorizerFunction", "token", 0)
	case doors.HTTPLambda:
		ttl := 300
		if rules := dig(s.Resources["AuthorizerFunction"].Properties, "Environment", "Variables", "ACCESS_RULES"); rules != "" {
			ttl = 0 // they may tell apart two paths of one route, and the cache does not
		}
		return front(t, door, s).Authorizer("Gate", "AuthorizerFunction", "request", ttl)
	case doors.RestCognito:
		p.Want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "cognito_user_pools")
		p.Want("type", dig(a, "type"), "cognito_user_pools")
		p.Want("providerARNs", dig(a, "providerARNs"), []string{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/" + pool})
		if demandsScopes(s) {
			p.Want("identityValidationExpression with scopes", expression, "") // an access token has no aud
			return p
		}
		good := []string{"client1", "client2"}[:len(clients)]
		p.Tries("identityValidationExpression", strings.ReplaceAll(expression, "${AppClient}", "client1"),
			good, []string{"", "client", "client3", "client12", "xclient1", "client1,client2", "client1|client2", "client1\n", "x\nclient1"})
	case doors.RestJWT:
		p.Want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "jwt")
		p.Want("type", dig(a, "type"), "jwt")
		p.Want("identitySource", dig(a, "identitySource"), "method.request.header.Authorization")
		p.Want("jwtConfiguration", dig(a, "jwtConfiguration"), map[string]any{
			"defaultAlgorithms": []string{"RS256"},
			"issuers":           []any{map[string]any{"issuer": "https://cognito-idp.eu-west-1.amazonaws.com/" + pool, "audiences": clients}},
		})
	case doors.RestIAM:
		p.Want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "awsSigv4")
		p.Want("authorizer", a, nil)
	case doors.HTTPJWT:
		p.Want("type", dig(a, "type"), "jwt")
		p.Want("identitySource", dig(a, "identitySource"), "$request.header.Authorization")
		p.Want("issuer", dig(a, "jwtConfiguration", "issuer"), "https://cognito-idp.eu-west-1.amazonaws.com/"+pool)
		p.Want("audience", dig(a, "jwtConfiguration", "audience"), clients)
	}
	return p
}

func demandsScopes(s *cloudformation.Stack) bool {
	text, _ := json.Marshal(s.Resources["RestApi"].Properties["DefinitionBody"])
	return strings.Contains(string(text), `"Gate":["notes/`)
}

// The built-in authorizers can be told to demand scopes, reading and writing
// apart; our own looks at them by itself.
func TestRouteScopes(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	for _, door := range doors.Names() {
		doc := definition(t, door, deploy(t, tmpl, door, variantsOf(door)["route scopes"]))
		for where, op := range operations(doc) {
			want := []string{}
			switch {
			case strings.HasPrefix(where, "OPTIONS "):
				continue
			case hasRouteScopes(door) && strings.HasPrefix(where, "GET "):
				want = []string{"notes/read"}
			case hasRouteScopes(door):
				want = []string{"notes/write"}
			}
			if got := (*op.Security)[0]["Gate"]; !slices.Equal(got, want) {
				t.Errorf("%s: %s: scopes %v, want %v", door, where, got, want)
			}
		}
	}
}

// The derived definitions are OpenAPI, as the one that they come from is.
func TestDefinitionsAreOpenAPI(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	for _, door := range doors.Names() {
		if err := definition(t, door, deploy(t, tmpl, door, nil)).Validate(t.Context()); err != nil {
			t.Errorf("%s: %v", door, err)
		}
	}
}

// The definitions are those of one API: the same routes behind every door, but
// for the one that a mapping template can stand for.
func TestDoorsHaveTheSameRoutes(t *testing.T) {
	t.Parallel()
	all := slices.DeleteFunc(slices.Sorted(maps.Keys(operations(load(t)))), func(where string) bool {
		return strings.HasPrefix(where, "OPTIONS ")
	})
	tmpl := template(t)
	for _, door := range doors.Names() {
		want := all
		if door == doors.RestMapped {
			want = []string{"POST /notes"}
		}
		doc := definition(t, door, deploy(t, tmpl, door, nil))
		got := slices.DeleteFunc(slices.Sorted(maps.Keys(operations(doc))), func(where string) bool {
			return strings.HasPrefix(where, "OPTIONS ")
		})
		if !slices.Equal(got, want) {
			t.Errorf("%s: routes %v, want %v", door, got, want)
		}
	}
}
