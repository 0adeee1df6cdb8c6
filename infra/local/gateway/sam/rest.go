package sam

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// finishREST adds what the API says beside its document.
func (b *builder) finishREST() {
	b.cors()
	b.authorize()
	if responses := document.Members(b.properties, "GatewayResponses"); responses != nil {
		b.gatewayResponses(responses)
	}
	if types := b.properties["BinaryMediaTypes"]; types != nil {
		list, _ := types.([]any)
		for i, t := range list {
			list[i] = strings.ReplaceAll(fmt.Sprint(t), "~1", "/")
		}
		b.root["x-amazon-apigateway-binary-media-types"] = list
	}
	for name, model := range document.Members(b.properties, "Models") {
		document.Make(b.root, "components", "schemas")[strings.ToLower(name)] = model
		b.doc.Graft([]string{"components", "schemas", strings.ToLower(name)}, b.source, b.at("Models", name)...)
	}
}

// restScheme declares one of Auth's Authorizers.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html
func (b *builder) restScheme(at []string, in object) object {
	identity := document.Members(in, "Identity")
	header, _ := identity["Header"].(string)
	scheme := object{"type": "apiKey", "name": cmp.Or(header, "Authorization"), "in": "header"}
	if pools := in["UserPoolArn"]; pools != nil {
		list, ok := pools.([]any)
		if !ok {
			list = []any{pools}
		}
		scheme["x-amazon-apigateway-authtype"] = "cognito_user_pools"
		scheme["x-amazon-apigateway-authorizer"] = given(object{
			"type": "cognito_user_pools", "providerARNs": list, "identityValidationExpression": identity["ValidationExpression"],
		})
		return scheme
	}
	if in["FunctionArn"] == nil {
		b.fail(at, api.ErrDefinition, "an authorizer needs a FunctionArn or a UserPoolArn")
	}
	authorizer := object{"authorizerUri": b.invocation(fmt.Sprint(in["FunctionArn"])), "authorizerResultTtlInSeconds": identity["ReauthorizeEvery"]}
	switch in["FunctionPayloadType"] {
	case nil, "TOKEN":
		authorizer["type"], authorizer["identityValidationExpression"] = "token", identity["ValidationExpression"]
	case "REQUEST":
		authorizer["type"], authorizer["identitySource"], scheme["name"] = "request", sources(identity, restSources), "Unused"
	default:
		b.fail(below(at, "FunctionPayloadType"), api.ErrDefinition, "FunctionPayloadType: want TOKEN or REQUEST")
	}
	scheme["x-amazon-apigateway-authtype"], scheme["x-amazon-apigateway-authorizer"] = "custom", given(authorizer)
	return scheme
}

// cors adds an OPTIONS method to each path without one.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html
func (b *builder) cors() {
	cors := b.properties["Cors"]
	if cors == nil {
		return
	}
	settings, ok := cors.(object)
	if !ok {
		settings = object{"AllowOrigin": cors}
	}
	origin := settings["AllowOrigin"]
	if origin == nil {
		origin = "'*'"
	}
	if settings["AllowCredentials"] == true && origin == "'*'" {
		b.fail(b.at("Cors"), api.ErrDefinition, "AllowCredentials with the origin '*'")
	}
	for path, item := range document.Members(b.root, "paths") {
		item, ok := item.(object)
		if !ok || item["options"] != nil {
			continue
		}
		values := object{"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": settings["AllowMethods"],
			"Access-Control-Allow-Headers": settings["AllowHeaders"], "Access-Control-Max-Age": settings["MaxAge"]}
		if settings["AllowMethods"] == nil {
			values["Access-Control-Allow-Methods"] = "'" + strings.Join(methodsOf(item), ",") + "'"
		}
		if settings["AllowCredentials"] == true {
			values["Access-Control-Allow-Credentials"] = "'true'"
		}
		item["options"] = preflight(values)
		b.doc.Graft([]string{"paths", path, "options"}, b.source, b.at("Cors")...)
	}
}

func methodsOf(item object) []string {
	methods := []string{"OPTIONS"}
	for method := range item {
		if method == anyMethod {
			return []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
		}
		if method != "parameters" && !strings.HasPrefix(method, "x-") {
			methods = append(methods, strings.ToUpper(method))
		}
	}
	slices.Sort(methods)
	return methods
}

// given leaves out members without a value.
func given(o object) object {
	maps.DeleteFunc(o, func(_ string, value any) bool { return value == nil })
	return o
}

// preflight answers with headers of these values; those without one are left out.
func preflight(values object) object {
	parameters, headers := object{}, object{}
	for name, value := range given(values) {
		if value != "" {
			parameters["method.response.header."+name] = fmt.Sprint(value)
			headers[name] = object{"schema": object{"type": "string"}}
		}
	}
	return object{
		"responses": object{"200": object{"description": "preflight", "headers": headers}},
		integrationExtension: object{
			"type":             "mock",
			"requestTemplates": object{"application/json": `{"statusCode": 200}`},
			"responses": object{"default": object{
				"statusCode": "200", "responseParameters": parameters, "responseTemplates": object{"application/json": "{}\n"},
			}},
		},
	}
}

func (b *builder) gatewayResponses(responses object) {
	out := object{}
	for kind := range responses {
		in := document.Members(responses, kind)
		parameters := object{}
		for part, prefix := range map[string]string{"Headers": "header.", "Paths": "path.", "QueryStrings": "querystring."} {
			for name, value := range document.Members(in, "ResponseParameters", part) {
				parameters["gatewayresponse."+prefix+name] = value
			}
		}
		out[kind] = given(object{"responseParameters": parameters, "responseTemplates": in["ResponseTemplates"], "statusCode": in["StatusCode"]})
	}
	const extension = "x-amazon-apigateway-gateway-responses"
	b.root[extension] = intrinsic.Merge(document.Members(b.root, extension), out)
	for _, kind := range slices.Sorted(maps.Keys(out)) {
		b.doc.Graft([]string{extension, kind}, b.source, b.at("GatewayResponses", kind)...)
	}
}

// request adds an event's model, validator and parameters.
func (b *builder) request(e event, op object) {
	if model := document.Members(e.properties, "RequestModel"); model != nil {
		b.requestModel(e, op, model)
	}
	list, _ := e.properties["RequestParameters"].([]any)
	var parameters []any
	for _, parameter := range list {
		name, required := fmt.Sprint(parameter), false
		if settings, ok := parameter.(object); ok {
			for only := range settings {
				name, required = only, document.Members(settings, only)["Required"] == true
			}
		}
		in, bare, ok := strings.Cut(strings.TrimPrefix(name, "method.request."), ".")
		if !ok || !strings.HasPrefix(name, "method.request.") {
			b.fail(below(e.path, "RequestParameters"), api.ErrDefinition, "RequestParameters: %q is not a parameter of the request", name)
			continue
		}
		if in == "querystring" {
			in = "query"
		}
		parameters = append(parameters, object{"name": bare, "in": in, "required": required || in == "path", "schema": object{"type": "string"}})
	}
	if parameters != nil {
		op["parameters"] = parameters
	}
}

func (b *builder) requestModel(e event, op, model object) {
	name, _ := model["Model"].(string)
	if document.Members(b.properties, "Models")[name] == nil {
		b.fail(below(e.path, "RequestModel"), api.ErrDefinition, "no model %q in the API's Models", name)
		return
	}
	op["requestBody"] = object{"required": model["Required"] == true,
		"content": object{"application/json": object{"schema": object{"$ref": "#/components/schemas/" + strings.ToLower(name)}}}}
	if model["ValidateBody"] == nil && model["ValidateParameters"] == nil {
		return
	}
	body, parameters := model["ValidateBody"] == true, model["ValidateParameters"] == true
	const extension = "x-amazon-apigateway-request-validator"
	validator := fmt.Sprintf("body %t parameters %t", body, parameters)
	document.Make(b.root, extension+"s")[validator] = object{"validateRequestBody": body, "validateRequestParameters": parameters}
	op[extension] = validator
}
