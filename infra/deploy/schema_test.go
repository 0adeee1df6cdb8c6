package deploy_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/interop"
)

// What AWS's own tools have to say of the templates, and that they say it where
// there is something to say.
func TestTemplateIsWhatAWSKnows(t *testing.T) {
	t.Parallel()
	mistakes := []struct{ rule, old, new, want string }{
		{"a property of the wrong type", "BillingMode: PAY_PER_REQUEST", "BillingMode: [PAY_PER_REQUEST]", "billingMode"},
		{"a reference to nothing", "LogGroupName: !Ref AuthorizerLog", "LogGroupName: !Ref AuthorizerLogs", "AuthorizerLogs"},
		{"a condition that is not there", "Condition: WebAcl", "Condition: WebAlc", "WebAlc"},
		{"an unknown property", "GenerateSecret: false", "GenerateSecrets: false", "AppClient: no property GenerateSecrets"},
		{"an unknown property inside another", "{SSEEnabled: true}", "{SSEEnable: true}", "NotesTable.SSESpecification: no property SSEEnable"},
		{"an unknown property of SAM's", "AlwaysDeploy: true", "AlwaysDeploys: true", "RestApi: no property AlwaysDeploys"},
		{"an unknown global", "MemorySize: 256", "Memory: 256", "Globals.Function: no property Memory"},
		{"an unknown property of a header", "ReferrerPolicy: {Override: true,", "ReferrerPolicy: {Overrides: true,", "no property Overrides"},
		{"an unknown type", "AWS::Cognito::UserPoolDomain", "AWS::Cognito::Domain", "Domain: no resource type AWS::Cognito::Domain"},
	}
	templates := []map[string]any{template(t).Sections(), alone(t).Sections()}
	for _, m := range mistakes {
		templates = append(templates, templateWith(t, in("template.yaml", m.old, m.new)).Sections())
	}
	problems := interop.TemplateProblems(t, templates...)
	for _, problem := range append(problems[0], problems[1]...) {
		t.Error(problem)
	}
	for i, m := range mistakes {
		if got := strings.Join(problems[i+2], "; "); !strings.Contains(got, m.want) {
			t.Errorf("%s: got %q, want %q in it", m.rule, got, m.want)
		}
	}
}
