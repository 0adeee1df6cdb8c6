package deploy_test

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/deploy/extract"
	"github.com/notegate/notegate/infra/deploy/gatetest"
	"github.com/notegate/notegate/pkg/gate"
)

// alone reads authorizer.yaml, the template of the authorizer alone.
func alone(t *testing.T) *cloudformation.Template {
	t.Helper()
	text, err := os.ReadFile("authorizer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := cloudformation.Parse(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// deployAlone returns what authorizer.yaml comes to for a pool and a client.
func deployAlone(t *testing.T, parameters map[string]string) *cloudformation.Stack {
	t.Helper()
	all := map[string]string{"UserPoolIds": "eu-west-1_AbCdEfGhI", "ClientIds": "client1,client2"}
	maps.Copy(all, parameters)
	stack, err := alone(t).Deploy(all)
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

// authorizer.yaml is what template.yaml and the rest of it come to now.
func TestAuthorizerTemplateIsGenerated(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := extract.Authorizer(whole)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("authorizer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("authorizer.yaml is not up to date: run go generate ./infra/deploy/extract")
	}
}

// A part that template.yaml does not have any more is missed, not left out.
func TestExtractMissesAPart(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	without := bytes.ReplaceAll(whole, []byte("  AuthorizerSlowAlarm:"), []byte("  AuthorizerLateAlarm:"))
	if _, err := extract.Authorizer(without); err == nil || !strings.Contains(err.Error(), "no AuthorizerSlowAlarm in Resources") {
		t.Errorf("got %v, want it to miss AuthorizerSlowAlarm", err)
	}
}

// With the same choices, the authorizer alone is the one of the whole system:
// resource by resource, property by property. The permission aside, it has
// nothing that the whole system lacks, and every resource of the whole that is
// there for the authorizer.
func TestAuthorizerAloneIsTheWholeSystems(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	pool := map[string]string{"UserPoolId": "eu-west-1_AbCdEfGhI", "ClientIds": "client1,client2"}
	for name, choice := range map[string]map[string]string{
		"defaults": nil,
		"settings": {
			"TokenUse": "id", "RequiredScopes": "a", "RequiredGroups": "b", "Audience": "c", "AccessRules": "a=* /*",
			"ReplicaRegions": "us-east-1", "ClockSkew": "30s", "OnReject": "deny", "AllowM2M": "true", "ContextClaims": "tenant", "Metrics": "emf",
		},
		"operations": {
			"AuthorizerConcurrency": "7", "LogLevel": "warn", "LogRetentionDays": "7", "Tracing": "true",
			"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms", "AllowAnyAudience": "true",
		},
	} {
		both := maps.Clone(pool)
		maps.Copy(both, choice)
		whole, part := deploy(t, tmpl, doors.RestLambda, both), deployAlone(t, choice)
		builtIn := deploy(t, tmpl, doors.RestCognito, map[string]string{})
		for _, resource := range slices.Sorted(maps.Keys(whole.Resources)) {
			if _, anyway := builtIn.Resources[resource]; anyway || resource == "AuthorizerPermission" {
				continue
			}
			if part.Resources[resource].Type == "" {
				t.Errorf("%s: authorizer.yaml lacks %s", name, resource)
			}
		}
		for _, resource := range slices.Sorted(maps.Keys(part.Resources)) {
			want, got := whole.Resources[resource], part.Resources[resource]
			if diff := cmp.Diff(want.Properties, got.Properties); diff != "" || want.Type != got.Type {
				t.Errorf("%s: %s (-template.yaml +authorizer.yaml):\n%s", name, resource, diff)
			}
			if diff := cmp.Diff(want.Attributes["DependsOn"], got.Attributes["DependsOn"]); diff != "" {
				t.Errorf("%s: %s waits for (-template.yaml +authorizer.yaml):\n%s", name, resource, diff)
			}
		}
	}
}

// What it has of its own: several pools, and permission for the one API that is
// named, or for none.
func TestAuthorizerAlone(t *testing.T) {
	t.Parallel()
	const api = "a1b2c3d4e5"
	pools := map[string]string{"UserPoolIds": "eu-west-1_AbCdEfGhI,us-east-1_JkLmNoPqR", "ClientIds": "client1,client2"}
	stack := deployAlone(t, pools)
	var settings gate.Settings
	p := agree(stack, "AuthorizerFunction", func(getenv func(string) string) (err error) {
		settings, err = gate.LoadSettings(getenv, t.TempDir())
		return err
	})
	p.Want("pools", len(settings.Tokens.Pools), 2)
	p.Want("clients", settings.Tokens.ClientIDs, []string{"client1", "client2"})
	from := deployAlone(t, map[string]string{"TokenFrom": "cookie:session,query:token", "HttpResponse": "policy"}).Resources["AuthorizerFunction"].Properties
	p.Want("TOKEN_FROM", dig(from, "Environment", "Variables", "TOKEN_FROM"), "cookie:session,query:token")
	p.Want("HTTP_RESPONSE", dig(from, "Environment", "Variables", "HTTP_RESPONSE"), "policy")
	p.Want("permissions", stack.OfType("AWS::Lambda::Permission"), []string{})
	never := func(string, string) bool { return false }
	p = append(p, gatetest.Permissions(stack, never)...)
	p = append(p, gatetest.LogsOnly(stack, "AuthorizerFunction")...)
	p = append(p, gatetest.Logs(stack, "AuthorizerFunction")...)
	p = append(p, gatetest.Runtime(stack, "AuthorizerFunction")...)
	p = append(p, alarms(t, doors.RestLambda, stack)...)

	permitted := deployAlone(t, map[string]string{"ApiId": api})
	want := map[string]any{
		"FunctionName": "${AuthorizerFunction}", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
		"SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:" + api + "/authorizers/*",
	}
	p.Want("permission", permitted.Resources["AuthorizerPermission"].Properties, want)

	p.Want("outputs", slices.Sorted(maps.Keys(stack.Outputs)), []string{"FunctionArn", "IdentityValidationExpression", "InvokeArn", "PermissionCommand"})
	p.Want("FunctionArn", stack.Outputs["FunctionArn"], "${AuthorizerFunction.Arn}")
	p.Want("InvokeArn", stack.Outputs["InvokeArn"], gatetest.FunctionURI("AuthorizerFunction"))
	ours := load(t).Components.SecuritySchemes["Gate"].Value.Extensions["x-amazon-apigateway-authorizer"]
	p.Want("IdentityValidationExpression", stack.Outputs["IdentityValidationExpression"], dig(ours, "identityValidationExpression"))
	command := strings.ReplaceAll(text(stack.Outputs["PermissionCommand"]), "API_ID", api)
	for _, part := range []string{"--function-name ${AuthorizerFunction} ", "--action lambda:InvokeFunction ", "--principal apigateway.amazonaws.com ", "--source-arn " + text(want["SourceArn"])} {
		if !strings.Contains(command, part) {
			p.Add("PermissionCommand: %q lacks %q", command, part)
		}
	}
	for _, problem := range p {
		t.Error(problem)
	}
}

// A mistake is answered before anything is made.
func TestAuthorizerAloneRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, parameter, value, want string }{
		{"a pool's ARN", "UserPoolIds", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI", "UserPoolIds must be ids"},
		{"no pool", "UserPoolIds", "", "UserPoolIds must be ids"},
		{"pools with a blank between them", "UserPoolIds", "eu-west-1_AbCdEfGhI, eu-west-1_JkLmNoPqR", "UserPoolIds must be ids"},
		{"every client", "ClientIds", "*", "ClientIds must be app client ids"},
		{"no client", "ClientIds", "", "ClientIds must be app client ids"},
		{"every API", "ApiId", "*", "ApiId must be the id"},
		{"an API's stage", "ApiId", "a1b2c3d4e5/v1", "ApiId must be the id"},
		{"a token from nowhere", "TokenFrom", "body:token", "TokenFrom must be header:NAME"},
		{"a token from a name with a blank", "TokenFrom", "cookie:a, cookie:b", "TokenFrom must be header:NAME"},
		{"no token", "TokenFrom", "", "TokenFrom must be header:NAME"},
		{"another response", "HttpResponse", "iam", "HttpResponse: must be one of"},
		{"any audience and one", "AllowAnyAudience", "true", "Set AllowAnyAudience to false"},
	} {
		parameters := map[string]string{"UserPoolIds": "eu-west-1_AbCdEfGhI", "ClientIds": "client1", "Audience": "orders", tt.parameter: tt.value}
		_, err := alone(t).Deploy(parameters)
		if !errors.Is(err, cloudformation.ErrRefused) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %v: %s", tt.rule, err, cloudformation.ErrRefused, tt.want)
		}
	}
	_, err := alone(t).Deploy(map[string]string{"ClientIds": "client1"})
	if !errors.Is(err, cloudformation.ErrRefused) || !strings.Contains(err.Error(), "UserPoolIds") {
		t.Errorf("no user pool: got %v, want %v", err, cloudformation.ErrRefused)
	}
}

// README.md explains what authorizer.yaml has of its own, and names nothing that
// is not there. Its other parameters are template.yaml's.
func TestAuthorizerAloneIsDocumented(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	sections, shared := alone(t).Sections(), rows(t, string(readme), "## Parameters")
	for name := range sections["Parameters"].(map[string]any) {
		if name == "ClientIds" || !shared[name] { // the whole system may go without clients
			want[name] = true
		}
	}
	for name := range sections["Outputs"].(map[string]any) {
		want[name] = true
	}
	if diff := cmp.Diff(want, rows(t, string(readme), "## The authorizer alone")); diff != "" {
		t.Errorf("authorizer.yaml (-) and README.md (+):\n%s", diff)
	}
}
