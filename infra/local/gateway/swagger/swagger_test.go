package swagger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/swagger"
)

const definition = `swagger: "2.0"
host: ${Host}
x-amazon-apigateway-gateway-responses: {DEFAULT_4XX: {statusCode: 418}}
paths:
  /notes/{id}:
    parameters:
      - {name: id, in: path, required: true, type: string}
    x-amazon-apigateway-any-method:
      consumes: [application/json]
      parameters:
        - {name: If-Match, in: header, required: true, type: string}
        - {name: Note, in: body, required: true, schema: {$ref: "#/definitions/Note"}}
      security: [{gate: []}]
      x-amazon-apigateway-request-validator: all
      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST}
      responses: {}
    options:
      responses:
        200: {description: ok, headers: {Access-Control-Allow-Origin: {type: string}}}
      x-amazon-apigateway-integration: {type: mock}
securityDefinitions:
  gate:
    type: apiKey
    name: Authorization
    in: header
    x-amazon-apigateway-authtype: custom
    x-amazon-apigateway-authorizer: {type: token}
definitions:
  Note: {type: object, properties: {text: {type: string, format: email}}}
`

func parse(t *testing.T, text string) *document.Document {
	t.Helper()
	d, err := document.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d.File = "swagger.yaml"
	return d
}

type object = map[string]any

func TestConvert(t *testing.T) {
	t.Parallel()
	got, err := swagger.Convert(parse(t, definition))
	if err != nil {
		t.Fatal(err)
	}
	text := func() object { return object{"schema": object{"type": "string"}} }
	id, match := text(), text()
	id["name"], id["in"], id["required"] = "id", "path", true
	match["name"], match["in"], match["required"] = "If-Match", "header", true
	want := object{
		"openapi":                               "3.0.3",
		"info":                                  object{"title": "API", "version": "1.0"},
		"x-amazon-apigateway-gateway-responses": object{"DEFAULT_4XX": object{"statusCode": 418}},
		"paths": object{"/notes/{id}": object{
			"parameters": []any{id},
			"x-amazon-apigateway-any-method": object{
				"parameters": []any{match},
				"requestBody": object{
					"content":  object{"application/json": object{"schema": object{"$ref": "#/components/schemas/Note"}}},
					"required": true, "x-originalParamName": "Note",
				},
				"security":                              []any{object{"gate": []any{}}},
				"x-amazon-apigateway-request-validator": "all",
				"x-amazon-apigateway-integration":       object{"type": "aws_proxy", "httpMethod": "POST"},
				"responses":                             object{},
			},
			"options": object{
				"responses":                       object{"200": object{"description": "ok", "headers": object{"Access-Control-Allow-Origin": text()}}},
				"x-amazon-apigateway-integration": object{"type": "mock"},
			},
		}},
		"components": object{
			"securitySchemes": object{"gate": object{
				"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
				"x-amazon-apigateway-authorizer": object{"type": "token"},
			}},
			"schemas": object{"Note": object{"type": "object", "properties": object{"text": object{"type": "string", "format": "email"}}}},
		},
	}
	if diff := cmp.Diff(want, got.Value); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
	for line, path := range map[int][]string{
		8:  {"paths", "/notes/{id}", "x-amazon-apigateway-any-method"},
		26: {"components", "securitySchemes", "gate", "x-amazon-apigateway-authtype"},
		29: {"components", "schemas", "Note"},
	} {
		if file, at := got.Place(path...); file != "swagger.yaml" || at != line {
			t.Errorf("%v: got %s:%d, want line %d", path, file, at, line)
		}
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{`{swagger: "2.0"}`: true, `{openapi: 3.0.1}`: false, `[]`: false} {
		if got := swagger.Is(parse(t, text).Value); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, says string }{
		"another version":          {`swagger: "1.2"`, "swagger must be 2.0"},
		"no paths object":          {`{swagger: "2.0", paths: {/a: {get: 1}}}`, "number"},
		"security no list":         {`{swagger: "2.0", paths: {/a: {get: {security: {a: []}}}}}`, "security: want no object"},
		"two bodies":               {`{swagger: "2.0", paths: {/a: {post: {parameters: [{in: body, name: a, schema: {}}, {in: body, name: b, schema: {}}]}}}}`, "multiple body parameters"},
		"a number that JSON lacks": {`{swagger: "2.0", x-size: .nan, paths: {}}`, "unsupported value: NaN"},
		"no object":                {`[]`, "swagger must be 2.0"},
	} {
		if _, err := swagger.Convert(parse(t, tt.text)); !errors.Is(err, swagger.ErrDefinition) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want ErrDefinition and %s", name, err, tt.says)
		}
	}
	got, err := swagger.Convert(parse(t, "swagger: 2.0\npaths:\n  /nothing:\n"))
	if err != nil {
		t.Fatalf("without quotes: %v", err)
	}
	if paths := got.Value.(object)["paths"]; paths != nil {
		t.Errorf("a path without anything: got %v, want none", paths)
	}
}
