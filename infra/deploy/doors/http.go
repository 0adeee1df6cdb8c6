package doors

import (
	"maps"
	"slices"
)

// toHTTP turns the definition of a REST API into that of an HTTP API, which
// answers preflight requests itself, has no models and no gateway responses,
// and calls functions with payload format 2.0.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
func toHTTP(api map[string]any) {
	methods := map[string]bool{}
	eachOperation(api, func(method, path string, operation map[string]any) {
		if method == "OPTIONS" {
			delete(api["paths"].(map[string]any)[path].(map[string]any), "options")
			return
		}
		methods[method] = true
		maps.DeleteFunc(operation, func(member string, _ any) bool {
			return !slices.Contains([]string{"operationId", "summary", "security", "parameters", "responses", "x-amazon-apigateway-integration"}, member)
		})
		keepPathParameters(operation)
		for status, response := range operation["responses"].(map[string]any) {
			operation["responses"].(map[string]any)[status] = map[string]any{"description": response.(map[string]any)["description"]}
		}
		operation["x-amazon-apigateway-integration"].(map[string]any)["payloadFormatVersion"] = "2.0"
	})
	api["x-amazon-apigateway-cors"] = map[string]any{"allowMethods": slices.Sorted(maps.Keys(methods))}
}

// keepPathParameters keeps the path parameters, which OpenAPI requires.
func keepPathParameters(operation map[string]any) {
	all, _ := operation["parameters"].([]any)
	inPath := slices.DeleteFunc(all, func(p any) bool { return p.(map[string]any)["in"] != "path" })
	if operation["parameters"] = inPath; len(inPath) == 0 {
		delete(operation, "parameters")
	}
}
