package sam_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/sam"
)

const invocation = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:"

// Events without an API make one of each kind.
func TestImplicitAPIs(t *testing.T) {
	t.Parallel()
	got := good(t, `
Globals:
  Api: {Variables: {mode: dark}}
Resources:
  Notes:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        All: {Type: Api, Properties: {Path: "/{proxy+}", Method: ANY}}
        Root: {Type: Api, Properties: {Path: /, Method: get, TimeoutInMillis: 5000}}
        Slash: {Type: Api, Properties: {Path: /a/, Method: POST}}
        New: {Type: HttpApi, Properties: {Path: /new, Method: post, PayloadFormatVersion: "1.0"}}
        Rest: {Type: HttpApi}
`)
	if len(got.APIs) != 2 {
		t.Fatalf("got %d APIs, want 2", len(got.APIs))
	}
	rest, http := got.APIs[0], got.APIs[1]
	if rest.Name != "ServerlessRestApi" || rest.Kind != api.REST || rest.Stage != "Prod" || rest.Variables["mode"] != "dark" {
		t.Errorf("got %+v, want the implicit REST API", rest)
	}
	if http.Name != "ServerlessHttpApi" || http.Kind != api.HTTP || http.Stage != "$default" {
		t.Errorf("got %+v, want the implicit HTTP API", http)
	}
	integration := func(more object) object {
		out := object{"type": "aws_proxy", "httpMethod": "POST", "uri": invocation + "Notes/invocations"}
		for name, value := range more {
			out[name] = value
		}
		return object{"x-amazon-apigateway-integration": out, "responses": object{}}
	}
	expect(t, rest, "paths", object{
		"/{proxy+}": object{"x-amazon-apigateway-any-method": integration(nil)},
		"/":         object{"get": integration(object{"timeoutInMillis": 5000})},
		"/a":        object{"post": integration(nil)},
	})
	expect(t, http, "paths", object{
		"/new":      object{"post": integration(object{"payloadFormatVersion": "1.0"})},
		"/$default": object{"x-amazon-apigateway-any-method": integration(object{"payloadFormatVersion": "2.0"})},
	})
	if _, line := rest.Document.Place("paths", "/a", "post"); line != 11 {
		t.Errorf("the event of /a: got line %d, want 11", line)
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	template := `
Parameters: {Stage: {Type: String, Default: dev}, Secret: {Type: String}}
Globals:
  Function: {Runtime: nodejs22.x, Timeout: 10, Environment: {Variables: {STAGE: !Ref Stage, BOTH: global}}}
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "one-${Stage}"
      CodeUri: src/
      Handler: app.handler
      Timeout: 20
      MemorySize: 512
      Environment:
        Variables: {BOTH: own, TABLE: !Ref Table, ARN: !GetAtt Table.Arn, OTHER: !GetAtt Two.Arn, POOL: !Ref Pool, CLIENT: !Ref Client, SECRET: !Ref Secret, N: 5}
  Two:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: index.handler, Code: {ZipFile: "def handler(e, c): return 1"}}
  Off: {Type: AWS::Serverless::Function, Condition: Never, Properties: {CodeUri: s3://bucket/key}}
  Far: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://bucket/key}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: notes}}
  Pool: {Type: AWS::Cognito::UserPool}
  Client: {Type: AWS::Cognito::UserPoolClient}
Conditions: {Never: !Equals [!Ref Stage, prod]}
`
	got, findings := read(t, template, sam.Options{})
	want := []*sam.Function{
		{ID: "Far", Name: "Far", Runtime: "nodejs22.x", Timeout: 10 * time.Second, Environment: map[string]string{"STAGE": "dev", "BOTH": "global"}, File: "app/template.yaml", Line: 20},
		{ID: "One", Name: "one-dev", Code: "src/", Handler: "app.handler", Runtime: "nodejs22.x", Memory: 512, Timeout: 20 * time.Second, File: "app/template.yaml", Line: 6,
			Environment: map[string]string{
				"STAGE": "dev", "BOTH": "own", "TABLE": "notes", "ARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/notes", "N": "5",
				"OTHER": "arn:aws:lambda:eu-west-1:123456789012:function:Two", "POOL": "local_pool", "CLIENT": "localclient",
			}},
		{ID: "Two", Name: "Two", Inline: "def handler(e, c): return 1", Handler: "index.handler", Runtime: "python3.13", Timeout: 3 * time.Second, Environment: map[string]string{}, File: "app/template.yaml", Line: 16},
	}
	if diff := cmp.Diff(want, got.Functions); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
	var notes []string
	for _, f := range findings {
		if !f.Ignored {
			t.Errorf("not to be ignored: %v", f)
		}
		notes = append(notes, f.What)
	}
	if diff := cmp.Diff([]string{
		"AWS::DynamoDB::Table is not made here: notes is only its name",
		`environment variable SECRET: no value for parameter "Secret"`,
	}, notes); diff != "" {
		t.Errorf("findings: want(-) got(+):\n%s", diff)
	}
	with, findings := read(t, template, sam.Options{Parameters: map[string]string{"Stage": "prod", "Secret": "s"}})
	if len(with.Functions) != 4 || with.Functions[2].Name != "one-prod" || with.Functions[2].Environment["SECRET"] != "s" || len(findings) != 1 {
		t.Errorf("with parameters: got %+v, %v", with.Functions[1], findings)
	}
}

// Intrinsic functions, wherever they stand.
func TestValues(t *testing.T) {
	t.Parallel()
	got := good(t, `
Parameters: {Prefix: {Type: String, Default: v1}, Origins: {Type: CommaDelimitedList, Default: "https://a.example, https://b.example"}}
Mappings: {Paths: {eu-west-1: {notes: notes}}}
Conditions: {IsV1: !Equals [!Ref Prefix, v1], Other: !Not [!Condition IsV1]}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: {AllowOrigins: !Ref Origins, AllowCredentials: !If [Other, true, false], MaxAge: !If [Other, 1, !Ref AWS::NoValue]}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      AutoPublishAlias: live
      Events:
        A: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: get, Path: !Join ["/", ["", !Ref Prefix, !FindInMap [Paths, !Ref AWS::Region, notes]]]}}
`)
	a := got.APIs[0]
	expect(t, a, "paths /v1/notes get x-amazon-apigateway-integration uri", invocation+"Fn:live/invocations")
	expect(t, a, "x-amazon-apigateway-cors", object{"allowOrigins": []any{"https://a.example", "https://b.example"}, "allowCredentials": false})
}

// A function that is not built here is no mistake in the template.
func TestFunctionsThatAreNotBuilt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{"{Fn::Cidr: [10.0.0.0/16, 1, 8]}": api.ErrUnsupported, "{Fn::Join: x}": api.ErrDefinition} {
		_, findings := read(t, `
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: `+text+`}}
  Fn: {Type: AWS::Serverless::Function, Properties: {Events: {A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get}}}}}
`, sam.Options{})
		if len(findings) != 1 || findings[0].Family != want {
			t.Errorf("%s: got %v, want one of: %v", text, findings, want)
		}
	}
}

func TestGlobalsMerge(t *testing.T) {
	t.Parallel()
	got := good(t, `
Globals:
  Api:
    BinaryMediaTypes: [image~1png]
    Variables: {a: 1, b: 2}
    Auth: {Authorizers: {Pool: {UserPoolArn: !GetAtt Pool.Arn}}, DefaultAuthorizer: Pool}
Resources:
  Pool: {Type: AWS::Cognito::UserPool}
  Api:
    Type: AWS::Serverless::Api
    Properties: {StageName: v2, BinaryMediaTypes: [image~1gif], Variables: {b: 3}}
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Events: {A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get}}}}
`)
	a := got.APIs[0]
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "3"}, a.Variables); diff != "" || a.Stage != "v2" {
		t.Errorf("stage %s, variables: want(-) got(+):\n%s", a.Stage, diff)
	}
	expect(t, a, "x-amazon-apigateway-binary-media-types", []any{"image/png", "image/gif"})
	expect(t, a, "paths /a get security", []any{object{"Pool": []any{}}})
	if _, line := a.Document.Place("components", "securitySchemes", "Pool"); line != 6 {
		t.Errorf("the authorizer: got line %d, want 6, in Globals", line)
	}
}

// SAM makes a role for each function that has none, and templates name it.
func TestRolesOfFunctions(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  Notes:
    Type: AWS::Serverless::Function
    Properties:
      Events: {Get: {Type: HttpApi, Properties: {Path: /, Method: get, ApiId: {Ref: Front}, Auth: {Authorizer: Gate}}}}
  Gate: {Type: AWS::Serverless::Function, Properties: {}}
  Front:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Gate: {FunctionArn: {"Fn::GetAtt": [Gate, Arn]}, FunctionInvokeRole: {"Fn::GetAtt": [GateRole, Arn]}, AuthorizerPayloadFormatVersion: "2.0", Identity: {Headers: [A]}}
`
	good(t, template)
	_, findings := read(t, strings.Replace(template, "GateRole", "FrontRole", 1), sam.Options{})
	if len(findings) != 1 || !strings.HasSuffix(findings[0].Error(), `no value for attribute "FrontRole.Arn"`) {
		t.Errorf("of no function: got %v", findings)
	}
}

// What is beside an API is named, and keeps nobody from starting it.
func TestUnreadResources(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  Notes: {Type: AWS::Serverless::Function, Properties: {Events: {Get: {Type: Api, Properties: {Path: /, Method: get}}}}}
  More: {Type: KIND, Properties: {}}
`
	for kind, fatal := range map[string]bool{
		"AWS::CloudFormation::Stack": false, "AWS::Serverless::Application": false, "AWS::Serverless::GraphQLApi": false,
		"AWS::WAFv2::WebACLAssociation": true, "AWS::ApiGateway::UsagePlan": true, "AWS::Serverless::WebSocketApi": true, "AWS::ApiGateway::Method": true,
	} {
		_, findings := read(t, strings.Replace(template, "KIND", kind, 1), sam.Options{})
		if len(findings) != 1 || findings[0].Fatal() != fatal || !strings.Contains(findings[0].Error(), kind) {
			t.Errorf("%s: got %v, want one finding, fatal %v", kind, findings, fatal)
		}
	}
}
