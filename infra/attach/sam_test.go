package attach_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/gatetest"
	"github.com/notegate/notegate/infra/interop"
)

var samExample = example{"AuthorizerFunction", "OrdersFunction", []front{{"RestApi", "Gate", "token"}, {"HttpApi", "Gate", "request"}}}

// The SAM example holds, and AWS's schemas know its properties.
func TestSAM(t *testing.T) {
	t.Parallel()
	folder := copyOf(t, "sam")
	text := read(t, folder, "template.yaml")
	catch(t, text, samExample, []mistake{
		{"DefaultAuthorizer: Gate\n        AddDefault", "AddDefault", "RestApi: GET /orders: security"},
		{"AddDefaultAuthorizerToCorsPreflight: false", "AddDefaultAuthorizerToCorsPreflight: true", "OPTIONS /orders: security"},
		{"FunctionPayloadType: TOKEN", "FunctionPayloadType: REQUEST", "RestApi: type: got request"},
		{"ReauthorizeEvery: 300 #", "ReauthorizeEvery: 3600 #", "authorizerResultTtlInSeconds: got 3600"},
		{"ValidationExpression: ^", "ValidationExpression: ", `identityValidationExpression takes "x\na.b.c"`},
		{"UNAUTHORIZED: {", "UNAUTHORISED: {", "no gateway response UNAUTHORIZED"},
		{`, WWW-Authenticate: "'Bearer'"`, "", "UNAUTHORIZED challenges with"},
		{"EnableFunctionDefaultPermissions: true", "EnableFunctionDefaultPermissions: false", "no permission for the authorizers of HttpApi"},
		{"EnableSimpleResponses: true", "EnableSimpleResponses: false", "enableSimpleResponses"},
		{`AuthorizerPayloadFormatVersion: "2.0"`, `AuthorizerPayloadFormatVersion: "1.0"`, "authorizerPayloadFormatVersion"},
		{"Context: [routeKey]", "Context: []", "identitySource"},
		{"AllowOrigins: [!Ref AllowedOrigin]", `AllowOrigins: ["*"]`, "allowOrigins"},
		{"AllowHeaders: \"'Authorization,Content-Type'\"", "AllowHeaders: \"'Content-Type'\"", "OPTIONS /orders headers"},
		{"Timeout: 6", "Timeout: 3", "AuthorizerFunction.Timeout"},
		{"MemorySize: 256", "MemorySize: 128", "AuthorizerFunction.MemorySize"},
		{`GOMAXPROCS: "1"`, `GOMAXPROCS: "2"`, "AuthorizerFunction GOMAXPROCS"},
		{"CLIENT_IDS: !Ref ClientIds", `CLIENT_IDS: "*"`, "CLIENT_IDS"},
		{"logs:PutLogEvents]", "logs:PutLogEvents, logs:DeleteLogGroup]", "AuthorizerRole may"},
		{"Resource: !GetAtt AuthorizerLog.Arn", `Resource: "*"`, "AuthorizerRole: Resource *"},
		{", RetentionInDays: 30", "", "keeps lines forever"},
		{"DependsOn: AuthorizerLog", "DependsOn: AuthorizerRole", "AuthorizerFunction.DependsOn"},
		{"DefaultAuthorizer: Gate\n        Authorizers", "Authorizers", "HttpApi: GET /orders: security"},
	}, samStack)
	parsed, err := cloudformation.Parse([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range interop.TemplateProblems(t, parsed.Sections())[0] {
		t.Error(problem)
	}
}

// samStack is what the SAM transform and CloudFormation make of the template.
func samStack(t *testing.T, text string) *cloudformation.Stack {
	t.Helper()
	parsed, err := cloudformation.Parse([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parsed.Deploy(map[string]string{"UserPoolIds": userPool, "ClientIds": client})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.OfType("AWS::Serverless::Api") {
		samREST(t, s, name)
	}
	for _, name := range s.OfType("AWS::Serverless::HttpApi") {
		samHTTP(t, s, name)
	}
	for _, name := range s.OfType("AWS::Serverless::Function") {
		delete(s.Resources[name].Properties, "Events")
	}
	return s
}

// samREST makes a REST API of what SAM's short form says.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html
func samREST(t *testing.T, s *cloudformation.Stack, api string) {
	t.Helper()
	properties := s.Resources[api].Properties
	auth := known(t, properties["Auth"], "DefaultAuthorizer", "AddDefaultAuthorizerToCorsPreflight", "Authorizers")
	cors := known(t, properties["Cors"], "AllowOrigin", "AllowMethods", "AllowHeaders", "MaxAge")
	schemes := map[string]any{}
	for name, v := range known(t, auth["Authorizers"]) {
		a := known(t, v, "FunctionArn", "FunctionPayloadType", "Identity")
		identity := known(t, a["Identity"], "Header", "ValidationExpression", "ReauthorizeEvery")
		function := a["FunctionArn"]
		settings := map[string]any{
			"type": strings.ToLower(gatetest.Text(a["FunctionPayloadType"])), "authorizerUri": invocations(function),
			"identityValidationExpression": identity["ValidationExpression"], "authorizerResultTtlInSeconds": identity["ReauthorizeEvery"],
		}
		schemes[name] = scheme(identity["Header"], settings)
		permit(s, api+name+"Permission", function, api, "/authorizers/*")
	}
	open := []any{}
	if auth["AddDefaultAuthorizerToCorsPreflight"] != false {
		open = secured(auth)
	}
	headers, declared := map[string]any{}, map[string]any{}
	for name, value := range map[string]any{"Origin": cors["AllowOrigin"], "Methods": cors["AllowMethods"], "Headers": cors["AllowHeaders"]} {
		headers["method.response.header.Access-Control-Allow-"+name] = value
		declared["Access-Control-Allow-"+name] = map[string]any{"schema": map[string]any{"type": "string"}}
	}
	headers["method.response.header.Access-Control-Max-Age"] = cors["MaxAge"]
	paths := samPaths(s, "Api", "RestApiId", api, secured(auth))
	for _, item := range paths {
		options := map[string]any{
			"responses": map[string]any{"200": map[string]any{"description": "preflight", "headers": declared}},
			"x-amazon-apigateway-integration": map[string]any{
				"type": "mock", "responses": map[string]any{"default": map[string]any{"statusCode": "200", "responseParameters": headers}},
			},
		}
		if len(open) > 0 {
			options["security"] = open
		}
		item.(map[string]any)["options"] = options
	}
	responses := map[string]any{}
	for kind, v := range known(t, properties["GatewayResponses"]) {
		parameters := map[string]any{}
		for name, value := range known(t, known(t, known(t, v, "ResponseParameters")["ResponseParameters"], "Headers")["Headers"]) {
			parameters["gatewayresponse.header."+name] = value
		}
		responses[kind] = map[string]any{"responseParameters": parameters}
	}
	become(s, api, "AWS::ApiGateway::RestApi", paths, schemes, "x-amazon-apigateway-gateway-responses", responses)
}

// samHTTP does the same for an HTTP API.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-lambdaauthorizer.html
func samHTTP(t *testing.T, s *cloudformation.Stack, api string) {
	t.Helper()
	properties := s.Resources[api].Properties
	auth := known(t, properties["Auth"], "DefaultAuthorizer", "Authorizers")
	schemes := map[string]any{}
	for name, v := range known(t, auth["Authorizers"]) {
		a := known(t, v, "FunctionArn", "EnableFunctionDefaultPermissions", "AuthorizerPayloadFormatVersion", "EnableSimpleResponses", "Identity")
		identity := known(t, a["Identity"], "Headers", "Context", "ReauthorizeEvery")
		var sources []string
		for _, header := range gatetest.List(identity["Headers"]) {
			sources = append(sources, fmt.Sprint("$request.header.", header))
		}
		for _, variable := range gatetest.List(identity["Context"]) {
			sources = append(sources, fmt.Sprint("$context.", variable))
		}
		schemes[name] = scheme("Authorization", map[string]any{
			"type": "request", "authorizerUri": invocations(a["FunctionArn"]), "identitySource": strings.Join(sources, ", "),
			"authorizerPayloadFormatVersion": a["AuthorizerPayloadFormatVersion"], "enableSimpleResponses": a["EnableSimpleResponses"],
			"authorizerResultTtlInSeconds": identity["ReauthorizeEvery"],
		})
		if a["EnableFunctionDefaultPermissions"] == true {
			permit(s, api+name+"Permission", a["FunctionArn"], api, "/authorizers/*")
		}
	}
	cors := map[string]any{}
	for name, value := range known(t, properties["CorsConfiguration"], "AllowOrigins", "AllowMethods", "AllowHeaders", "MaxAge") {
		cors[strings.ToLower(name[:1])+name[1:]] = value
	}
	become(s, api, "AWS::ApiGatewayV2::Api", samPaths(s, "HttpApi", "ApiId", api, secured(auth)), schemes, "x-amazon-apigateway-cors", cors)
}

// samPaths are the routes that the functions' events make, each with permission
// to call the function.
func samPaths(s *cloudformation.Stack, eventType, member, api string, security []any) map[string]any {
	paths := map[string]any{}
	for _, function := range s.OfType("AWS::Serverless::Function") {
		events, _ := s.Resources[function].Properties["Events"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(events)) {
			event := gatetest.Dig(events[name], "Properties")
			if gatetest.Dig(events[name], "Type") != eventType || gatetest.Dig(event, member) != "${"+api+"}" {
				continue
			}
			method, path := gatetest.Text(gatetest.Dig(event, "Method")), gatetest.Text(gatetest.Dig(event, "Path"))
			integration := map[string]any{"type": "aws_proxy", "httpMethod": "POST", "uri": gatetest.FunctionURI(function)}
			if eventType == "HttpApi" {
				integration["payloadFormatVersion"] = "2.0"
			}
			operation := map[string]any{"responses": map[string]any{}, "x-amazon-apigateway-integration": integration}
			if len(security) > 0 {
				operation["security"] = security
			}
			paths[path] = map[string]any{strings.ToLower(method): operation}
			permit(s, function+name+"Permission", "${"+function+"}", api, "/*/"+method+path)
		}
	}
	return paths
}

func secured(auth map[string]any) []any {
	if name := gatetest.Text(auth["DefaultAuthorizer"]); name != "" {
		return []any{map[string]any{name: []any{}}}
	}
	return nil
}

func scheme(header any, settings map[string]any) map[string]any {
	return map[string]any{
		"type": "apiKey", "in": "header", "name": header, "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": settings,
	}
}

func invocations(arn any) string {
	return fmt.Sprint("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/", arn, "/invocations")
}

func permit(s *cloudformation.Stack, name string, function any, api, where string) {
	s.Resources[name] = cloudformation.Resource{Type: "AWS::Lambda::Permission", Properties: map[string]any{
		"FunctionName": function, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
		"SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:${" + api + "}" + where,
	}}
}

func become(s *cloudformation.Stack, api, resourceType string, paths, schemes map[string]any, extension string, value map[string]any) {
	s.Resources[api] = cloudformation.Resource{Type: resourceType, Properties: map[string]any{"Body": map[string]any{
		"openapi": "3.0.3", "info": map[string]any{"title": api, "version": "1"}, "paths": paths,
		"components": map[string]any{"securitySchemes": schemes}, extension: value,
	}}}
}

// known returns v's members. With names it refuses others, which SAM would too, or
// which this test does not know the meaning of.
func known(t *testing.T, v any, names ...string) map[string]any {
	t.Helper()
	members, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("got %v, want members %v", v, names)
	}
	for name := range members {
		if len(names) > 0 && !slices.Contains(names, name) {
			t.Fatalf("%s: want one of %v", name, names)
		}
	}
	return members
}
