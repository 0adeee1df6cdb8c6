// Package doors derives the API definition of every front door from the one in
// infra/openapi.yaml. Routes, models and answers are written there once; a door
// only changes which authorizer checks the caller, and how the function is
// called. The template includes what [Definition] and [RoutesPolicy] return.
package doors

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	yaml "github.com/oasdiff/yaml3"

	"github.com/notegate/notegate/infra"
)

// The front doors, as the template's parameter FrontDoor names them.
const (
	RestLambda  = "rest-lambda"
	RestCognito = "rest-cognito"
	RestJWT     = "rest-jwt"
	RestIAM     = "rest-iam"
	RestMapped  = "rest-mapped"
	HTTPJWT     = "http-jwt"
	HTTPLambda  = "http-lambda"
)

// Names returns all front doors, the default one first.
func Names() []string {
	return []string{RestLambda, RestCognito, RestJWT, HTTPJWT, HTTPLambda, RestIAM, RestMapped}
}

//go:embed rest-cognito.yaml rest-jwt.yaml rest-iam.yaml rest-mapped.yaml http.yaml http-jwt.yaml http-lambda.yaml
var patches embed.FS

// Definition returns the definition of a door's API: OpenAPI 3.0 in JSON, with
// API Gateway's extensions and CloudFormation's functions inside. The
// definition of [RestLambda] is infra.OpenAPI itself.
func Definition(door string) ([]byte, error) {
	api, err := parse("openapi.yaml", infra.OpenAPI)
	if err != nil {
		return nil, err
	}
	names := []string{door}
	switch door {
	case RestLambda:
		return json.MarshalIndent(api, "", " ")
	case RestCognito:
		eachOperation(api, demandScope)
	case RestJWT:
	case RestIAM:
		eachOperation(api, allowSignature)
	case RestMapped:
		keepCreate(api)
	case HTTPJWT:
		eachOperation(api, demandScope)
		toHTTP(api)
		names = []string{"http", door}
	case HTTPLambda:
		toHTTP(api)
		names = []string{"http", door}
	default:
		return nil, fmt.Errorf("doors: no front door %q", door)
	}
	for _, name := range names {
		if err := patch(api, name+".yaml"); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(api, "", " ")
}

func patch(api map[string]any, file string) error {
	text, err := patches.ReadFile(file)
	if err != nil {
		return fmt.Errorf("doors: %w", err)
	}
	changes, err := parse(file, text)
	if err != nil {
		return err
	}
	merge(api, changes)
	return nil
}

func parse(file string, text []byte) (object map[string]any, err error) {
	if err := yaml.Unmarshal(text, &object); err != nil {
		return nil, fmt.Errorf("doors: %s: %w", file, err)
	}
	return object, nil
}

// merge applies a JSON merge patch: null removes, objects merge, other values
// replace (RFC 7396).
func merge(target, changes map[string]any) {
	for name, change := range changes {
		object, ok := change.(map[string]any)
		switch {
		case change == nil:
			delete(target, name)
		case ok:
			member, _ := target[name].(map[string]any)
			if member == nil {
				member = map[string]any{}
			}
			merge(member, object)
			target[name] = member
		default:
			target[name] = change
		}
	}
}

// eachOperation calls do for every route, in order.
func eachOperation(api map[string]any, do func(method, path string, operation map[string]any)) {
	paths := api["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path].(map[string]any)
		for _, method := range slices.Sorted(maps.Keys(item)) {
			do(strings.ToUpper(method), path, item[method].(map[string]any))
		}
	}
}

// Files returns what the template includes beside infra/openapi.yaml, by file
// name: {door}.json for each front door but the default one, and
// rest-iam-policy.json, see [RoutesPolicy].
func Files() (map[string][]byte, error) {
	policy, err := RoutesPolicy()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"rest-iam-policy.json": policy}
	for _, door := range Names() {
		if door == RestLambda {
			continue
		}
		if files[door+".json"], err = Definition(door); err != nil {
			return nil, err
		}
	}
	return files, nil
}
