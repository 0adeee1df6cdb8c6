package doors

import (
	"maps"
	"strings"
)

// demandScope makes a built-in authorizer require a scope if the template's
// condition DemandScopes is true. Without a scope, Cognito's takes only ID
// tokens.
func demandScope(method, _ string, operation map[string]any) {
	if method == "OPTIONS" {
		return
	}
	scope := "notes/write"
	if method == "GET" {
		scope = "notes/read"
	}
	operation["security"] = []any{map[string]any{
		"Gate": map[string]any{"Fn::If": []any{"DemandScopes", []any{scope}, []any{}}},
	}}
}

// allowSignature lets a browser send the headers of a signed request.
func allowSignature(method, _ string, operation map[string]any) {
	if method != "OPTIONS" {
		return
	}
	const headers = "method.response.header.Access-Control-Allow-Headers"
	integration := operation["x-amazon-apigateway-integration"].(map[string]any)
	for _, response := range integration["responses"].(map[string]any) {
		parameters := response.(map[string]any)["responseParameters"].(map[string]any)
		allowed := parameters[headers].(map[string]any)
		allowed["Fn::Sub"] = strings.TrimSuffix(allowed["Fn::Sub"].(string), "'") + ",X-Amz-Content-Sha256,X-Amz-Date,X-Amz-Security-Token'"
	}
}

// keepCreate leaves the one operation that a mapping template can stand for,
// and its preflight.
func keepCreate(api map[string]any) {
	const create = "/notes"
	paths := api["paths"].(map[string]any)
	maps.DeleteFunc(paths, func(path string, _ any) bool { return path != create })
	maps.DeleteFunc(paths[create].(map[string]any), func(method string, _ any) bool { return method != "post" && method != "options" })
}
