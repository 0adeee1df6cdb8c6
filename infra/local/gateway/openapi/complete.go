package openapi

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
)

// complete adds what OpenAPI requires and API Gateway's import does without, so
// that the library takes the document.
func complete(d map[string]any) {
	for _, name := range leftovers { // and servers, which often have variables without values
		delete(d, name)
	}
	info := document.Make(d, "info")
	info["title"], info["version"] = "API", "1.0"
	for _, item := range part(d, "paths") {
		completeParameters(document.Members(item)["parameters"])
		for _, operation := range operations(item) {
			completeOperation(operation)
			shareIntegration(d, operation)
		}
	}
	components := part(d, "components")
	schemas := part(components, "schemas")
	for _, name := range []string{"Empty", "Error"} { // every REST API has these models
		orElse(schemas, name, map[string]any{"type": "object"})
	}
	completeResponses(document.Members(components, "responses"))
	for _, parameter := range document.Members(components, "parameters") {
		completeParameters([]any{parameter})
	}
	schemes := part(components, "securitySchemes")
	for name, scheme := range document.Members(d, "securityDefinitions") {
		orElse(schemes, name, scheme)
	}
	delete(d, "securityDefinitions")
	for _, scheme := range schemes {
		if scheme := document.Members(scheme); scheme["type"] == "oauth2" {
			orElse(scheme, "flows", map[string]any{})
		}
	}
}

// part is an object's member, made if there is none. A value that is not an object
// stays, for the library to refuse.
func part(of map[string]any, name string) map[string]any {
	orElse(of, name, map[string]any{})
	if object := document.Members(of, name); object != nil {
		return object
	}
	return map[string]any{}
}

// operations are a path's by method, that for all other methods included.
func operations(item any) iter.Seq2[string, map[string]any] {
	return func(yield func(string, map[string]any) bool) {
		for method, operation := range document.Members(item) {
			operation, ok := operation.(map[string]any)
			if ok && (method == anyMethod || !strings.HasPrefix(method, "x-")) && !yield(method, operation) {
				return
			}
		}
	}
}

// shareIntegration puts an integration of the components where an operation refers
// to it.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integrations.html
func shareIntegration(d, operation map[string]any) {
	const shared = integrationExtension + "s"
	ref, _ := document.Members(operation, integrationExtension)["$ref"].(string)
	if integration, ok := document.Members(d, "components", shared)[strings.TrimPrefix(ref, "#/components/"+shared+"/")]; ok {
		operation[integrationExtension] = integration
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
	if len(document.Members(operation, "responses")) == 0 {
		operation["responses"] = map[string]any{"default": map[string]any{}}
	}
	completeResponses(document.Members(operation, "responses"))
}

// completeParameters makes those of the path required, as they are whatever they
// say, and gives those a type that have none, or Swagger's. Beside a reference that
// changes nothing.
func completeParameters(parameters any) {
	list, _ := parameters.([]any)
	for _, p := range list {
		p, ok := p.(map[string]any)
		if !ok {
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

func completeResponses(responses map[string]any) {
	for _, response := range responses {
		response, ok := response.(map[string]any)
		if !ok {
			continue
		}
		orElse(response, "description", "")
		headers := document.Members(response, "headers")
		for name, header := range headers {
			header := document.Members(header)
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

// declare adds the parameters of the path's variables that each operation lacks,
// whether or not the path has them.
func declare(d map[string]any, path string, item map[string]any) {
	for _, match := range pathVariable.FindAllStringSubmatch(path, -1) {
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
