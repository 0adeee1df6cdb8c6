package deploy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/deploy/gatetest"
)

// A check says what is wrong with a stack behind a front door.
type check func(t *testing.T, door string, s *cloudformation.Stack) problems

// checks are what every choice of parameters must hold to.
var checks = map[string]check{
	"guarded":     guarded,
	"preflight":   preflight,
	"cors":        cors,
	"authorizer":  authorizer,
	"invocable":   invocable,
	"answer":      answerShape,
	"roles":       roles,
	"permissions": permissions,
	"functions":   functions,
	"environment": environment,
	"table":       table,
	"pool":        pool,
	"outputs":     outputs,
	"logs":        logs,
	"alarms":      alarms,
	"dashboard":   dashboard,
	"optional":    optional,
	"hosting":     hosting,
}

func TestTemplateHolds(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	for _, door := range doors.Names() {
		for variant, parameters := range variantsOf(door) {
			t.Run(door+"/"+variant, func(t *testing.T) {
				stack := deploy(t, tmpl, door, parameters)
				for _, name := range slices.Sorted(maps.Keys(checks)) {
					for _, problem := range checks[name](t, door, stack) {
						t.Errorf("%s: %s", name, problem)
					}
				}
			})
		}
	}
}

// Each row makes one mistake, in the template or in a file that it includes, and
// the check it is made for notices.
func TestTemplateChecksCatch(t *testing.T) {
	t.Parallel()
	const api, jwt, lambda, iam, mapped, cognito = "openapi.yaml", "http-jwt.json", "http-lambda.json", "rest-iam.json", "rest-mapped.json", "rest-cognito.json"
	for _, tt := range []struct{ check, door, file, old, new, want string }{
		{"guarded", doors.RestLambda, api, "      security: [{Gate: []}]\n", "", "GET /notes"},
		{"guarded", doors.RestLambda, api, "security: [{Gate: []}]", "security: [{Gate: []}, {}]", "GET /notes"},
		{"guarded", doors.RestLambda, api, "security: [{Gate: []}]", "security: [{Gates: []}]", "Gates"},
		{"guarded", doors.HTTPJWT, jwt, `"paths": {`, `"paths": {"$default": {"get": {"responses": {"200": {"description": "all"}}}},`, "$default"},
		{"preflight", doors.RestLambda, api, "      tags: [preflight]", "      security: [{Gate: []}]", "OPTIONS /notes"},
		{"preflight", doors.RestIAM, iam, `"options": {`, `"head": {`, "no OPTIONS"},
		{"preflight", doors.RestIAM, iam, ",X-Amz-Security-Token", "", "X-Amz-Security-Token"},
		{"preflight", doors.RestIAM, iam, ",${AllowedHeaders}", "", "X-Amzn-Trace-Id"},
		{"preflight", doors.RestLambda, api, "If-Match,${AllowedHeaders}'", "If-Match'", "traceparent"},
		{"preflight", doors.RestLambda, api, "Access-Control-Max-Age: \"'600'\"", "Access-Control-Max-Age: \"'5'\"", "max-age"},
		{"preflight", doors.RestLambda, api, "'GET,POST,OPTIONS'", "'GET,OPTIONS'", "POST"},
		{"cors", doors.RestLambda, api, "  UNAUTHORIZED:\n    responseParameters:\n      gatewayresponse.header.Access-Control-Allow-Origin", "  UNAUTHORIZED:\n    responseParameters:\n      gatewayresponse.header.Origin", "UNAUTHORIZED"},
		{"cors", doors.RestLambda, api, "Fn::Sub: \"'${AllowedOrigin}'\"", "Fn::Sub: \"'*'\"", "'*'"},
		{"cors", doors.HTTPJWT, jwt, `"Ref": "AllowedOrigin"`, `"Fn::Sub": "*"`, "*"},
		{"cors", doors.HTTPLambda, lambda, ",${AllowedHeaders}", "", "allowHeaders"},
		{"cors", doors.HTTPLambda, lambda, `"maxAge": 600`, `"maxAge": 5`, "maxAge"},
		{"cors", doors.RestMapped, mapped, `"method.response.header.Access-Control-Allow-Origin": {`, `"method.response.header.Vary": {`, "BadRequest"},
		{"authorizer", doors.RestLambda, api, "type: token", "type: request", "type"},
		{"authorizer", doors.RestLambda, api, "authorizerResultTtlInSeconds: 300", "authorizerResultTtlInSeconds: 3600", "Ttl"},
		{"authorizer", doors.RestLambda, api, `'^([Bb]`, `'([Bb]`, "Expression"},
		{"authorizer", doors.RestMapped, mapped, `"authorizerResultTtlInSeconds": 0`, `"authorizerResultTtlInSeconds": 300`, "Ttl"},
		{"authorizer", doors.HTTPLambda, lambda, ", $context.routeKey", "", "identitySource"},
		{"authorizer", doors.HTTPJWT, jwt, `"audience"`, `"audiences"`, "audience"},
		{"authorizer", doors.RestCognito, cognito, "^(${Clients})$", "^.*$", "Expression"},
		{"authorizer", doors.RestCognito, cognito, "^(${Clients})$", "^(${Clients})", "client12"},
		{"authorizer", doors.RestCognito, cognito, "^(${Clients})$", "^${Clients}x$", "Expression"},
		{"authorizer", doors.RestCognito, cognito, "^(${Clients})$", "(${Clients})$", "xclient1"},
		{"authorizer", doors.RestJWT, "rest-jwt.json", "cognito-idp.${AWS::Region}", "issuer-cognito-idp.${AWS::Region}", "jwtConfiguration"},
		{"authorizer", doors.RestJWT, "rest-jwt.json", `"RS256"`, `"RS512"`, "jwtConfiguration"},
		{"authorizer", doors.RestJWT, "rest-jwt.json", `"Ref": "AppClient"`, `"Ref": "UserPool"`, "jwtConfiguration"},
		{"authorizer", doors.RestIAM, iam, "awsSigv4", "custom", "awsSigv4"},
		{"invocable", doors.RestLambda, "template.yaml", "${Api}/authorizers/*", "${Api}/*", "AuthorizerPermission"},
		{"invocable", doors.RestLambda, "template.yaml", "FunctionName: !Ref AuthorizerFunction\n      Action", "FunctionName: !Ref NotesFunction\n      Action", "AuthorizerPermission"},
		{"invocable", doors.HTTPLambda, "template.yaml", "${HttpApi}/$default/*", "*/$default/*", "NotesPermission"},
		{"invocable", doors.RestMapped, "template.yaml", "/test-invoke-stage/*", "/test-invoke-stage/GET/*", "NotesTestPermission"},
		{"invocable", doors.RestLambda, "template.yaml", "Action: lambda:InvokeFunction", "Action: lambda:*", "lambda:*"},
		{"invocable", doors.RestLambda, "template.yaml", "Principal: apigateway.amazonaws.com", "Principal: '*'", "Principal"},
		{"authorizer", doors.HTTPLambda, lambda, "       0,\n       300\n", "       0,\n       3600\n", "Ttl"},
		{"answer", doors.HTTPLambda, lambda, `"enableSimpleResponses": true`, `"enableSimpleResponses": false`, "policyDocument"},
		{"answer", doors.HTTPLambda, lambda, `"authorizerPayloadFormatVersion": "2.0"`, `"authorizerPayloadFormatVersion": "1.0"`, "isAuthorized"},
		{"roles", doors.RestLambda, "template.yaml", "Resource: !GetAtt NotesTable.Arn", "Resource: '*'", "NotesRole"},
		{"roles", doors.RestLambda, "template.yaml", "dynamodb:GetItem, ", "dynamodb:GetItem, dynamodb:Scan, ", "dynamodb:Scan"},
		{"roles", doors.RestLambda, "template.yaml", "dynamodb:GetItem, ", "", "dynamodb:GetItem"},
		{"roles", doors.RestLambda, "template.yaml", "Role: !GetAtt AuthorizerRole.Arn", "Role: !GetAtt NotesRole.Arn", "AuthorizerFunction"},
		{"roles", doors.RestIAM, "rest-iam-policy.json", "/GET/notes\"", "/*\"", "SignedInRole"},
		{"roles", doors.RestIAM, "template.yaml", "amr: unauthenticated}\n", "amr: unauthenticated}\n      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonAPIGatewayInvokeFullAccess]\n", "StrangerRole"},
		{"roles", doors.RestIAM, "template.yaml", "AllowUnauthenticatedIdentities: false", "AllowUnauthenticatedIdentities: true", "unauthenticated"},
		{"permissions", doors.RestLambda, "template.yaml", "  NotesFunction:\n    Type:", "  Extra:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyName: all\n      Roles: [!Ref NotesRole]\n      PolicyDocument: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}\n\n  NotesFunction:\n    Type:", "Extra: AWS::IAM::Policy"},
		{"permissions", doors.RestLambda, "template.yaml", "  NotesFunction:\n    Type:", "  Extra:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Roles: [!Ref NotesRole]\n      PolicyDocument: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}\n\n  NotesFunction:\n    Type:", "Extra: AWS::IAM::ManagedPolicy"},
		{"permissions", doors.RestLambda, "template.yaml", "  NotesFunction:\n    Type:", "  Extra:\n    Type: AWS::Lambda::Url\n    Properties: {AuthType: NONE, TargetFunctionArn: !GetAtt NotesFunction.Arn}\n\n  NotesFunction:\n    Type:", "Extra: AWS::Lambda::Url"},
		{"permissions", doors.RestLambda, "template.yaml", "${Api}/authorizers/*", "${Api}/*", "AuthorizerPermission"},
		{"permissions", doors.RestLambda, "template.yaml", "${RestApi}/test-invoke-stage/*", "${RestApi}/*", "NotesTestPermission"},
		{"permissions", doors.RestLambda, "template.yaml", "      DeletionProtectionEnabled: true\n", "      DeletionProtectionEnabled: true\n      ResourcePolicy: {PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: '*'}, Action: dynamodb:GetItem, Resource: all}]}}\n", "NotesTable: ResourcePolicy"},
		{"permissions", doors.RestLambda, "template.yaml", "      DeletionProtectionEnabled: true\n", "      DeletionProtectionEnabled: true\n      ResourcePolicy: {PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: '*'}, Action: dynamodb:GetItem, Resource: all}]}}\n", "NotesTable: Principal *"},
		{"permissions", doors.RestLambda, "template.yaml", "  NotesFunction:\n    Type:", "  Extra:\n    Type: AWS::IAM::RolePolicy\n    Properties:\n      PolicyName: all\n      RoleName: !Ref NotesRole\n      PolicyDocument: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}\n\n  NotesFunction:\n    Type:", "Extra: AWS::IAM::RolePolicy"},
		{"permissions", doors.RestLambda, "template.yaml", "      CodeUri: ../../dist/notes.zip\n", "      CodeUri: ../../dist/notes.zip\n      Events: {All: {Type: HttpApi}}\n", "NotesFunction: Events"},
		{"permissions", doors.RestLambda, "template.yaml", "      CodeUri: ../../dist/notes.zip\n", "      CodeUri: ../../dist/notes.zip\n      FunctionUrlConfig: {AuthType: NONE}\n", "NotesFunction: FunctionUrlConfig"},
		{"functions", doors.RestLambda, "template.yaml", "Architectures: [arm64]", "Architectures: [x86_64]", "arm64"},
		{"functions", doors.RestLambda, "template.yaml", "Timeout: 6 ", "Timeout: 3 ", "AuthorizerFunction"},
		{"functions", doors.RestLambda, "template.yaml", "Timeout: 15 ", "Timeout: 30 ", "NotesFunction"},
		{"environment", doors.RestLambda, "template.yaml", "          ON_REJECT: !Ref OnReject\n", "", "ON_REJECT"},
		{"environment", doors.RestLambda, "template.yaml", "          ON_REJECT: !Ref OnReject\n", "          ON_REFUSAL: !Ref OnReject\n", "ON_REFUSAL"},
		{"environment", doors.RestLambda, "template.yaml", "          EVENT_FORMAT: !If [RestMapped, mapped, proxy]\n", "          EVENT_FORMAT: !If [RestMapped, proxy, mapped]\n", "EVENT_FORMAT"},
		{"environment", doors.RestIAM, "template.yaml", "USER_POOL_ID: !If [OwnPool, !Ref UserPool, !Ref UserPoolId] #", "USER_POOL_ID: !Ref UserPoolId #", "NotesFunction USER_POOL_ID"},
		{"environment", doors.HTTPJWT, "template.yaml", "          USER_POOL_ID: !If [OwnPool, !Ref UserPool, !Ref UserPoolId] # whose users rest-iam lets in\n", "", "USER_POOL_ID is not set"},
		{"environment", doors.RestLambda, "template.yaml", "          ALLOW_ANY_AUDIENCE: !Ref AllowAnyAudience\n", "", "ALLOW_ANY_AUDIENCE is not set"},
		{"environment", doors.RestLambda, "template.yaml", "CLIENT_IDS: !If [OwnPool, !Ref AppClient, !Ref ClientIds]", "CLIENT_IDS: !Ref ClientIds", "CLIENT_IDS"},
		{"environment", doors.RestLambda, "template.yaml", "        GOMAXPROCS: \"1\"\n", "        GOMAXPROCS: \"2\"\n", "AuthorizerFunction GOMAXPROCS"},
		{"environment", doors.RestLambda, "template.yaml", "        GOMAXPROCS: \"1\"\n", "        GOMAXPROC: \"1\"\n", "nobody reads GOMAXPROC"},
		{"table", doors.RestLambda, "template.yaml", "userId", "userid", "userId"},
		{"table", doors.RestLambda, "template.yaml", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "PointInTimeRecovery"},
		{"table", doors.RestLambda, "template.yaml", "    Type: AWS::DynamoDB::Table\n    DeletionPolicy: Retain\n", "    Type: AWS::DynamoDB::Table\n", "DeletionPolicy"},
		{"pool", doors.RestLambda, "template.yaml", "GenerateSecret: false", "GenerateSecret: true", "GenerateSecret"},
		{"pool", doors.RestLambda, "template.yaml", "EnableTokenRevocation: true", "EnableTokenRevocation: false", "EnableTokenRevocation"},
		{"pool", doors.RestLambda, "template.yaml", "!If [RotateRefreshTokens, [ALLOW_USER_SRP_AUTH],", "!If [OwnPool, [ALLOW_USER_SRP_AUTH],", "ExplicitAuthFlows"},
		{"pool", doors.RestLambda, "template.yaml", "      AdminCreateUserConfig: {AllowAdminCreateUserOnly: !If [AdministratorsSignUp, true, false]}\n", "", "AllowAdminCreateUserOnly"},
		{"pool", doors.RestLambda, "template.yaml", "AllowedOAuthFlows: [code]", "AllowedOAuthFlows: [implicit]", "AllowedOAuthFlows"},
		{"pool", doors.RestLambda, "template.yaml", "    DependsOn: ResourceServer\n    DeletionPolicy: Retain\n", "    DependsOn: ResourceServer\n", "AppClient.DeletionPolicy"},
		{"pool", doors.RestLambda, "template.yaml", `Domain: !Sub ["notes-${Unique}", {Unique: !Select [2, !Split ["/",`, `Domain: !Sub ["notes-${Unique}", {Unique: !Select [4, !Split ["-",`, "domain"},
		{"outputs", doors.RestLambda, "template.yaml", "    Value: !Ref NotesTable", "    Value: !GetAtt AppClient.ClientSecret", "ClientSecret"},
		{"logs", doors.RestLambda, "template.yaml", "/aws/lambda/${AWS::StackName}-notes", "/aws/lambda/${AWS::StackName}", "NotesFunction"},
		{"logs", doors.HTTPJWT, "template.yaml", "$context.authorizer.error", "$context.error.message", "authorizer.error"},
		{"logs", doors.RestLambda, "template.yaml", "DataTraceEnabled: false", "DataTraceEnabled: true", "DataTraceEnabled"},
		{"alarms", doors.RestLambda, "template.yaml", "ExtendedStatistic: p99", "ExtendedStatistic: p50", "AuthorizerSlowAlarm statistic"},
		{"alarms", doors.RestLambda, "template.yaml", "      MetricName: KeysUnavailable\n", "      MetricName: KeysUnavailables\n", "KeysUnavailableAlarm metric"},
		{"alarms", doors.RestLambda, "template.yaml", "MetricName: KeysUnavailable, MetricValue", "MetricName: KeysUnavailables, MetricValue", "nothing fills notegate/notegate KeysUnavailable"},
		{"alarms", doors.RestLambda, "template.yaml", "      MetricName: Failures\n", "      MetricName: KeysUnavailable\n", "AuthorizerFailureAlarm metric"},
		{"alarms", doors.RestLambda, "template.yaml", "MetricName: Failures, MetricValue", "MetricName: Failure, MetricValue", "nothing fills notegate/notegate Failures"},
		{"alarms", doors.RestLambda, "template.yaml", "Namespace: !Sub notegate/", "Namespace: !Sub notgate/", "KeysUnavailableAlarm metric"},
		{"alarms", doors.RestLambda, "template.yaml", "MetricName: Throttles", "MetricName: Invocations", "NotesThrottledAlarm metric"},
		{"alarms", doors.RestLambda, "template.yaml", "Dimensions: [{Name: FunctionName, Value: !Ref AuthorizerFunction}]\n      Statistic", "Dimensions: [{Name: FunctionName, Value: !Ref NotesFunction}]\n      Statistic", "AuthorizerThrottledAlarm.Dimensions"},
		{"alarms", doors.RestLambda, "template.yaml", "TreatMissingData: notBreaching", "TreatMissingData: breaching", "KeysUnavailableAlarm.TreatMissingData"},
		{"alarms", doors.RestLambda, "template.yaml", "      LogGroupName: !Ref AuthorizerLog\n", "      LogGroupName: !Ref NotesLog\n", "KeysUnavailableMetric.LogGroupName"},
		{"pool", doors.RestLambda, "template.yaml", "AllowedOAuthFlowsUserPoolClient: true", "AllowedOAuthFlowsUserPoolClient: false", "AllowedOAuthFlowsUserPoolClient"},
		{"pool", doors.RestLambda, "template.yaml", "ManagedLoginVersion: 2", "ManagedLoginVersion: 1", "ManagedLoginVersion"},
		{"pool", doors.RestLambda, "template.yaml", "UseCognitoProvidedValues: true", "UseCognitoProvidedValues: false", "UseCognitoProvidedValues"},
		{"functions", doors.RestLambda, "template.yaml", "    MemorySize: 256\n", "", "MemorySize"},
		{"optional", doors.RestLambda, "template.yaml", "    Condition: WebAcl\n", "    Condition: Rest\n", "WebAclAssociation"},
		{"optional", doors.RestLambda, "template.yaml", "        - EmailSendingAccount: COGNITO_DEFAULT", "        - EmailSendingAccount: DEVELOPER", "EmailSendingAccount"},
	} {
		t.Run(tt.check+"/"+tt.door+"/"+tt.want, func(t *testing.T) {
			t.Parallel()
			stack := deploy(t, templateWith(t, in(tt.file, tt.old, tt.new)), tt.door, nil)
			got := checks[tt.check](t, tt.door, stack)
			if !strings.Contains(strings.Join(got, "; "), tt.want) {
				t.Errorf("with %q for %q: got %q, want %q in it", tt.new, tt.old, got, tt.want)
			}
		})
	}
}

type problems = gatetest.Problems

func dig(v any, path ...string) any { return gatetest.Dig(v, path...) }

func list(v any) []any { return gatetest.List(v) }

func text(v any) string { return gatetest.Text(v) }
