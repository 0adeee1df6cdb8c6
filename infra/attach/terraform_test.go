package attach_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
)

var terraformExample = example{"aws_lambda_function-authorizer", "aws_lambda_function-orders", []front{
	{"aws_api_gateway_rest_api-orders", "aws_api_gateway_authorizer-gate", "token"},
	{"aws_apigatewayv2_api-orders", "aws_apigatewayv2_authorizer-gate", "request"},
}}

// The Terraform example holds, with every reference resolved, and either API can
// be left out by deleting its file.
func TestTerraform(t *testing.T) {
	t.Parallel()
	files := terraformFiles(t)
	const separator = "\n\f\n"
	var names, texts []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		names, texts = append(names, name), append(texts, files[name])
	}
	build := func(t *testing.T, text string) *cloudformation.Stack {
		changed := map[string]string{}
		for i, text := range strings.Split(text, separator) {
			changed[names[i]] = text
		}
		return terraformStack(t, changed)
	}
	catch(t, strings.Join(texts, separator), terraformExample, []mistake{
		{"authorization = \"CUSTOM\"\n  authorizer_id", "authorization = \"NONE\"\n  authorizer_id", "GET /orders: security"},
		{"authorization_type = \"CUSTOM\"", "authorization_type = \"NONE\"", "GET /orders: security"},
		{"type                             = \"TOKEN\"", "type                             = \"REQUEST\"", "type: got request"},
		{"authorizer_result_ttl_in_seconds = 300", "authorizer_result_ttl_in_seconds = 3600", "authorizerResultTtlInSeconds: got 3600"},
		{`= "^([Bb]`, `= "([Bb]`, "identityValidationExpression takes"},
		{"/authorizers/${aws_api_gateway_authorizer.gate.id}", "/*", "want the authorizers of aws_api_gateway_rest_api-orders"},
		{"UNAUTHORIZED  =", "EXPIRED_TOKEN =", "no gateway response UNAUTHORIZED"},
		{"\"WWW-Authenticate\" = \"Bearer\"", "", "UNAUTHORIZED challenges with"},
		{"    aws_api_gateway_gateway_response.orders,\n", "", "does not wait for aws_api_gateway_gateway_response-orders-UNAUTHORIZED"},
		{"= \"600\"", "= \"5\"", "max-age"},
		{"enable_simple_responses           = true", "enable_simple_responses           = false", "enableSimpleResponses"},
		{"authorizer_payload_format_version = \"2.0\"", "authorizer_payload_format_version = \"1.0\"", "authorizerPayloadFormatVersion"},
		{`, "$context.routeKey"]`, "]", "identitySource"},
		{"allow_origins = [var.allowed_origin]", `allow_origins = ["*"]`, "allowOrigins"},
		{"payload_format_version = \"2.0\"\n}", "payload_format_version = \"1.0\"\n}", "payloadFormatVersion: got 1.0"},
		{"memory_size      = 256", "memory_size      = 128", "MemorySize"},
		{"timeout          = 6 ", "timeout          = 3 ", "Timeout"},
		{"GOMAXPROCS   = \"1\"", "GOMAXPROCS   = \"2\"", "GOMAXPROCS"},
		{"join(\",\", var.client_ids)", "join(\" \", [\"*\", \"*\"])", "CLIENT_IDS"},
		{"\"logs:PutLogEvents\"]", "\"logs:*\"]", "may: got"},
		{"[\"${aws_cloudwatch_log_group.authorizer.arn}:*\"]", "[\"*\"]", "Resource *"},
		{"retention_in_days = 30", "retention_in_days = 0", "keeps lines forever"},
		{"identifiers = [\"lambda.amazonaws.com\"]", "identifiers = [\"*\"]", "is for"},
	}, build)

	for reference, broken := range map[string]string{
		"aws_lambda_function.orders.invoke_arn":    "aws_lambda_function.order.invoke_arn",
		"aws_apigatewayv2_api.orders.api_endpoint": "aws_apigatewayv2_api.orders.endpoint",
		"var.allowed_origin":                       "var.origin",
		"local.preflight":                          "local.cors",
		"data.aws_iam_policy_document.lambda.json": "data.aws_iam_policy_document.lambdas.json",
		"[aws_api_gateway_integration.options]":    "[aws_api_gateway_integration.option]",
	} {
		changed := map[string]string{}
		for name, text := range files {
			changed[name] = strings.ReplaceAll(text, reference, broken)
		}
		if _, errs := terraformResources(t, changed); len(errs) == 0 {
			t.Errorf("%s resolves", broken)
		}
	}
	for _, alone := range []string{"rest.tf", "http.tf"} {
		rest := maps.Clone(files)
		delete(rest, alone)
		if _, errs := terraformResources(t, rest); len(errs) > 0 {
			t.Errorf("without %s: %v", alone, errs)
		}
	}
}

// terraformFiles are the example's, from a fresh copy.
func terraformFiles(t *testing.T) map[string]string {
	t.Helper()
	folder := copyOf(t, "terraform")
	names, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files: %v", err)
	}
	files := map[string]string{}
	for _, name := range names {
		files[filepath.Base(name)] = read(t, name)
	}
	if _, err := os.Stat(filepath.Join(folder, "orders", "index.js")); err != nil {
		t.Error(err)
	}
	return files
}

func terraformStack(t *testing.T, files map[string]string) *cloudformation.Stack {
	t.Helper()
	s, errs := terraformResources(t, files)
	for _, err := range errs {
		t.Error(err)
	}
	return s
}

// cloudFormation is the type of CloudFormation that stands for one of Terraform's.
var cloudFormation = map[string]string{
	"aws_lambda_function": "AWS::Lambda::Function", "aws_lambda_permission": "AWS::Lambda::Permission",
	"aws_cloudwatch_log_group": "AWS::Logs::LogGroup", "aws_iam_role": "AWS::IAM::Role",
	"aws_api_gateway_rest_api": "AWS::ApiGateway::RestApi", "aws_api_gateway_authorizer": "AWS::ApiGateway::Authorizer",
	"aws_api_gateway_resource": "AWS::ApiGateway::Resource", "aws_api_gateway_method": "AWS::ApiGateway::Method",
	"aws_api_gateway_gateway_response": "AWS::ApiGateway::GatewayResponse", "aws_api_gateway_deployment": "AWS::ApiGateway::Deployment",
	"aws_api_gateway_stage": "AWS::ApiGateway::Stage", "aws_apigatewayv2_api": "AWS::ApiGatewayV2::Api",
	"aws_apigatewayv2_authorizer": "AWS::ApiGatewayV2::Authorizer", "aws_apigatewayv2_route": "AWS::ApiGatewayV2::Route",
	"aws_apigatewayv2_integration": "AWS::ApiGatewayV2::Integration", "aws_apigatewayv2_stage": "AWS::ApiGatewayV2::Stage",
	// These are parts of another resource there.
	"aws_iam_role_policy": "", "aws_iam_role_policy_attachment": "", "aws_api_gateway_integration": "",
	"aws_api_gateway_method_response": "", "aws_api_gateway_integration_response": "",
}

// renamed are the attributes whose names differ by more than their case.
var renamed = map[string]string{
	"aws_cloudwatch_log_group/name": "LogGroupName", "aws_api_gateway_method/authorization": "AuthorizationType",
	"aws_apigatewayv2_authorizer/identity_sources": "IdentitySource",
}

// terraformResources returns the stack that CloudFormation would have for the
// module, and what is wrong with it.
func terraformResources(t *testing.T, files map[string]string) (*cloudformation.Stack, []error) {
	t.Helper()
	m := parseModule(t, files, map[string]string{"user_pool_ids": `["` + userPool + `"]`, "client_ids": `["` + client + `"]`})
	s := &cloudformation.Stack{Resources: map[string]cloudformation.Resource{}}
	parts := map[string]map[string]any{}
	for _, address := range slices.Sorted(maps.Keys(m.blocks)) {
		kind, name, _ := strings.Cut(address, ".")
		if kind == "var" || kind == "data" {
			m.properties(address, m.blocks[address], nil) // for its references
			continue
		}
		resourceType, ok := cloudFormation[kind]
		switch each := m.blocks[address].Attributes["for_each"]; {
		case !ok:
			m.fail("%s: what is it in CloudFormation?", address)
		case each != nil:
			for key, value := range m.evaluate(each.Expr, nil).AsValueMap() {
				of := cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(key), "value": value})
				properties := m.properties(address, m.blocks[address], map[string]cty.Value{"each": of})
				s.Resources[id(address)+"-"+key] = resource(resourceType, properties)
			}
		case resourceType == "":
			parts[kind+"."+name] = m.properties(address, m.blocks[address], nil)
		default:
			s.Resources[id(address)] = resource(resourceType, m.properties(address, m.blocks[address], nil))
		}
	}
	for _, body := range m.outputs {
		m.properties("output", body, nil)
	}
	join(s, parts)
	return s, m.errs
}

func resource(resourceType string, properties map[string]any) cloudformation.Resource {
	attributes := map[string]any{}
	if after, ok := properties["DependsOn"]; ok {
		attributes["DependsOn"] = after
		delete(properties, "DependsOn")
	}
	return cloudformation.Resource{Type: resourceType, Properties: properties, Attributes: attributes}
}

// properties are a block's attributes and blocks, as CloudFormation names them.
func (m *module) properties(address string, body *hclsyntax.Body, more map[string]cty.Value) map[string]any {
	properties := map[string]any{}
	kind, _, _ := strings.Cut(address, ".")
	for name, attribute := range body.Attributes {
		if name == "for_each" || kind == "var" && name == "type" {
			continue
		}
		text, err := ctyjson.Marshal(m.evaluate(attribute.Expr, more), cty.DynamicPseudoType)
		if err != nil {
			m.fail("%s.%s: %v", address, name, err)
			continue
		}
		// A log group's ARN ends with an asterisk in CloudFormation.
		text = []byte(strings.ReplaceAll(string(text), ".LogGroup}:*", ".Arn}"))
		var value struct{ Value any }
		if err := json.Unmarshal(text, &value); err != nil {
			m.fail("%s.%s: %v", address, name, err)
		}
		to := renamed[kind+"/"+name]
		if to == "" {
			to = pascal(name)
		}
		properties[to] = value.Value
	}
	for _, block := range body.Blocks {
		if block.Type != "lifecycle" {
			properties[pascal(block.Type)] = m.properties(address, block.Body, more)
		}
	}
	return properties
}

func pascal(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// id is the logical id that stands for an address.
func id(address string) string { return strings.Replace(address, ".", "-", 1) }

// computed is what a deployment would say of a resource.
func computed(address, attribute string) (value string, ok bool) {
	name := "${" + id(address)
	switch kind, _, _ := strings.Cut(address, "."); attribute {
	case "id", "name", "function_name":
		return name + "}", true
	case "arn":
		if kind == "aws_cloudwatch_log_group" {
			return name + ".LogGroup}", true
		}
		return name + ".Arn}", true
	case "invoke_arn":
		return "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + name + ".Arn}/invocations", kind == "aws_lambda_function"
	case "execution_arn":
		return "arn:aws:execute-api:eu-west-1:123456789012:" + name + "}", strings.HasSuffix(kind, "_api")
	case "root_resource_id":
		return name + ".RootResourceId}", kind == "aws_api_gateway_rest_api"
	case "output_base64sha256":
		return "hash", strings.HasPrefix(address, "data.archive_file.")
	case "partition":
		return "aws", strings.HasPrefix(address, "data.aws_partition.")
	case "invoke_url":
		return "https://" + name + "}", kind == "aws_api_gateway_stage"
	case "api_endpoint":
		return "https://" + name + "}", kind == "aws_apigatewayv2_api"
	}
	return "", false
}

// policy is the document of a data source.
func (m *module) policy(address string) string {
	document := map[string]any{"Version": "2012-10-17"}
	var statements []any
	for _, block := range m.blocks[address].Blocks {
		from := m.properties(address, block.Body, nil)
		statement := map[string]any{"Effect": "Allow"}
		for name, value := range map[string]any{"Action": from["Actions"], "Resource": from["Resources"]} {
			if value != nil {
				statement[name] = value
			}
		}
		if list, _ := from["Actions"].([]any); len(list) == 1 {
			statement["Action"] = list[0]
		}
		if principals, ok := from["Principals"].(map[string]any); ok {
			identifiers, _ := principals["Identifiers"].([]any)
			statement["Principal"] = map[string]any{fmt.Sprint(principals["Type"]): identifiers[0]}
		}
		statements = append(statements, statement)
	}
	document["Statement"] = statements
	text, err := json.Marshal(document)
	if err != nil {
		m.fail("%s: %v", address, err)
	}
	return string(text)
}

// join puts what is a resource of its own in Terraform into the one that it is a
// part of in CloudFormation.
func join(s *cloudformation.Stack, parts map[string]map[string]any) {
	for name, r := range s.Resources {
		if r.Type == "AWS::IAM::Role" {
			r.Properties["AssumeRolePolicyDocument"] = parsed(r.Properties["AssumeRolePolicyDocument"], r.Properties["AssumeRolePolicy"])
		}
		if after, ok := r.Attributes["DependsOn"].([]any); ok {
			for i, other := range after {
				after[i] = id(strings.NewReplacer("integration_response.", "method.", "integration.", "method.").Replace(fmt.Sprint(other)))
				for each := range s.Resources {
					if strings.HasPrefix(each, fmt.Sprint(after[i], "-")) {
						after = append(after, each)
					}
				}
			}
			s.Resources[name].Attributes["DependsOn"] = after
		}
	}
	for _, address := range slices.Sorted(maps.Keys(parts)) {
		part := parts[address]
		switch kind, _, _ := strings.Cut(address, "."); kind {
		case "aws_iam_role_policy":
			role := of(s, part["Role"])
			policies, _ := role["Policies"].([]any)
			role["Policies"] = append(policies, map[string]any{"PolicyDocument": parsed(nil, part["Policy"])})
		case "aws_iam_role_policy_attachment":
			of(s, part["Role"])["ManagedPolicyArns"] = []any{part["PolicyArn"]}
		case "aws_api_gateway_integration":
			method(s, part)["Integration"] = part
		case "aws_api_gateway_method_response":
			method(s, part)["MethodResponses"] = []any{part}
		case "aws_api_gateway_integration_response": // sorted after the integration
			method(s, part)["Integration"].(map[string]any)["IntegrationResponses"] = []any{part}
		}
	}
}

func parsed(fallback, text any) (document any) {
	if err := json.Unmarshal([]byte(fmt.Sprint(text)), &document); err != nil {
		return fallback
	}
	return document
}

// of are the properties of the resource that a reference names.
func of(s *cloudformation.Stack, reference any) map[string]any {
	return s.Resources[strings.Trim(fmt.Sprint(reference), "${}")].Properties
}

// method are those of the method that a part has the resource and verb of.
func method(s *cloudformation.Stack, part map[string]any) map[string]any {
	for _, name := range s.OfType("AWS::ApiGateway::Method") {
		m := s.Resources[name].Properties
		if m["ResourceId"] == part["ResourceId"] && m["HttpMethod"] == part["HttpMethod"] {
			return m
		}
	}
	return map[string]any{}
}
