package gatetest

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// An API is a REST or HTTP API as the definition says it that API Gateway
// imports, or would export. See [Definition].
type API struct {
	Definition *openapi3.T
	HTTP       bool
	Origin     string   // whose pages may read the answers
	Headers    []string // that such a page may send
}

// Operations returns the API's operations by method and path: "GET /notes".
func (a API) Operations() map[string]*openapi3.Operation {
	all := map[string]*openapi3.Operation{}
	for path, item := range a.Definition.Paths.Map() {
		for method, op := range item.Operations() {
			all[method+" "+path] = op
		}
	}
	return all
}

// Guarded: every route but a preflight asks one authorizer, which is declared.
// No catch-all route lets requests around it.
func (a API) Guarded() (p Problems) {
	for where, op := range a.Operations() {
		if strings.HasPrefix(where, "OPTIONS ") { // a preflight
			continue
		}
		if op.Security == nil || len(*op.Security) != 1 || len((*op.Security)[0]) != 1 {
			p.Add("%s: security %v, must have one scheme", where, op.Security)
			continue
		}
		for name := range (*op.Security)[0] {
			if a.Definition.Components == nil || a.Definition.Components.SecuritySchemes[name] == nil {
				p.Add("%s: scheme %s is not declared", where, name)
			}
		}
	}
	if a.Definition.Paths.Len() == 0 {
		p.Add("no route")
	}
	return p
}

// Preflight: a browser sends no token with it, may then send what the routes
// take, and need not ask again for ten minutes.
func (a API) Preflight() (p Problems) {
	for path, item := range a.Definition.Paths.Map() {
		if a.HTTP { // the API's own CORS answers it; a route would need a token
			if item.Options != nil {
				p.Add("OPTIONS %s: an HTTP API answers it by itself", path)
			}
			continue
		}
		if item.Options == nil {
			p.Add("%s: no OPTIONS", path)
			continue
		}
		if item.Options.Security != nil {
			p.Add("OPTIONS %s: security %v", path, item.Options.Security)
		}
		integration := item.Options.Extensions["x-amazon-apigateway-integration"]
		p.Want("OPTIONS "+path, Dig(integration, "type"), "mock")
		parameters := Dig(integration, "responses", "default", "responseParameters")
		for method := range item.Operations() {
			if allowed := Text(Dig(parameters, "method.response.header.Access-Control-Allow-Methods")); !strings.Contains(allowed, method) {
				p.Add("OPTIONS %s: allows %s, not %s", path, allowed, method)
			}
		}
		p.Want("OPTIONS "+path+" headers", Dig(parameters, "method.response.header.Access-Control-Allow-Headers"), "'"+strings.Join(a.Headers, ",")+"'")
		p.Want("OPTIONS "+path+" max-age", Dig(parameters, "method.response.header.Access-Control-Max-Age"), "'600'")
	}
	return p
}

// CORS: whatever the gateway answers by itself, a page of the allowed origin may
// read it, and no other. A 401 names the scheme.
func (a API) CORS() (p Problems) {
	if a.HTTP {
		config := a.Definition.Extensions["x-amazon-apigateway-cors"]
		p.Want("allowOrigins", Dig(config, "allowOrigins"), []string{a.Origin})
		p.Want("allowHeaders", Dig(config, "allowHeaders"), a.Headers)
		p.Want("maxAge", Dig(config, "maxAge"), 600)
		var methods []string
		for where := range a.Operations() {
			method, _, _ := strings.Cut(where, " ")
			methods = append(methods, method)
		}
		slices.Sort(methods)
		p.Want("allowMethods", Dig(config, "allowMethods"), slices.Compact(methods))
		return p
	}
	responses, _ := a.Definition.Extensions["x-amazon-apigateway-gateway-responses"].(map[string]any)
	for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "ACCESS_DENIED"} {
		if responses[kind] == nil {
			p.Add("no gateway response %s", kind)
		}
	}
	for kind, response := range responses {
		p.Want(kind, Dig(response, "responseParameters", "gatewayresponse.header.Access-Control-Allow-Origin"), "'"+a.Origin+"'")
	}
	p.Want("UNAUTHORIZED challenges with", Dig(responses["UNAUTHORIZED"], "responseParameters", "gatewayresponse.header.WWW-Authenticate"), "'Bearer'")
	for where, op := range a.Operations() {
		p = append(p, a.mapped(where, op)...)
	}
	return p
}

// mapped checks the answers without the function's own headers: those of a mock
// and of a non-proxy integration.
func (a API) mapped(where string, op *openapi3.Operation) (p Problems) {
	responses, _ := Dig(op.Extensions["x-amazon-apigateway-integration"], "responses").(map[string]any)
	for pattern, response := range responses {
		p.Want(where+" "+pattern, Dig(response, "responseParameters", "method.response.header.Access-Control-Allow-Origin"), "'"+a.Origin+"'")
		status := Text(Dig(response, "statusCode"))
		declared := op.Responses.Value(status)
		if declared == nil || declared.Value.Headers["Access-Control-Allow-Origin"] == nil {
			p.Add("%s %s: status %s, or its header, is not declared", where, pattern, status)
		}
	}
	return p
}
