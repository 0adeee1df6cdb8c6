package sam_test

import (
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/document"
)

const (
	openAPI = "{openapi: 3.0.1, info: {title: x, version: '1'}, paths: {}}"
	swagger = "{swagger: '2.0', info: {title: x, version: '1'}, paths: {}}"
)

// The files beside the templates below.
var files = []string{"openapi.yaml", openAPI, "swagger.yaml", swagger, "empty.yaml", "", "paths.yaml", "paths: {}"}

const (
	included = `
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Variables: {a: b}
      DefinitionBody:
        openapi: 3.0.1
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: paths.yaml}}
`
	named = `
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Variables: {a: b}
      DefinitionUri: swagger.yaml
`
	namedHTTP = `
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      StageVariables: {a: b}
      DefinitionUri: openapi.yaml
`
)

func TestRefusesDefinitions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		valid    string
		refusals []refusal
	}{
		"body": {included, []refusal{
			{"another macro", "Name: AWS::Include", "Name: Mine", unsupported + "line 7: Api: Fn::Transform: want AWS::Include of a file on this machine"},
			{"an inclusion in S3", "paths.yaml", "s3://bucket/paths.yaml", unsupported + "line 7: Api: Fn::Transform: want AWS::Include of a file on this machine"},
			{"an inclusion that is not there", "paths.yaml", "gone.yaml", definition + "line 7: Api: file does not exist: app/gone.yaml"},
			{"Swagger 1", "openapi: 3.0.1", "swagger: '1.2'", definition + "line 7: Api: swagger: bad definition: swagger must be 2.0"},
		}},
		"file": {named, []refusal{
			{"a file that is not there", "swagger.yaml", "gone.yaml", definition + "line 7: Api: file does not exist: app/gone.yaml"},
			{"an empty file", "swagger.yaml", "empty.yaml", definition + "line 7: Api: app/empty.yaml: document: bad syntax: the text is empty"},
			{"a file in S3", "swagger.yaml", "s3://bucket/key", unsupported + "line 7: Api: DefinitionUri in S3: want a file on this machine"},
			{"a file in S3 by its key", "swagger.yaml", "{Bucket: bucket, Key: key}", unsupported + "line 7: Api: DefinitionUri in S3: want a file on this machine"},
			{"Auth with a file", "Variables: {a: b}", "Auth: {ApiKeyRequired: false}", definition + "line 7: Api: SAM takes Auth and Cors with DefinitionBody only"},
			{"Cors with a file", "Variables: {a: b}", `Cors: "'*'"`, definition + "line 7: Api: SAM takes Auth and Cors with DefinitionBody only"},
		}},
		"file of an HTTP API": {namedHTTP, []refusal{
			{"CORS with a file", "StageVariables: {a: b}", "CorsConfiguration: true", definition + "line 7: Api: SAM takes Auth and Cors with DefinitionBody only"},
			{"Swagger", "openapi.yaml", "swagger.yaml", definition + "line 5: Api: an HTTP API takes OpenAPI 3.0, not Swagger 2.0"},
		}},
		"list": {"Resources: {Api: {Type: AWS::Serverless::Api, Properties: {DefinitionBody: " + openAPI + "}}}", []refusal{
			{"a body that is a list", openAPI, "[]", definition + "line 1: Api: the definition is not an object"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, tt.valid, tt.refusals, files...)
		})
	}
}

// CORS settings leave an OPTIONS method of the document's own as it is, and what is
// not a path item to the one who reads the document.
func TestCORSOfADocument(t *testing.T) {
	t.Parallel()
	a := good(t, `
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Cors: "'*'"
      DefinitionBody: {openapi: 3.0.1, paths: {/own: {options: {responses: {}}}, /none: {}, /text: x}}
`).APIs[0]
	expect(t, a, "paths /own options", object{"responses": object{}})
	expect(t, a, "paths /text", "x")
	if document.Members(a.Document.Value, "paths", "/none", "options") == nil {
		t.Error("no OPTIONS where the document has none")
	}
}

// The routes of an HTTP API's own document keep their authorizer, whichever it is.
func TestDefaultAuthorizerOfAnHTTPDocument(t *testing.T) {
	t.Parallel()
	a := good(t, `
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: JWT
        Authorizers: {JWT: {IdentitySource: $request.header.Authorization, JwtConfiguration: {issuer: "https://issuer.example", audience: [app]}}}
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /own: {get: {security: [other: []], x-amazon-apigateway-integration: {}}}
          /none: {get: {x-amazon-apigateway-integration: {}}}
`).APIs[0]
	expect(t, a, "paths /own get security", []any{object{"other": []any{}}})
	expect(t, a, "paths /none get security", []any{object{"JWT": []any{}}})
}
