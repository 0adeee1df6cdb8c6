package deploy_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/doors"
)

// Each row makes one mistake that shows with those parameters alone, and the
// check it is made for notices.
func TestTemplateChecksCatchWithOptions(t *testing.T) {
	t.Parallel()
	rotation := map[string]string{"RefreshTokenRotation": "true"}
	address := map[string]string{"AddressRate": addressRate}
	metrics := map[string]string{"Metrics": "emf"}
	page := map[string]string{"Page": "cloudfront", "PageLogs": "on"}
	for _, tt := range []struct {
		check          string
		parameters     map[string]string
		old, new, want string
	}{
		{"pool", rotation, "[RotateRefreshTokens, [ALLOW_USER_SRP_AUTH],", "[RotateRefreshTokens, [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH],", "ExplicitAuthFlows"},
		{"pool", rotation, "Feature: ENABLED", "Feature: DISABLED", "RefreshTokenRotation"},
		{"pool", rotation, "RetryGracePeriodSeconds: 60", "RetryGracePeriodSeconds: 0", "RefreshTokenRotation"},
		{"optional", address, "!If [LimitAddresses, !GetAtt AddressWebAcl.Arn, !Ref WebAclArn]", "!Ref WebAclArn", "web ACL in use"},
		{"optional", address, "Action: {Block: {}}", "Action: {Count: {}}", "action"},
		{"optional", address, "DefaultAction: {Allow: {}}", "DefaultAction: {Block: {}}", "whom no rule stops"},
		{"optional", address, "AggregateKeyType: IP", "AggregateKeyType: CONSTANT", "counted by"},
		{"optional", address, "EvaluationWindowSec: 300", "EvaluationWindowSec: 60", "seconds"},
		{"optional", address, "Limit: !Ref AddressRate", "Limit: !Ref ThrottleRate", "limit"},
		{"optional", address, "SampledRequestsEnabled: false", "SampledRequestsEnabled: true", "samples"},
		{"dashboard", metrics, "    Condition: ShowDecisions\n", "    Condition: Trace\n", "dashboards: got false"},
		{"dashboard", metrics, "DashboardName: !Sub ${AWS::StackName}-authorizer-${AWS::Region}", "DashboardName: !Sub ${AWS::StackName}-authorizer", "DashboardName"},
		{"dashboard", metrics, `["notegate", "ColdStarts", "FunctionName", "${AuthorizerFunction}"]`, "", "want notegate ColdStarts in Count"},
		{"dashboard", metrics, `["notegate", "ColdStarts", "FunctionName", "${AuthorizerFunction}"]`, `["notegate", "Refusals", "FunctionName", "${AuthorizerFunction}"]`, "shows: got notegate Decisions in Count by FunctionName; notegate Decisions in Count by FunctionName,Outcome; notegate Decisions in Count by FunctionName,Outcome,Reason; notegate KeySetFailures"},
		{"dashboard", metrics, `["notegate", "ColdStarts", "FunctionName", "${AuthorizerFunction}"]`, `["notegate", "ColdStarts", "FunctionName", "${NotesFunction}"]`, "is not of the authorizer"},
		{"dashboard", metrics, `{notegate,FunctionName,Outcome,Reason} FunctionName=\"${AuthorizerFunction}\"`, `{notegate,FunctionName,Outcome,Reason}`, "finds something else"},
		{"dashboard", metrics, `{notegate,FunctionName,Outcome,Reason}`, `{notegate,FunctionName,Reason}`, "by FunctionName,Reason"},
		{"dashboard", metrics, `"title": "Cold starts", "stat": "Sum"`, `"title": "Cold starts", "stat": "Average"`, "ColdStarts in  by"},
		{"dashboard", metrics, `{"widgets": [`, `{"widgets": [,`, "DashboardBody"},
		{"permissions", page, "          - Effect: Deny\n            Principal: \"*\"\n            Action: s3:*", "          - Effect: Allow\n            Principal: \"*\"\n            Action: s3:*", "PageLogBucketPolicy: Principal *"},
	} {
		t.Run(tt.check+"/"+tt.want+"/"+tt.new, func(t *testing.T) {
			t.Parallel()
			for _, problem := range checks[tt.check](t, doors.RestLambda, deploy(t, template(t), doors.RestLambda, tt.parameters)) {
				t.Errorf("without the mistake: %s", problem)
			}
			stack := deploy(t, templateWith(t, in("template.yaml", tt.old, tt.new)), doors.RestLambda, tt.parameters)
			got := checks[tt.check](t, doors.RestLambda, stack)
			if !strings.Contains(strings.Join(got, "; "), tt.want) {
				t.Errorf("with %q for %q: got %q, want %q in it", tt.new, tt.old, got, tt.want)
			}
		})
	}
}
