package openapi

import "strings"

// complete adds what OpenAPI requires and API Gateway's import does without, so
// that the library takes the document.
func (d definition) complete() {
	for _, name := range leftovers { // and servers, which often have variables without values
		delete(d, name)
	}
	info, ok := d["info"].(map[string]any)
	if !ok {
		info = map[string]any{}
		d["info"] = info
	}
	info["title"], info["version"] = "API", "1.0"
	orElse(d, "paths", map[string]any{})
	paths, _ := d["paths"].(map[string]any)
	for _, item := range paths {
		item, _ := item.(map[string]any)
		completeParameters(item["parameters"])
		for method, operation := range item {
			if operation, ok := operation.(map[string]any); ok && method != "parameters" {
				completeOperation(operation)
			}
		}
	}
	orElse(d, "components", map[string]any{})
	components, _ := d["components"].(map[string]any)
	orElse(components, "schemas", map[string]any{})
	schemas, _ := components["schemas"].(map[string]any)
	for _, name := range []string{"Empty", "Error"} { // every REST API has these models
		orElse(schemas, name, map[string]any{"type": "object"})
	}
	d.shareIntegrations()
	completeResponses(components["responses"])
	completeShared(components["parameters"])
	orElse(components, "securitySchemes", map[string]any{})
	schemes, _ := components["securitySchemes"].(map[string]any)
	former, _ := d["securityDefinitions"].(map[string]any)
	for name, scheme := range former {
		orElse(schemes, name, scheme)
	}
	delete(d, "securityDefinitions")
	for _, scheme := range schemes {
		if scheme, ok := scheme.(map[string]any); ok && scheme["type"] == "oauth2" {
			orElse(scheme, "flows", map[string]any{})
		}
	}
}

// shareIntegrations puts an integration of the components where operations refer to
// it.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integrations.html
func (d definition) shareIntegrations() {
	components, _ := d["components"].(map[string]any)
	shared, _ := components[integrationExtension+"s"].(map[string]any)
	paths, _ := d["paths"].(map[string]any)
	for _, item := range paths {
		item, _ := item.(map[string]any)
		for _, operation := range item {
			operation, _ := operation.(map[string]any)
			in, _ := operation[integrationExtension].(map[string]any)
			ref, _ := in["$ref"].(string)
			if integration, ok := shared[strings.TrimPrefix(ref, "#/components/"+integrationExtension+"s/")]; ok {
				operation[integrationExtension] = integration
			}
		}
	}
}

// leftovers are Swagger's, which documents keep when they become OpenAPI.
var leftovers = []string{"servers", "host", "basePath", "schemes", "consumes", "produces"}

func completeOperation(operation map[string]any) {
	for _, name := range leftovers {
		delete(operation, name)
	}
	delete(operation, "isDefaultRoute") // an export's; the path says it
	completeParameters(operation["parameters"])
	if responses, _ := operation["responses"].(map[string]any); len(responses) == 0 {
		operation["responses"] = map[string]any{"default": map[string]any{}}
	}
	completeResponses(operation["responses"])
}

// completeParameters makes those of the path required, as they are whatever they
// say, and gives those a type that have none, or Swagger's.
func completeParameters(parameters any) {
	list, _ := parameters.([]any)
	for _, p := range list {
		p, ok := p.(map[string]any)
		if !ok || p["$ref"] != nil {
			continue
		}
		if p["in"] == "path" {
			p["required"] = true
		}
		if p["schema"] == nil && p["content"] == nil {
			orElse(p, "type", "string")
			p["schema"] = map[string]any{"type": p["type"]}
			delete(p, "type")
		}
	}
}

func completeShared(parameters any) {
	all, _ := parameters.(map[string]any)
	for _, p := range all {
		completeParameters([]any{p})
	}
}

func completeResponses(responses any) {
	all, _ := responses.(map[string]any)
	for _, response := range all {
		response, ok := response.(map[string]any)
		if !ok || response["$ref"] != nil {
			continue
		}
		orElse(response, "description", "")
		headers, _ := response["headers"].(map[string]any)
		for name, header := range headers {
			header, _ := header.(map[string]any)
			if header["schema"] == nil && header["content"] == nil && header["$ref"] == nil {
				headers[name] = map[string]any{"schema": map[string]any{"type": "string"}}
			}
		}
	}
}

func orElse(object map[string]any, name string, value any) {
	if object[name] == nil {
		object[name] = value
	}
}
