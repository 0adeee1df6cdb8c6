package gatetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
)

// Definition returns the definition of the API with that logical id: the one
// that the stack imports, or else what API Gateway would export for the
// resources that the stack makes the API of. What is exported has the members
// that this package looks at.
func Definition(s *cloudformation.Stack, api string) (*openapi3.T, error) {
	properties := s.Resources[api].Properties
	body := properties["DefinitionBody"]
	if body == nil {
		body = properties["Body"]
	}
	if body == nil {
		switch of := (exporter{s, api}); s.Resources[api].Type {
		case "AWS::ApiGateway::RestApi":
			body = of.rest()
		case "AWS::ApiGatewayV2::Api":
			body = of.http()
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("gatetest: %s: %w", api, err)
	}
	return doc, nil
}

// An exporter writes an API's resources as an OpenAPI definition.
type exporter struct {
	stack *cloudformation.Stack
	api   string
}

// each calls do for the API's resources of a type.
func (e exporter) each(resourceType, member string, do func(name string, properties map[string]any)) {
	for _, name := range e.stack.OfType(resourceType) {
		properties := e.stack.Resources[name].Properties
		if of, _ := referenced(properties[member]); of == e.api {
			do(name, properties)
		}
	}
}

func (e exporter) rest() map[string]any {
	paths, schemes, responses := map[string]any{}, map[string]any{}, map[string]any{}
	e.each("AWS::ApiGateway::Method", "RestApiId", func(_ string, method map[string]any) {
		operation := map[string]any{
			"x-amazon-apigateway-integration": restIntegration(Dig(method, "Integration")),
			"responses":                       restResponses(method["MethodResponses"]),
		}
		add(paths, e.path(method["ResourceId"]), method["HttpMethod"], operation, method)
	})
	e.each("AWS::ApiGateway::Authorizer", "RestApiId", func(name string, a map[string]any) {
		source := Text(a["IdentitySource"])
		schemes[name] = map[string]any{
			"type": "apiKey", "in": "header", "name": strings.TrimPrefix(source, "method.request.header."),
			"x-amazon-apigateway-authtype": "custom",
			"x-amazon-apigateway-authorizer": present(map[string]any{
				"type": strings.ToLower(Text(a["Type"])), "authorizerUri": a["AuthorizerUri"], "identitySource": source,
				"identityValidationExpression": a["IdentityValidationExpression"], "authorizerResultTtlInSeconds": a["AuthorizerResultTtlInSeconds"],
			}),
		}
	})
	e.each("AWS::ApiGateway::GatewayResponse", "RestApiId", func(_ string, response map[string]any) {
		responses[Text(response["ResponseType"])] = map[string]any{"responseParameters": response["ResponseParameters"]}
	})
	return definition(paths, schemes, "x-amazon-apigateway-gateway-responses", responses)
}

// path follows a resource up to the API's root.
func (e exporter) path(resource any) string {
	name, _ := referenced(resource)
	properties := e.stack.Resources[name].Properties
	if e.stack.Resources[name].Type != "AWS::ApiGateway::Resource" {
		return "/"
	}
	return strings.TrimSuffix(e.path(properties["ParentId"]), "/") + "/" + Text(properties["PathPart"])
}

func restIntegration(v any) map[string]any {
	responses := map[string]any{}
	for _, response := range elements(Dig(v, "IntegrationResponses")) {
		pattern := cmp.Or(Text(Dig(response, "SelectionPattern")), "default")
		responses[pattern] = map[string]any{"statusCode": Text(Dig(response, "StatusCode")), "responseParameters": Dig(response, "ResponseParameters")}
	}
	return present(map[string]any{
		"type": strings.ToLower(Text(Dig(v, "Type"))), "uri": Dig(v, "Uri"), "httpMethod": Dig(v, "IntegrationHttpMethod"), "responses": responses,
	})
}

func restResponses(v any) map[string]any {
	responses := map[string]any{}
	for _, response := range elements(v) {
		headers := map[string]any{}
		declared, _ := Dig(response, "ResponseParameters").(map[string]any)
		for name := range declared {
			headers[strings.TrimPrefix(name, "method.response.header.")] = map[string]any{"schema": map[string]any{"type": "string"}}
		}
		responses[Text(Dig(response, "StatusCode"))] = map[string]any{"description": "as declared", "headers": headers}
	}
	return responses
}

func (e exporter) http() map[string]any {
	paths, schemes := map[string]any{}, map[string]any{}
	e.each("AWS::ApiGatewayV2::Route", "ApiId", func(_ string, route map[string]any) {
		method, path, ok := strings.Cut(Text(route["RouteKey"]), " ")
		if !ok { // $default
			method, path = "get", Text(route["RouteKey"])
		}
		target, _ := referenced(strings.TrimPrefix(Text(route["Target"]), "integrations/"))
		integration := e.stack.Resources[target].Properties
		operation := map[string]any{"x-amazon-apigateway-integration": present(map[string]any{
			"type": strings.ToLower(Text(integration["IntegrationType"])), "uri": integration["IntegrationUri"],
			"payloadFormatVersion": integration["PayloadFormatVersion"], "httpMethod": "POST",
		})}
		add(paths, path, method, operation, route)
	})
	e.each("AWS::ApiGatewayV2::Authorizer", "ApiId", func(name string, a map[string]any) {
		var sources []string
		for _, source := range elements(a["IdentitySource"]) {
			sources = append(sources, Text(source))
		}
		schemes[name] = map[string]any{
			"type": "apiKey", "in": "header", "name": "Authorization",
			"x-amazon-apigateway-authorizer": present(map[string]any{
				"type": strings.ToLower(Text(a["AuthorizerType"])), "authorizerUri": a["AuthorizerUri"], "identitySource": strings.Join(sources, ", "),
				"authorizerPayloadFormatVersion": a["AuthorizerPayloadFormatVersion"], "enableSimpleResponses": a["EnableSimpleResponses"],
				"authorizerResultTtlInSeconds": a["AuthorizerResultTtlInSeconds"],
			}),
		}
	})
	cors := map[string]any{}
	config, _ := e.stack.Resources[e.api].Properties["CorsConfiguration"].(map[string]any)
	for name, value := range config {
		cors[strings.ToLower(name[:1])+name[1:]] = value
	}
	return definition(paths, schemes, "x-amazon-apigateway-cors", cors)
}

func definition(paths, schemes map[string]any, extension string, value map[string]any) map[string]any {
	return map[string]any{
		"openapi": "3.0.3", "info": map[string]any{"title": "exported", "version": "1"}, "paths": paths,
		"components": map[string]any{"securitySchemes": schemes}, extension: value,
	}
}

// add adds an operation, with the authorizer that the properties of its method or
// route name.
func add(paths map[string]any, path string, method any, operation, properties map[string]any) {
	if kind := Text(properties["AuthorizationType"]); kind != "" && kind != "NONE" {
		authorizer, _ := referenced(properties["AuthorizerId"])
		operation["security"] = []any{map[string]any{authorizer: []any{}}}
	}
	item, _ := paths[path].(map[string]any)
	if item == nil {
		item = map[string]any{}
		paths[path] = item
	}
	item[strings.ToLower(Text(method))] = operation
}

// present leaves out the members that are not there.
func present(members map[string]any) map[string]any {
	for name, value := range members {
		if value == nil || value == "" {
			delete(members, name)
		}
	}
	return members
}

// elements is v as a list, of nothing if v is nil.
func elements(v any) []any {
	if v == nil {
		return nil
	}
	return List(v)
}
