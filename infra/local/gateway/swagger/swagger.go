// Package swagger makes OpenAPI 3.0 of a Swagger 2.0 document. API Gateway's
// extensions stay as they are.
package swagger

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"

	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// ErrDefinition says that the document is not one of Swagger 2.0.
var ErrDefinition = errors.New("swagger: bad definition")

// Is tells whether a document is one of Swagger 2.0.
func Is(value any) bool {
	return document.Members(value)["swagger"] != nil
}

// anyMethod holds an operation for all methods that have none, which the library
// does not know as one.
const anyMethod = "x-amazon-apigateway-any-method"

// Convert returns the document as OpenAPI 3.0, with the places of the original.
// Intrinsic functions in it must have been resolved; its value is changed. The
// error wraps [ErrDefinition].
func Convert(in *document.Document) (*document.Document, error) {
	root := document.Members(in.Value)
	if version := fmt.Sprint(root["swagger"]); version != "2.0" && version != "2" { // 2 without quotes in YAML
		return nil, fmt.Errorf("%w: swagger must be 2.0", ErrDefinition)
	}
	separate(root)
	value, err := convert(root)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDefinition, misfit(err))
	}
	join(value)
	out := document.FromValue(value)
	out.Graft(nil, in)
	out.Graft([]string{"components", "securitySchemes"}, in, "securityDefinitions")
	out.Graft([]string{"components", "schemas"}, in, "definitions")
	return out, nil
}

// misfitted is the library's text, which has lost the error that it was.
var misfitted = regexp.MustCompile(`json: cannot unmarshal (\w+) into (?:Go struct )?field (\S+) of type \S+`)

// misfit says which member is not of its kind.
func misfit(err error) string {
	return misfitted.ReplaceAllString(text.OneLine(err), "$2: want no $1")
}

func convert(root map[string]any) (map[string]any, error) {
	raw, err := json.Marshal(root)
	if err != nil {
		return nil, err
	}
	var v2 openapi2.T
	if err := json.Unmarshal(raw, &v2); err != nil {
		return nil, err
	}
	v3, err := openapi2conv.ToV3(&v2)
	if err != nil {
		return nil, err
	}
	if raw, err = json.Marshal(v3); err != nil {
		return nil, err
	}
	d, err := document.Parse(raw)
	if err != nil {
		return nil, err
	}
	return d.Value.(map[string]any), nil
}

// separate makes each operation for all other methods the post of a path of its
// own, and leaves out what API Gateway does without.
func separate(root map[string]any) {
	root["swagger"] = "2.0"
	if root["info"] == nil {
		root["info"] = map[string]any{"title": "API", "version": "1.0"}
	}
	delete(root, "host") // has no effect, and often a placeholder in it
	delete(root, "basePath")
	paths := map[string]any{}
	for path, item := range document.Members(root, "paths") {
		item := document.Members(item)
		if item == nil {
			continue
		}
		if operation, ok := item[anyMethod]; ok {
			delete(item, anyMethod)
			paths[path+anyMethod] = map[string]any{"post": operation, "parameters": item["parameters"]}
		}
		paths[path] = item
	}
	root["paths"] = paths
}

// join undoes separate.
func join(root map[string]any) {
	paths := document.Members(root, "paths")
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		plain, ok := strings.CutSuffix(path, anyMethod)
		if !ok {
			continue
		}
		if item := document.Members(paths, plain); item != nil {
			item[anyMethod] = document.Members(paths, path)["post"]
		}
		delete(paths, path)
	}
}
