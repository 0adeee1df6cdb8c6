package deploy_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
)

// Each parameter gets where it is meant for, and no parameter goes nowhere.
func TestParametersReachTheirResources(t *testing.T) {
	t.Parallel()
	const sns, ses = "arn:aws:sns:eu-west-1:123456789012:alarms", "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
	tests := []struct {
		parameter, value string
		where            string // resource, then properties, separated by dots
		want             any
	}{
		{"FrontDoor", "rest-mapped", "NotesFunction.Environment.Variables.EVENT_FORMAT", "mapped"},
		{"Stage", "live", "RestApi.StageName", "live"},
		{"AllowedOrigin", "https://app.example.com", "NotesFunction.Environment.Variables.ALLOWED_ORIGIN", "https://app.example.com"},
		{"Page", "cloudfront", "PageDistribution.DistributionConfig.DefaultRootObject", "index.html"},
		{"PageLogs", "on", "PageDistribution.DistributionConfig.Logging.Bucket", "${PageLogBucket.DomainName}"},
		{"UserPoolId", "eu-west-1_AbCdEfGhI", "AuthorizerFunction.Environment.Variables.USER_POOL_ID", "eu-west-1_AbCdEfGhI"},
		{"UserPoolId", "eu-west-1_AbCdEfGhI", "NotesFunction.Environment.Variables.USER_POOL_ID", "eu-west-1_AbCdEfGhI"},
		{"ClientIds", "one,two", "AuthorizerFunction.Environment.Variables.CLIENT_IDS", "one,two"},
		{"IssuerType", "UPDATED", "UserPool.IssuerConfiguration.Type", "UPDATED"},
		{"CallbackUrls", "https://a/,b:/c", "AppClient.CallbackURLs", []any{"https://a/", "b:/c"}},
		{"LogoutUrls", "https://a/", "AppClient.LogoutURLs", []any{"https://a/"}},
		{"AccessTokenMinutes", "15", "AppClient.AccessTokenValidity", "15"},
		{"AccessTokenMinutes", "15", "AppClient.IdTokenValidity", "15"},
		{"RefreshTokenRotation", "true", "AppClient.ExplicitAuthFlows", []any{"ALLOW_USER_SRP_AUTH"}},
		{"RefreshTokenRotation", "false", "AppClient.RefreshTokenRotation", nil},
		{"SignUp", "anybody", "UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly", false},
		{"SignUp", "administrators", "UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly", true},
		{"SesIdentityArn", ses, "UserPool.EmailConfiguration", map[string]any{"EmailSendingAccount": "DEVELOPER", "SourceArn": ses}},
		{"EmailFrom", "n@example.com", "UserPool.EmailConfiguration", map[string]any{"EmailSendingAccount": "DEVELOPER", "SourceArn": ses, "From": "n@example.com"}},
		{"TokenUse", "id", "AuthorizerFunction.Environment.Variables.TOKEN_USE", "id"},
		{"RequiredScopes", "a", "AuthorizerFunction.Environment.Variables.REQUIRED_SCOPES", "a"},
		{"RequiredGroups", "a", "AuthorizerFunction.Environment.Variables.REQUIRED_GROUPS", "a"},
		{"Audience", "a", "AuthorizerFunction.Environment.Variables.AUDIENCE", "a"},
		{"AllowAnyAudience", "true", "AuthorizerFunction.Environment.Variables.ALLOW_ANY_AUDIENCE", "true"},
		{"AccessRules", "a=* /*", "AuthorizerFunction.Environment.Variables.ACCESS_RULES", "a=* /*"},
		{"ReplicaRegions", "us-east-1", "AuthorizerFunction.Environment.Variables.REPLICA_REGIONS", "us-east-1"},
		{"ClockSkew", "30s", "AuthorizerFunction.Environment.Variables.CLOCK_SKEW", "30s"},
		{"OnReject", "deny", "AuthorizerFunction.Environment.Variables.ON_REJECT", "deny"},
		{"AllowM2M", "true", "AuthorizerFunction.Environment.Variables.ALLOW_M2M", "true"},
		{"ContextClaims", "tenant", "AuthorizerFunction.Environment.Variables.CONTEXT_CLAIMS", "tenant"},
		{"Metrics", "emf", "AuthorizerFunction.Environment.Variables.METRICS", "emf"},
		{"TableName", "Other", "NotesTable.TableName", "Other"},
		{"AuthorizerConcurrency", "7", "AuthorizerFunction.ReservedConcurrentExecutions", "7"},
		{"NotesConcurrency", "8", "NotesFunction.ReservedConcurrentExecutions", "8"},
		{"LogLevel", "warn", "AuthorizerFunction.Environment.Variables.LOG_LEVEL", "warn"},
		{"LogLevel", "warn", "NotesFunction.Environment.Variables.LOG_LEVEL", "warn"},
		{"LogRetentionDays", "7", "NotesLog.RetentionInDays", "7"},
		{"LogRetentionDays", "7", "AuthorizerLog.RetentionInDays", "7"},
		{"RestAccessLogs", "on", "RestApi.AccessLogSetting.DestinationArn", "${AccessLog.Arn}"},
		{"Tracing", "true", "RestApi.TracingEnabled", true},
		{"Tracing", "true", "AuthorizerFunction.Tracing", "Active"},
		{"AlarmTopicArn", sns, "KeysUnavailableAlarm.AlarmActions", []any{sns}},
		{"AddressRate", "500", "WebAclAssociation.WebACLArn", "${AddressWebAcl.Arn}"},
		{"WebAclArn", webACL, "WebAclAssociation.WebACLArn", webACL},
		{"WebAclArn", webACL, "WebAclAssociation.ResourceArn", "arn:aws:apigateway:eu-west-1::/restapis/${RestApi}/stages/${RestApi.Stage}"},
	}
	// These stand in where a path would not show it; each has a test of its own.
	elsewhere := []string{"AllowedHeaders", "AllowEveryOrigin", "RouteScopes", "ThrottleRate"}

	tmpl := template(t)
	reached := map[string]bool{}
	for _, tt := range tests {
		reached[tt.parameter] = true
		parameters := map[string]string{tt.parameter: tt.value}
		switch tt.parameter { // what goes with it
		case "PageLogs":
			parameters["Page"] = "cloudfront"
		case "UserPoolId":
			parameters["ClientIds"] = "one"
		case "ClientIds":
			parameters["UserPoolId"] = "eu-west-1_AbCdEfGhI"
		case "EmailFrom":
			parameters["SesIdentityArn"] = ses
		}
		stack, err := tmpl.Deploy(parameters)
		if err != nil {
			t.Errorf("%s: %v", tt.parameter, err)
			continue
		}
		path := strings.Split(tt.where, ".")
		if diff := cmp.Diff(tt.want, dig(stack.Resources[path[0]].Properties, path[1:]...)); diff != "" {
			t.Errorf("%s=%s at %s (-want +got):\n%s", tt.parameter, tt.value, tt.where, diff)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tmpl.Sections()["Parameters"].(map[string]any))) {
		if !reached[name] && !slices.Contains(elsewhere, name) {
			t.Errorf("%s: no test says where it goes", name)
		}
	}
}

// The headers that pages may send reach every preflight, beside the API's own.
func TestAllowedHeaders(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	if got := dig(tmpl.Sections(), "Parameters", "AllowedHeaders", "Default"); got != infra.AllowedHeaders {
		t.Errorf("by default %v, want the local stack's %s", got, infra.AllowedHeaders)
	}
	for _, door := range doors.Names() {
		doc := definition(t, door, deploy(t, tmpl, door, map[string]string{"AllowedHeaders": "baggage,X-Request-Id"}))
		var allowed []any
		if isHTTP(door) {
			allowed = append(allowed, dig(doc.Extensions["x-amazon-apigateway-cors"], "allowHeaders"))
		} else {
			for _, item := range doc.Paths.Map() {
				integration := item.Options.Extensions["x-amazon-apigateway-integration"]
				allowed = append(allowed, dig(integration, "responses", "default", "responseParameters", "method.response.header.Access-Control-Allow-Headers"))
			}
		}
		for _, headers := range allowed {
			names := strings.FieldsFunc(strings.ToLower(fmt.Sprint(headers)), func(r rune) bool { return strings.ContainsRune("[]', ", r) })
			for _, want := range []string{"authorization", "content-type", "if-match", "baggage", "x-request-id"} {
				if !slices.Contains(names, want) {
					t.Errorf("%s allows %v, not %s", door, headers, want)
				}
			}
		}
	}
}

func TestThrottling(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	for _, door := range doors.Names() {
		stack := deploy(t, tmpl, door, map[string]string{"ThrottleRate": "9"})
		settings := stack.Resources["HttpStage"].Properties["DefaultRouteSettings"]
		if !isHTTP(door) {
			settings = list(stack.Resources["RestApi"].Properties["MethodSettings"])[0]
		}
		for _, limit := range []string{"ThrottlingRateLimit", "ThrottlingBurstLimit"} {
			if got := dig(settings, limit); got != "9" {
				t.Errorf("%s: %s is %v, want 9", door, limit, got)
			}
		}
	}
}

// A new value of a parameter changes the API's definition but not the text that
// SAM compares to find out whether the stage needs it.
func TestParametersReachTheStage(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	rest := deploy(t, tmpl, doors.RestLambda, nil).Resources["RestApi"].Properties
	if got := rest["AlwaysDeploy"]; got != true {
		t.Errorf("AlwaysDeploy is %v, want true", got)
	}
	if got, want := rest["OpenApiVersion"], load(t).OpenAPI; got != want { // without it SAM adds a stage
		t.Errorf("OpenApiVersion is %v, want %s", got, want)
	}
	if got := deploy(t, tmpl, doors.HTTPJWT, nil).Resources["HttpStage"].Properties["AutoDeploy"]; got != true {
		t.Errorf("AutoDeploy is %v, want true", got)
	}
}

// Credentials for the API are for the users of this pool and client who have
// signed in, through this identity pool.
func TestIdentityPool(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	for variant, want := range map[string][2]string{
		"defaults":      {"${UserPool}", "${AppClient}"},
		"existing pool": {"eu-west-1_AbCdEfGhI", "client1"},
	} {
		stack := deploy(t, tmpl, doors.RestIAM, variants[variant])
		provider := []any{map[string]any{
			"ProviderName": "cognito-idp.eu-west-1.amazonaws.com/" + want[0], "ClientId": want[1], "ServerSideTokenCheck": true,
		}}
		if diff := cmp.Diff(any(provider), stack.Resources["IdentityPool"].Properties["CognitoIdentityProviders"]); diff != "" {
			t.Errorf("%s: provider (-want +got):\n%s", variant, diff)
		}
		if got := stack.Resources["IdentityPool"].Properties["AllowClassicFlow"]; got != false {
			t.Errorf("%s: AllowClassicFlow is %v", variant, got)
		}
		for role, kind := range map[string]string{"SignedInRole": "authenticated", "StrangerRole": "unauthenticated"} {
			trust := []any{map[string]any{
				"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": map[string]any{"Federated": "cognito-identity.amazonaws.com"},
				"Condition": map[string]any{
					"StringEquals":           map[string]any{"cognito-identity.amazonaws.com:aud": "${IdentityPool}"},
					"ForAnyValue:StringLike": map[string]any{"cognito-identity.amazonaws.com:amr": kind},
				},
			}}
			if diff := cmp.Diff(any(trust), dig(stack.Resources[role].Properties, "AssumeRolePolicyDocument", "Statement")); diff != "" {
				t.Errorf("%s: %s's trust (-want +got):\n%s", variant, role, diff)
			}
			if got := dig(stack.Resources["IdentityPoolRoles"].Properties, "Roles", kind); got != "${"+role+".Arn}" {
				t.Errorf("%s: %s users get %v, want %s", variant, kind, got, role)
			}
		}
	}
}

// optional: without an ARN or a rate there is no web ACL, and Cognito sends the
// e-mail itself. Our own web ACL bounds each address, and shows no tokens.
func optional(_ *testing.T, _ string, s *cloudformation.Stack) (p problems) {
	if s.Resources["WebAclAssociation"].Type != "" && s.Resources["WebAclAssociation"].Properties["WebACLArn"] == "" {
		p.Add("WebAclAssociation: of no web ACL")
	}
	if acl := s.Resources["AddressWebAcl"]; acl.Type != "" {
		p.Want("web ACL in use", s.Resources["WebAclAssociation"].Properties["WebACLArn"], "${AddressWebAcl.Arn}")
		p.Want("scope", acl.Properties["Scope"], "REGIONAL")
		p.Want("whom no rule stops", acl.Properties["DefaultAction"], map[string]any{"Allow": map[string]any{}})
		rules := list(acl.Properties["Rules"])
		p.Want("rules", len(rules), 1)
		p.Want("action", dig(rules[0], "Action"), map[string]any{"Block": map[string]any{}})
		rate := dig(rules[0], "Statement", "RateBasedStatement")
		p.Want("counted by", dig(rate, "AggregateKeyType"), "IP")
		p.Want("seconds", dig(rate, "EvaluationWindowSec"), 300)
		p.Want("limit", dig(rate, "Limit"), addressRate)
		for _, seen := range []any{acl.Properties["VisibilityConfig"], dig(rules[0], "VisibilityConfig")} {
			p.Want("samples", dig(seen, "SampledRequestsEnabled"), false)
			p.Want("metrics", dig(seen, "CloudWatchMetricsEnabled"), true)
		}
	}
	if pool := s.Resources["UserPool"]; pool.Type != "" {
		sender := dig(pool.Properties, "EmailConfiguration")
		want := map[bool]string{false: "DEVELOPER", true: "COGNITO_DEFAULT"}[dig(sender, "SourceArn") == nil]
		p.Want("EmailSendingAccount", dig(sender, "EmailSendingAccount"), want)
	}
	return p
}

// addressRate is the one that the tests deploy with.
const addressRate = "2000"
