package sam_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
	"github.com/notegate/notegate/infra/local/gateway/sam"
)

// loads reads the API's document as the gateway does.
func loads(t *testing.T, a *sam.API) *api.API {
	t.Helper()
	model, findings := openapi.ReadDocument(a.Document, openapi.Options{Kind: a.Kind, Partition: "aws", Region: "eu-west-1", Account: "123456789012", AsImported: true})
	for _, f := range findings {
		t.Errorf("%s:%d: %v", f.File, f.Line, f)
	}
	return model
}

// guards is who guards each route of a model.
func guards(a *api.API) map[string]string {
	out := map[string]string{}
	for _, r := range a.Routes {
		out[r.Key()] = ""
		if r.Authorizer != nil {
			out[r.Key()] = r.Authorizer.Name
		}
	}
	return out
}

const restAuth = `
Resources:
  Gate: {Type: AWS::Serverless::Function}
  Pool: {Type: AWS::Cognito::UserPool}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Cors: "'https://app.example'"
      Auth:
        DefaultAuthorizer: Token
        AddDefaultAuthorizerToCorsPreflight: false
        Authorizers:
          Token: {FunctionArn: !GetAtt Gate.Arn, Identity: {Header: X-Token, ValidationExpression: "^Bearer .*$", ReauthorizeEvery: 60}}
          Request: {FunctionArn: !GetAtt Gate.Arn, FunctionPayloadType: REQUEST, Identity: {Headers: [A, B], QueryStrings: [q], StageVariables: [s], Context: [c]}}
          Users: {UserPoolArn: !GetAtt Pool.Arn, AuthorizationScopes: [notes/read]}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Default: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /default, Method: get}}
        Open: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /open, Method: get, Auth: {Authorizer: NONE}}}
        Asked: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /request, Method: get, Auth: {Authorizer: Request}}}
        Users: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /users, Method: get, Auth: {Authorizer: Users}}}
        Write: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /users, Method: post, Auth: {Authorizer: Users, AuthorizationScopes: [notes/write]}}}
        Signed: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /signed, Method: get, Auth: {Authorizer: AWS_IAM}}}
`

func TestRESTAuth(t *testing.T) {
	t.Parallel()
	a := good(t, restAuth).APIs[0]
	uri := invocation + "Gate/invocations"
	expect(t, a, "components securitySchemes", object{
		"Token": object{"type": "apiKey", "name": "X-Token", "in": "header", "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": object{
			"type": "token", "authorizerUri": uri, "identityValidationExpression": "^Bearer .*$", "authorizerResultTtlInSeconds": 60,
		}},
		"Request": object{"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": object{
			"type": "request", "authorizerUri": uri, "identitySource": "method.request.header.A,method.request.header.B,method.request.querystring.q,stageVariables.s,context.c",
		}},
		"Users": object{"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools", "x-amazon-apigateway-authorizer": object{
			"type": "cognito_user_pools", "providerARNs": []any{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/local_pool"},
		}},
		"AWS_IAM": object{"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
	})
	model := loads(t, a)
	if diff := cmp.Diff(map[string]string{
		"GET /default": "Token", "OPTIONS /default": "", "GET /open": "", "OPTIONS /open": "", "GET /request": "Request", "OPTIONS /request": "",
		"GET /users": "Users", "POST /users": "Users", "OPTIONS /users": "", "GET /signed": "AWS_IAM", "OPTIONS /signed": "",
	}, guards(model)); diff != "" {
		t.Errorf("guards: want(-) got(+):\n%s", diff)
	}
	scopes := map[string][]string{}
	for _, r := range model.Routes {
		if len(r.Scopes) > 0 {
			scopes[r.Key()] = r.Scopes
		}
	}
	if diff := cmp.Diff(map[string][]string{"GET /users": {"notes/read"}, "POST /users": {"notes/write"}}, scopes); diff != "" {
		t.Errorf("scopes: want(-) got(+):\n%s", diff)
	}
}

// A document of the API's own gets the default as well, and keeps what it says.
func TestDefaultAuthorizerOfADocument(t *testing.T) {
	t.Parallel()
	a := good(t, `
Resources:
  Gate: {Type: AWS::Serverless::Function}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Auth: {DefaultAuthorizer: Gate, Authorizers: {Gate: {FunctionArn: !GetAtt Gate.Arn}}}
      DefinitionBody:
        openapi: 3.0.1
        info: {title: x, version: "1"}
        paths:
          /a:
            get: {responses: {}, x-amazon-apigateway-integration: &call {type: aws_proxy, httpMethod: POST, uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Gate.Arn}/invocations"}}
            post: {responses: {}, security: [NONE: []], x-amazon-apigateway-integration: *call}
            put: {responses: {}, security: [other: []], x-amazon-apigateway-integration: *call}
            options: {responses: {}, x-amazon-apigateway-integration: *call}
            patch: {responses: {}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Elsewhere: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /b, Method: get}}
        Put: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: put, Auth: {OverrideApiAuth: true, Authorizer: AWS_IAM}}}
`).APIs[0]
	gate := []any{object{"Gate": []any{}}}
	expect(t, a, "paths /a get security", gate)
	expect(t, a, "paths /a options security", gate) // SAM's default
	expect(t, a, "paths /a post security", []any{})
	expect(t, a, "paths /a put security", []any{object{"AWS_IAM": []any{}}})
	expect(t, a, "paths /a patch", object{"responses": object{}}) // calls nothing
	if paths := at(t, a, "paths").(object); len(paths) != 1 {
		t.Errorf("got %d paths, want one: events add none to a document", len(paths))
	}
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	template := func(auth string) string {
		return `
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {Auth: {` + auth + `}, Cors: "'*'"}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Plain: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /plain, Method: get}}
        Key: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /key, Method: get, Auth: {ApiKeyRequired: true}}}
        Free: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /free, Method: get, Auth: {ApiKeyRequired: false}}}
`
	}
	key, nothing := []any{object{"api_key": []any{}}}, []any{}
	for name, tt := range map[string]struct {
		auth string
		want map[string]any
	}{
		"by method":            {"", map[string]any{"/plain get": nil, "/key get": key, "/free get": nothing, "/plain options": nil}},
		"by default":           {"ApiKeyRequired: true", map[string]any{"/plain get": key, "/key get": key, "/free get": nothing, "/plain options": key}},
		"except for preflight": {"ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false", map[string]any{"/plain get": key, "/plain options": nil}},
	} {
		a := good(t, template(tt.auth)).APIs[0]
		for where, want := range tt.want {
			t.Run(name+" "+where, func(t *testing.T) { expect(t, a, "paths "+where+" security", want) })
		}
		expect(t, a, "components securitySchemes api_key", object{"type": "apiKey", "name": "x-api-key", "in": "header"})
	}
}

const httpAuth = `
Resources:
  Gate: {Type: AWS::Serverless::Function}
  Pool: {Type: AWS::Cognito::UserPool}
  Client: {Type: AWS::Cognito::UserPoolClient}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: true
      Auth:
        DefaultAuthorizer: JWT
        Authorizers:
          JWT:
            AuthorizationScopes: [notes/read]
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {Issuer: !Sub "https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}", audience: [!Ref Client]}
          Gate:
            FunctionArn: !GetAtt Gate.Arn
            AuthorizerPayloadFormatVersion: "2.0"
            EnableSimpleResponses: true
            Identity: {Headers: [Authorization], Context: [routeKey], ReauthorizeEvery: 30}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Default: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /default, Method: get}}
        Write: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /default, Method: post, Auth: {AuthorizationScopes: [notes/write]}}}
        Open: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /open, Method: get, Auth: {Authorizer: NONE}}}
        Gate: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /gate, Method: get, Auth: {Authorizer: Gate}}}
        Preflight: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /default, Method: options}}
`

func TestHTTPAuth(t *testing.T) {
	t.Parallel()
	a := good(t, httpAuth).APIs[0]
	expect(t, a, "components securitySchemes", object{
		"JWT": object{"type": "oauth2", "flows": object{}, "x-amazon-apigateway-authorizer": object{
			"type": "jwt", "identitySource": "$request.header.Authorization",
			"jwtConfiguration": object{"issuer": "https://cognito-idp.eu-west-1.amazonaws.com/local_pool", "audience": []any{"localclient"}},
		}},
		"Gate": object{"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authorizer": object{
			"type": "request", "authorizerUri": invocation + "Gate/invocations", "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true,
			"identitySource": "$request.header.Authorization,$context.routeKey", "authorizerResultTtlInSeconds": 30,
		}},
	})
	expect(t, a, "x-amazon-apigateway-cors", object{"allowOrigins": []any{"*"}})
	if diff := cmp.Diff(map[string]string{
		"GET /default": "JWT", "POST /default": "JWT", "GET /open": "", "GET /gate": "Gate", "OPTIONS /default": "",
	}, guards(loads(t, a))); diff != "" {
		t.Errorf("guards: want(-) got(+):\n%s", diff)
	}
	expect(t, a, "paths /default get security", []any{object{"JWT": []any{"notes/read"}}})
	expect(t, a, "paths /default post security", []any{object{"JWT": []any{"notes/write"}}})
}
