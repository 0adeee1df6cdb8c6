package openapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

const anyMethod = "x-amazon-apigateway-any-method"

var (
	pathVariable = regexp.MustCompile(`\{([^{}+]+)\+?\}`)
	greedyEnd    = regexp.MustCompile(`\{([^{}]+)\+\}$`)
)

// A definition is a document that the library has not read yet.
type definition map[string]any

// prepare puts what API Gateway adds to OpenAPI into words that the library
// understands: a method for all others as TRACE, which API Gateway lacks, and a
// greedy variable as a variable with a segment after it. What the library demands
// and the service does not, it adds: parameters for the path's variables, and
// responses. It returns the definition's own words for paths, and ANY for each
// TRACE that stands for it.
func (d definition) prepare() (original map[string]string) {
	original = map[string]string{}
	paths, _ := d["paths"].(map[string]any)
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
		d.declare(path, item)
		for method, operation := range item {
			if operation, ok := operation.(map[string]any); ok && !strings.HasPrefix(method, "x-") && operation["responses"] == nil {
				operation["responses"] = map[string]any{"default": map[string]any{"description": ""}}
			}
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
func (d definition) declare(path string, item map[string]any) {
	for _, match := range pathVariable.FindAllStringSubmatch(path, -1) {
		if d.declares(item, match[1]) {
			continue
		}
		for method, operation := range item {
			operation, ok := operation.(map[string]any)
			if !ok || strings.HasPrefix(method, "x-") || d.declares(operation, match[1]) {
				continue
			}
			parameters, _ := operation["parameters"].([]any)
			operation["parameters"] = append(slices.Clone(parameters), map[string]any{
				"name": match[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"},
			})
		}
	}
}

func (d definition) declares(of map[string]any, name string) bool {
	parameters, _ := of["parameters"].([]any)
	return slices.ContainsFunc(parameters, func(p any) bool {
		parameter, _ := p.(map[string]any)
		if ref, ok := parameter["$ref"].(string); ok {
			components, _ := d["components"].(map[string]any)
			shared, _ := components["parameters"].(map[string]any)
			parameter, _ = shared[strings.TrimPrefix(ref, "#/components/parameters/")].(map[string]any)
		}
		return parameter["in"] == "path" && parameter["name"] == name
	})
}
