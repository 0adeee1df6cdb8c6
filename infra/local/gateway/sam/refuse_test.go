package sam_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/sam"
)

const (
	definition  = "gateway: bad definition: "
	unsupported = "gateway: not supported here: "
)

const restTemplate = `
Resources:
  Gate: {Type: AWS::Serverless::Function}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Cors: {AllowOrigin: "'https://app.example'", AllowCredentials: true}
      Models: {Note: {type: object}}
      Auth:
        UsagePlan: {CreateUsagePlan: NONE}
        DefaultAuthorizer: Token
        Authorizers:
          Token: {FunctionArn: !GetAtt Gate.Arn, FunctionPayloadType: TOKEN}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get, Auth: {Authorizer: Token}}}
        Post:
          Type: Api
          Properties:
            RestApiId: !Ref Api
            Path: /b
            Method: post
            RequestModel: {Model: Note}
            RequestParameters: [method.request.querystring.q]
`

func TestRefusesREST(t *testing.T) {
	t.Parallel()
	refuses(t, restTemplate, []refusal{
		{"a resource policy", "UsagePlan: {CreateUsagePlan: NONE}", "ResourcePolicy: {IpRangeBlacklist: [192.0.2.1]}", unsupported + "line 10: Api: resource policies"},
		{"a usage plan", "CreateUsagePlan: NONE", "CreateUsagePlan: PER_API", unsupported + "line 10: Api: usage plans"},
		{"an event's resource policy", "Auth: {Authorizer: Token}", "Auth: {ResourcePolicy: {IpRangeBlacklist: [192.0.2.1]}}", unsupported + "line 18: Fn: resource policies"},
		{"an event's unknown authorizer", "Auth: {Authorizer: Token}", "Auth: {Authorizer: Other}", definition + `line 18: Fn: no authorizer "Other" in the API's Auth`},
		{"an unknown default", "DefaultAuthorizer: Token", "DefaultAuthorizer: Other", definition + `line 11: Api: no authorizer "Other" in Auth`},
		{"an authorizer without a function", "FunctionArn: !GetAtt Gate.Arn, ", "", definition + "line 13: Api: an authorizer needs a FunctionArn or a UserPoolArn"},
		{"a payload of another type", "FunctionPayloadType: TOKEN", "FunctionPayloadType: JSON", definition + "line 13: Api: FunctionPayloadType: want TOKEN or REQUEST"},
		{"credentials of every origin", "'https://app.example'", "'*'", definition + "line 7: Api: AllowCredentials with the origin '*'"},
		{"credentials of the default origin", `AllowOrigin: "'https://app.example'", `, "", definition + "line 7: Api: AllowCredentials with the origin '*'"},
		{"an event of another resource", "RestApiId: !Ref Api, Path: /a", "RestApiId: !Ref Gate, Path: /a", unsupported + "line 18: Fn: RestApiId names no AWS::Serverless::Api of this template"},
		{"an event without a path", "Path: /a, ", "", definition + "line 18: Fn: an event needs a Path and a Method"},
		{"an event without a method", "Method: get, ", "", definition + "line 18: Fn: an event needs a Path and a Method"},
		{"a path without a slash", "Path: /a", "Path: a", definition + `line 18: Fn: Path "a": want a / first`},
		{"a route defined twice", "Path: /a, Method: get", "Path: /b, Method: POST", definition + "line 23: Fn: POST /b is defined twice"},
		{"an unknown model", "Model: Note}", "Model: Other}", definition + `line 25: Fn: no model "Other" in the API's Models`},
		{"a parameter without method.request", "[method.request.querystring.q]", "[querystring.q]", definition + `line 26: Fn: RequestParameters: "querystring.q" is not a parameter of the request`},
		{"a parameter without a name", "[method.request.querystring.q]", "[method.request.q]", definition + `line 26: Fn: RequestParameters: "method.request.q" is not a parameter of the request`},
	})
}

const httpTemplate = `
Resources:
  Gate: {Type: AWS::Serverless::Function}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: JWT
        Authorizers:
          JWT: {IdentitySource: $request.header.Authorization, JwtConfiguration: {issuer: "https://issuer.example", audience: [app]}}
          Gate: {FunctionArn: !GetAtt Gate.Arn, AuthorizerPayloadFormatVersion: "2.0"}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Open: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /open, Method: get, Auth: {Authorizer: NONE}}}
`

func TestRefusesHTTP(t *testing.T) {
	t.Parallel()
	refuses(t, httpTemplate, []refusal{
		{"NONE without a default", "        DefaultAuthorizer: JWT\n", "", definition + "line 15: Fn: SAM takes NONE only where there is a DefaultAuthorizer"},
		{"a JWT authorizer without a source", "IdentitySource: $request.header.Authorization, ", "", definition + "line 10: Api: a JWT authorizer needs an IdentitySource"},
		{"an authorizer without a function", "FunctionArn: !GetAtt Gate.Arn, ", "", definition + "line 11: Api: an authorizer needs JwtConfiguration, or FunctionArn and AuthorizerPayloadFormatVersion"},
		{"an authorizer without a version", `, AuthorizerPayloadFormatVersion: "2.0"`, "", definition + "line 11: Api: an authorizer needs JwtConfiguration, or FunctionArn and AuthorizerPayloadFormatVersion"},
		{"an event of another resource", "ApiId: !Ref Api", "ApiId: !Ref Gate", unsupported + "line 16: Fn: ApiId names no AWS::Serverless::HttpApi of this template"},
		{"an event with a path only", "Method: get, ", "", definition + "line 16: Fn: an event needs a Path and a Method"},
		{"an event with a method only", "Path: /open, ", "", definition + "line 16: Fn: an event needs a Path and a Method"},
	})
}

// A REST API takes NONE without a default, and AWS_IAM for one.
func TestDefaultsWithoutAuthorizers(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {Auth: {DefaultAuthorizer: AWS_IAM}}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Open: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /open, Method: get, Auth: {Authorizer: NONE}}}
        Plain: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /plain, Method: get}}
`
	a := good(t, template).APIs[0]
	expect(t, a, "paths /plain get security", []any{object{"AWS_IAM": []any{}}})
	expect(t, a, "paths /open get security", []any{})
	a = good(t, strings.Replace(template, "DefaultAuthorizer: AWS_IAM", "", 1)).APIs[0]
	expect(t, a, "paths /open get security", []any{})
}

// Of a kind that is refused, the first resource is named.
func TestRefusesAKindOnce(t *testing.T) {
	t.Parallel()
	_, findings := read(t, `
Resources:
  One: {Type: AWS::ApiGateway::UsagePlan}
  Two: {Type: AWS::ApiGateway::UsagePlan}
`, sam.Options{})
	if want := unsupported + "line 3: One: usage plans (AWS::ApiGateway::UsagePlan)"; len(findings) != 1 || findings[0].Error() != want {
		t.Errorf("got %v, want %s", findings, want)
	}
}

// A value for a parameter that the template lacks is a slip of the caller's.
func TestRefusesParameters(t *testing.T) {
	t.Parallel()
	const template = `
Parameters: {Stage: {Type: String}}
Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {FunctionName: !Ref Stage}}
`
	got, findings := read(t, template, sam.Options{Parameters: map[string]string{"Stage": "dev"}})
	if len(findings) > 0 || got.Functions[0].Name != "dev" {
		t.Errorf("got %+v, %v, want the name dev", got.Functions[0], findings)
	}
	_, findings = read(t, template, sam.Options{Parameters: map[string]string{"Stage": "dev", "Stag": "dev"}})
	if want := definition + `no parameter "Stag" in the template`; len(findings) != 1 || findings[0].Error() != want {
		t.Errorf("got %v, want %s", findings, want)
	}
}

// Without a pool, what refers to one has no value.
func TestRefusesPools(t *testing.T) {
	t.Parallel()
	_, findings := readAs(t, `
Resources:
  Users: {Type: AWS::Cognito::UserPool}
  Ref: {Type: AWS::Serverless::Function, Properties: {FunctionName: !Ref Users}}
  Attribute: {Type: AWS::Serverless::Function, Properties: {FunctionName: !GetAtt Users.Arn}}
`, sam.Options{})
	var got []string
	for _, f := range findings {
		got = append(got, f.Error())
	}
	if diff := cmp.Diff([]string{
		definition + "line 5: Attribute: there is no user pool to use in place of Users",
		definition + "line 4: Ref: there is no user pool to use in place of Users",
	}, got); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"Resources": true, "paths": false} {
		if got := sam.Is(object{name: object{}}); got != want {
			t.Errorf("a document of %s: got %v, want %v", name, got, want)
		}
	}
}
