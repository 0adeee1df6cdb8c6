package attach_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/gatetest"
)

var serverlessExample = example{"AuthorizerLambdaFunction", "OrdersLambdaFunction", []front{
	{"ApiGatewayRestApi", "AuthorizerApiGatewayAuthorizer", "token"}, {"HttpApi", "HttpApiAuthorizerGate", "request"},
}}

// The Serverless Framework's example holds, as the Framework's version 3 compiles
// it: this test writes the same resources, under the same names.
func TestServerless(t *testing.T) {
	t.Parallel()
	text := read(t, copyOf(t, "serverless"), "serverless.yml")
	catch(t, text, serverlessExample, []mistake{
		{"          authorizer: {name: gate}\n", "", "HttpApi: GET /orders: security"},
		{"type: token", "type: request", "type: got request"},
		{"resultTtlInSeconds: 300 #", "resultTtlInSeconds: 3600 #", "authorizerResultTtlInSeconds: got 3600"},
		{"identityValidationExpression: ^", "identityValidationExpression: ", "identityValidationExpression takes"},
		{"cors: {origin:", "cors: {origins:", "origins: want one of"},
		{"headers: [Authorization, Content-Type]", "headers: [Content-Type]", "OPTIONS /orders headers"},
		{"            managedExternally: true\n", "", "want the authorizers of ApiGatewayRestApi"},
		{"        managedExternally: true #", "        managedExternally: false #", "want the authorizers of HttpApi"},
		{"${ApiGatewayRestApi}/authorizers/*", "${ApiGatewayRestApi}/*", "want the authorizers of ApiGatewayRestApi"},
		{"enableSimpleResponses: true", "enableSimpleResponses: false", "enableSimpleResponses"},
		{`payloadVersion: "2.0"`, `payloadVersion: "1.0"`, "authorizerPayloadFormatVersion"},
		{`, "$context.routeKey"]`, "]", "identitySource"},
		{`allowedOrigins: ["${self:custom.allowedOrigin}"]`, `allowedOrigins: ["*"]`, "allowOrigins"},
		{"ResponseType: UNAUTHORIZED", "ResponseType: EXPIRED_TOKEN", "no gateway response UNAUTHORIZED"},
		{", Unauthorized, AccessDenied]", "]", "does not wait for AccessDenied"},
		{"    role: AuthorizerRole\n", "", "IamRoleLambdaExecution"},
		{"Resource: !GetAtt AuthorizerLogGroup.Arn", `Resource: "*"`, "AuthorizerRole: Resource *"},
		{"  logRetentionInDays: 30", "  logRetentionInDays: 0", "keeps lines forever"},
		{"memorySize: 256", "memorySize: 128", "MemorySize"},
		{"timeout: 6", "timeout: 30", "Timeout"},
		{`GOMAXPROCS: "1"`, `GOMAXPROCS: "2"`, "GOMAXPROCS"},
		{"architecture: arm64", "architecture: x86_64", "Architectures"},
		{"CLIENT_IDS: ${self:custom.clientIds}", `CLIENT_IDS: "*"`, "CLIENT_IDS"},
		{"${self:custom.userPoolIds}", "${self:custom.pools}", "self:custom.pools: leads nowhere"},
	}, serverlessStack)
}

// serverlessStack is the stack that serverless.yml comes to. What the test does
// not know the meaning of is a problem, which the stack holds as a resource.
func serverlessStack(t *testing.T, text string) *cloudformation.Stack {
	t.Helper()
	service, err := cloudformation.Parse([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := compiler{parameters: map[string]string{"userPoolIds": userPool, "clientIds": client}}
	c.service = service.Sections()
	c.service = c.variables(c.service).(map[string]any)
	template, err := json.Marshal(map[string]any{"Resources": c.compile()})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := cloudformation.Parse(template, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parsed.Deploy(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range c.problems { // Permissions reports them
		s.Resources[problem] = cloudformation.Resource{Type: "AWS::Lambda::Url"}
	}
	return s
}

// A compiler writes what the Serverless Framework's version 3 compiles.
type compiler struct {
	service    map[string]any
	parameters map[string]string
	problems   []string
}

// variable is one of the Framework's own; CloudFormation's have no source.
var variable = regexp.MustCompile(`\$\{(param|self):([A-Za-z.]+)(?:, '([^']*)')?\}`)

func (c *compiler) variables(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = c.variables(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = c.variables(v[name])
		}
	case string:
		return variable.ReplaceAllStringFunc(v, func(match string) string {
			parts := variable.FindStringSubmatch(match)
			var found any = c.parameters[parts[2]]
			if parts[1] == "self" {
				found = c.variables(gatetest.Dig(c.service, strings.Split(parts[2], ".")...))
			}
			if found == "" && parts[3] != "" {
				found = parts[3]
			}
			if found == nil || found == "" {
				c.problems = append(c.problems, parts[1]+":"+parts[2]+": leads nowhere")
			}
			return fmt.Sprint(found)
		})
	}
	return v
}

// known returns v's members, of which names are all that there may be.
func (c *compiler) known(v any, names ...string) map[string]any {
	members, _ := v.(map[string]any)
	for name := range members {
		if !slices.Contains(names, name) {
			c.problems = append(c.problems, fmt.Sprintf("%s: want one of %v", name, names))
		}
	}
	return members
}

func (c *compiler) compile() map[string]any {
	resources := map[string]any{
		"IamRoleLambdaExecution": made("AWS::IAM::Role", map[string]any{}),
		"ApiGatewayRestApi":      made("AWS::ApiGateway::RestApi", map[string]any{}),
	}
	functions := gatetest.Dig(c.service, "functions").(map[string]any)
	methods := []any{}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		function := c.known(functions[name], "handler", "runtime", "architecture", "package", "memorySize", "timeout", "role", "environment", "events")
		c.function(resources, title(name), name, function)
		for _, event := range list(function["events"]) {
			if http := gatetest.Dig(event, "http"); http != nil {
				methods = append(methods, c.rest(resources, title(name), http)...)
			}
			if http := gatetest.Dig(event, "httpApi"); http != nil {
				c.http(resources, title(name), http)
			}
		}
	}
	deployment := made("AWS::ApiGateway::Deployment", map[string]any{"RestApiId": ref("ApiGatewayRestApi")})
	deployment["DependsOn"] = methods
	resources["ApiGatewayDeployment"] = deployment
	c.httpAPI(resources)
	maps.Copy(resources, gatetest.Dig(c.service, "resources", "Resources").(map[string]any))
	extensions, _ := gatetest.Dig(c.service, "resources", "extensions").(map[string]any)
	for name, extension := range extensions {
		r, ok := resources[name].(map[string]any)
		if !ok {
			c.problems = append(c.problems, name+": extends nothing")
			continue
		}
		r["DependsOn"] = append(list(r["DependsOn"]), list(c.known(extension, "DependsOn")["DependsOn"])...)
	}
	return resources
}

func (c *compiler) function(resources map[string]any, id, name string, function map[string]any) {
	full := fmt.Sprintf("%v-%v-%s", c.service["service"], gatetest.Dig(c.service, "provider", "stage"), name)
	resources[id+"LogGroup"] = made("AWS::Logs::LogGroup", map[string]any{
		"LogGroupName": "/aws/lambda/" + full, "RetentionInDays": gatetest.Dig(c.service, "provider", "logRetentionInDays"),
	})
	role := "IamRoleLambdaExecution"
	if own := gatetest.Text(function["role"]); own != "" {
		role = own
	}
	properties := map[string]any{
		"FunctionName": full, "Handler": function["handler"], "Runtime": function["runtime"], "MemorySize": function["memorySize"],
		"Timeout": function["timeout"], "Environment": map[string]any{"Variables": function["environment"]}, "Role": arn(role),
	}
	if machine := function["architecture"]; machine != nil {
		properties["Architectures"] = []any{machine}
	}
	r := made("AWS::Lambda::Function", properties)
	r["DependsOn"] = id + "LogGroup"
	resources[id+"LambdaFunction"] = r
}

// rest adds a route of the REST API, with its preflight, authorizer and permissions.
func (c *compiler) rest(resources map[string]any, function string, event any) (methods []any) {
	http := c.known(event, "method", "path", "cors", "authorizer")
	path, verb := title(gatetest.Text(http["path"])), title(gatetest.Text(http["method"]))
	resources["ApiGatewayResource"+path] = made("AWS::ApiGateway::Resource", map[string]any{
		"RestApiId": ref("ApiGatewayRestApi"), "ParentId": map[string]any{"Fn::GetAtt": []any{"ApiGatewayRestApi", "RootResourceId"}}, "PathPart": http["path"],
	})
	method := map[string]any{
		"RestApiId": ref("ApiGatewayRestApi"), "ResourceId": ref("ApiGatewayResource" + path), "HttpMethod": strings.ToUpper(verb), "AuthorizationType": "NONE",
		"Integration": map[string]any{"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri(function + "LambdaFunction")},
	}
	if http["authorizer"] != nil {
		a := c.known(http["authorizer"], "name", "type", "managedExternally", "identitySource", "identityValidationExpression", "resultTtlInSeconds")
		name := title(gatetest.Text(a["name"]))
		method["AuthorizationType"], method["AuthorizerId"] = "CUSTOM", ref(name+"ApiGatewayAuthorizer")
		resources[name+"ApiGatewayAuthorizer"] = made("AWS::ApiGateway::Authorizer", map[string]any{
			"RestApiId": ref("ApiGatewayRestApi"), "Type": strings.ToUpper(gatetest.Text(a["type"])), "AuthorizerUri": uri(name + "LambdaFunction"),
			"IdentitySource": a["identitySource"], "IdentityValidationExpression": a["identityValidationExpression"], "AuthorizerResultTtlInSeconds": a["resultTtlInSeconds"],
		})
		if a["managedExternally"] != true {
			resources[name+"LambdaPermissionApiGateway"] = may(name+"LambdaFunction", "ApiGatewayRestApi", "/*/*")
		}
	}
	resources[function+"LambdaPermissionApiGateway"] = may(function+"LambdaFunction", "ApiGatewayRestApi", "/*/*")
	resources["ApiGatewayMethod"+path+verb] = made("AWS::ApiGateway::Method", method)
	resources["ApiGatewayMethod"+path+"Options"] = c.preflight(path, verb, http["cors"])
	return []any{"ApiGatewayMethod" + path + verb, "ApiGatewayMethod" + path + "Options"}
}

func (c *compiler) preflight(path, verb string, settings any) map[string]any {
	cors := c.known(settings, "origin", "headers", "maxAge")
	answers, declared := map[string]any{}, map[string]any{}
	for name, value := range map[string]any{
		"Origin": cors["origin"], "Headers": words(cors["headers"]), "Methods": "OPTIONS," + strings.ToUpper(verb),
	} {
		answers["method.response.header.Access-Control-Allow-"+name] = fmt.Sprintf("'%v'", value)
		declared["method.response.header.Access-Control-Allow-"+name] = true
	}
	answers["method.response.header.Access-Control-Max-Age"] = fmt.Sprintf("'%v'", cors["maxAge"])
	return made("AWS::ApiGateway::Method", map[string]any{
		"RestApiId": ref("ApiGatewayRestApi"), "ResourceId": ref("ApiGatewayResource" + path), "HttpMethod": "OPTIONS", "AuthorizationType": "NONE",
		"Integration":     map[string]any{"Type": "MOCK", "IntegrationResponses": []any{map[string]any{"StatusCode": "200", "ResponseParameters": answers}}},
		"MethodResponses": []any{map[string]any{"StatusCode": "200", "ResponseParameters": declared}},
	})
}

func (c *compiler) http(resources map[string]any, function string, event any) {
	http := c.known(event, "method", "path", "authorizer")
	route := map[string]any{
		"ApiId": ref("HttpApi"), "RouteKey": fmt.Sprint(http["method"], " ", http["path"]),
		"Target": map[string]any{"Fn::Join": []any{"/", []any{"integrations", ref("HttpApiIntegration" + function)}}},
	}
	if name := gatetest.Text(c.known(http["authorizer"], "name")["name"]); name != "" {
		route["AuthorizationType"], route["AuthorizerId"] = "CUSTOM", ref("HttpApiAuthorizer"+title(name))
	}
	resources["HttpApiRoute"+title(strings.ToLower(gatetest.Text(http["method"])))+title(strings.Trim(gatetest.Text(http["path"]), "/"))] = made("AWS::ApiGatewayV2::Route", route)
	resources["HttpApiIntegration"+function] = made("AWS::ApiGatewayV2::Integration", map[string]any{
		"ApiId": ref("HttpApi"), "IntegrationType": "AWS_PROXY", "IntegrationUri": arn(function + "LambdaFunction"), "PayloadFormatVersion": "2.0",
	})
	resources[function+"LambdaPermissionHttpApi"] = may(function+"LambdaFunction", "HttpApi", "/*")
}

func (c *compiler) httpAPI(resources map[string]any) {
	settings := c.known(gatetest.Dig(c.service, "provider", "httpApi"), "cors", "authorizers")
	cors := c.known(settings["cors"], "allowedOrigins", "allowedMethods", "allowedHeaders", "maxAge")
	resources["HttpApi"] = made("AWS::ApiGatewayV2::Api", map[string]any{"CorsConfiguration": map[string]any{
		"AllowOrigins": cors["allowedOrigins"], "AllowMethods": cors["allowedMethods"], "AllowHeaders": cors["allowedHeaders"], "MaxAge": cors["maxAge"],
	}})
	for name, v := range settings["authorizers"].(map[string]any) {
		a := c.known(v, "type", "functionName", "managedExternally", "payloadVersion", "enableSimpleResponses", "identitySource", "resultTtlInSeconds")
		function := title(gatetest.Text(a["functionName"])) + "LambdaFunction"
		resources["HttpApiAuthorizer"+title(name)] = made("AWS::ApiGatewayV2::Authorizer", map[string]any{
			"ApiId": ref("HttpApi"), "AuthorizerType": strings.ToUpper(gatetest.Text(a["type"])), "AuthorizerUri": uri(function),
			"AuthorizerPayloadFormatVersion": a["payloadVersion"], "EnableSimpleResponses": a["enableSimpleResponses"],
			"IdentitySource": a["identitySource"], "AuthorizerResultTtlInSeconds": a["resultTtlInSeconds"],
		})
		if a["managedExternally"] != true {
			resources[function+"PermissionHttpApi"] = may(function, "HttpApi", "/*")
		}
	}
}

func made(resourceType string, properties map[string]any) map[string]any {
	return map[string]any{"Type": resourceType, "Properties": properties}
}

func ref(name string) map[string]any { return map[string]any{"Ref": name} }

func arn(name string) map[string]any { return map[string]any{"Fn::GetAtt": []any{name, "Arn"}} }

func uri(function string) map[string]any {
	return map[string]any{"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${" + function + ".Arn}/invocations"}
}

func may(function, api, where string) map[string]any {
	return made("AWS::Lambda::Permission", map[string]any{
		"FunctionName": arn(function), "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
		"SourceArn": map[string]any{"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" + api + "}" + where},
	})
}

func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func words(v any) string {
	var all []string
	for _, word := range list(v) {
		all = append(all, fmt.Sprint(word))
	}
	return strings.Join(all, ",")
}

func list(v any) []any {
	if v == nil {
		return nil
	}
	return gatetest.List(v)
}
