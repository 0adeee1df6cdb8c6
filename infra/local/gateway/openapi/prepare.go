package openapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
)

const anyMethod = "x-amazon-apigateway-any-method"

var (
	pathVariable = regexp.MustCompile(`\{([^{}+]+)\+?\}`)
	greedyEnd    = regexp.MustCompile(`\{([^{}]+)\+\}$`)
)

// prepare puts what API Gateway adds to OpenAPI into words that the library
// understands: a method for all others as TRACE, which API Gateway lacks, and a
// greedy variable as a variable with a segment after it. What the library demands
// and the service does not, it adds: parameters for the path's variables, and
// responses. It returns the definition's own words for paths, and ANY for each
// TRACE that stands for it.
func prepare(d map[string]any) (original map[string]string) {
	original = map[string]string{}
	paths := document.Members(d, "paths")
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, ok := paths[path].(map[string]any)
		if !ok {
			continue
		}
		if operation, ok := item[anyMethod]; ok && item["trace"] == nil {
			delete(item, anyMethod)
			item["trace"] = operation
			original["TRACE "+path] = api.Any
		}
		declare(d, path, item)
		for _, operation := range operations(item) {
			orElse(operation, "responses", map[string]any{"default": map[string]any{"description": ""}})
		}
		if plain := greedyEnd.ReplaceAllString(path, "{$1}/+"); plain != path {
			delete(paths, path)
			paths[plain] = item
			original[plain] = path
		}
	}
	return original
}

// declare adds the parameters of the path's variables that each operation lacks.
func declare(d map[string]any, path string, item map[string]any) {
	for _, match := range pathVariable.FindAllStringSubmatch(path, -1) {
		if declares(d, item, match[1]) {
			continue
		}
		for _, operation := range operations(item) {
			if declares(d, operation, match[1]) {
				continue
			}
			parameters, _ := operation["parameters"].([]any)
			operation["parameters"] = append(slices.Clone(parameters), map[string]any{
				"name": match[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"},
			})
		}
	}
}

func declares(d, of map[string]any, name string) bool {
	parameters, _ := of["parameters"].([]any)
	return slices.ContainsFunc(parameters, func(p any) bool {
		parameter := document.Members(p)
		if ref, ok := parameter["$ref"].(string); ok {
			parameter = document.Members(d, "components", "parameters", strings.TrimPrefix(ref, "#/components/parameters/"))
		}
		return parameter["in"] == "path" && parameter["name"] == name
	})
}
