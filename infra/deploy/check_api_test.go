package deploy_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
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
	body := s.Resources["RestApi"].Properties["DefinitionBody"]
	if isHTTP(door) {
		body = s.Resources["HttpApi"].Properties["Body"]
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatalf("%s: %v", door, err)
	}
	return doc
}

// guarded: every route but a preflight asks the one authorizer, which is
// declared. No catch-all route lets requests around it.
func guarded(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	doc := definition(t, door, s)
	for where, op := range operations(doc) {
		if strings.HasPrefix(where, "OPTIONS ") {
			continue
		}
		if op.Security == nil || len(*op.Security) != 1 || len((*op.Security)[0]) != 1 {
			p.add("%s: security %v, want one scheme", where, op.Security)
			continue
		}
		for name := range (*op.Security)[0] {
			if doc.Components.SecuritySchemes[name] == nil {
				p.add("%s: scheme %s is not declared", where, name)
			}
		}
	}
	if doc.Paths.Len() == 0 {
		p.add("no route")
	}
	return p
}

// preflight: a browser sends no token with it, may then send what the routes
// take and what a page traces with, and need not ask again for ten minutes.
func preflight(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	doc := definition(t, door, s)
	for path, item := range doc.Paths.Map() {
		if isHTTP(door) { // the API's own CORS answers it; a route would need a token
			if item.Options != nil {
				p.add("OPTIONS %s: an HTTP API answers it by itself", path)
			}
			continue
		}
		if item.Options == nil {
			p.add("%s: no OPTIONS", path)
			continue
		}
		if item.Options.Security != nil {
			p.add("OPTIONS %s: security %v", path, item.Options.Security)
		}
		integration := item.Options.Extensions["x-amazon-apigateway-integration"]
		p.want("OPTIONS "+path, dig(integration, "type"), "mock")
		parameters := dig(integration, "responses", "default", "responseParameters")
		for method := range item.Operations() {
			allowed, _ := dig(parameters, "method.response.header.Access-Control-Allow-Methods").(string)
			if !strings.Contains(allowed, method) {
				p.add("OPTIONS %s: allows %s, not %s", path, allowed, method)
			}
		}
		needed := []string{"Authorization", "Content-Type", "If-Match", "X-Amzn-Trace-Id", "traceparent", "tracestate"}
		if door == doors.RestIAM {
			needed = append(needed, "X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token")
		}
		p.want("OPTIONS "+path+" headers", dig(parameters, "method.response.header.Access-Control-Allow-Headers"), "'"+strings.Join(needed, ",")+"'")
		p.want("OPTIONS "+path+" max-age", dig(parameters, "method.response.header.Access-Control-Max-Age"), "'600'")
	}
	return p
}

// cors: whatever the gateway answers by itself, a page of the allowed origin may
// read it, and no other.
func cors(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	doc := definition(t, door, s)
	const origin = "https://origin.invalid"
	if isHTTP(door) {
		config := doc.Extensions["x-amazon-apigateway-cors"]
		p.want("allowOrigins", dig(config, "allowOrigins"), []string{origin})
		p.want("allowHeaders", dig(config, "allowHeaders"), []string{"authorization", "content-type", "if-match", "X-Amzn-Trace-Id", "traceparent", "tracestate"})
		p.want("maxAge", dig(config, "maxAge"), 600)
		var methods []string
		for where := range operations(doc) {
			method, _, _ := strings.Cut(where, " ")
			methods = append(methods, method)
		}
		slices.Sort(methods)
		p.want("allowMethods", dig(config, "allowMethods"), slices.Compact(methods))
		return p
	}
	responses, _ := doc.Extensions["x-amazon-apigateway-gateway-responses"].(map[string]any)
	for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "ACCESS_DENIED"} {
		if responses[kind] == nil {
			p.add("no gateway response %s", kind)
		}
	}
	for kind, response := range responses {
		p.want(kind, dig(response, "responseParameters", "gatewayresponse.header.Access-Control-Allow-Origin"), "'"+origin+"'")
	}
	for where, op := range operations(doc) { // answers that the function's own headers are not on
		mapped, _ := dig(op.Extensions["x-amazon-apigateway-integration"], "responses").(map[string]any)
		for pattern, response := range mapped {
			p.want(where+" "+pattern, dig(response, "responseParameters", "method.response.header.Access-Control-Allow-Origin"), "'"+origin+"'")
			status := dig(response, "statusCode").(string)
			declared := op.Responses.Value(status)
			if declared == nil || declared.Value.Headers["Access-Control-Allow-Origin"] == nil {
				p.add("%s %s: status %s, or its header, is not declared", where, pattern, status)
			}
		}
	}
	return p
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
	case doors.RestLambda, doors.RestMapped:
		p.want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "custom")
		p.want("type", dig(a, "type"), "token")
		p.want("header", scheme.Name, "Authorization")
		ttl := 300
		if door == doors.RestMapped { // its function isn't told when the token expires
			ttl = 0
		}
		p.want("authorizerResultTtlInSeconds", dig(a, "authorizerResultTtlInSeconds"), ttl)
		p.tries("identityValidationExpression", expression,
			[]string{"Bearer a.b.c", "bearer a.b.c", "BEARER  a-_9.b.c", "a.b.c"},
			[]string{"", "Bearer", "Bearer a.b", "Bearer a.b.c.d", "a..c", "Basic a.b.c", "Bearer a.b.c ", "a.b.c, a.b.c", "x\na.b.c"})
	case doors.RestCognito:
		p.want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "cognito_user_pools")
		p.want("type", dig(a, "type"), "cognito_user_pools")
		p.want("providerARNs", dig(a, "providerARNs"), []string{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/" + pool})
		if demandsScopes(s) {
			p.want("identityValidationExpression with scopes", expression, "") // an access token has no aud
			return p
		}
		good := []string{"client1", "client2"}[:len(clients)]
		p.tries("identityValidationExpression", strings.ReplaceAll(expression, "${AppClient}", "client1"),
			good, []string{"", "client", "client3", "client12", "xclient1", "client1,client2", "client1|client2", "client1\n", "x\nclient1"})
	case doors.RestIAM:
		p.want("authtype", scheme.Extensions["x-amazon-apigateway-authtype"], "awsSigv4")
		p.want("authorizer", a, nil)
	case doors.HTTPJWT:
		p.want("type", dig(a, "type"), "jwt")
		p.want("identitySource", dig(a, "identitySource"), "$request.header.Authorization")
		p.want("issuer", dig(a, "jwtConfiguration", "issuer"), "https://cognito-idp.eu-west-1.amazonaws.com/"+pool)
		p.want("audience", dig(a, "jwtConfiguration", "audience"), clients)
	case doors.HTTPLambda:
		p.want("type", dig(a, "type"), "request")
		p.want("identitySource", dig(a, "identitySource"), "$request.header.Authorization, $context.routeKey")
		p.want("authorizerPayloadFormatVersion", dig(a, "authorizerPayloadFormatVersion"), "2.0")
		p.want("enableSimpleResponses", dig(a, "enableSimpleResponses"), true)
		ttl := 300
		if rules := dig(s.Resources["AuthorizerFunction"].Properties, "Environment", "Variables", "ACCESS_RULES"); rules != "" {
			ttl = 0 // they may tell apart two paths of one route, and the cache does not
		}
		p.want("authorizerResultTtlInSeconds", dig(a, "authorizerResultTtlInSeconds"), ttl)
	}
	return p
}

// tries compiles an expression and tries it, searching as the laxest of engines
// would.
func (p *problems) tries(what, expression string, good, bad []string) {
	compiled, err := regexp.Compile(expression)
	if err != nil {
		p.add("%s: %v", what, err)
		return
	}
	for _, value := range good {
		if !compiled.MatchString(value) {
			p.add("%s refuses %q", what, value)
		}
	}
	for _, value := range bad {
		if compiled.MatchString(value) {
			p.add("%s takes %q", what, value)
		}
	}
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
