package deploy_test

import (
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/doors"
)

// samconfig.toml answers what `sam deploy` would ask, and no more: the stack's
// name, where the packages go, that the roles and the transforms are wanted.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html
func TestSamconfig(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "\n[default.deploy.parameters]\n")
	if !ok || strings.Contains(section, "\n[") {
		t.Fatal("want one section, default.deploy.parameters, at the end")
	}
	got := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^([a-z0-9_]+) = (.*)$`).FindAllStringSubmatch(section, -1) {
		got[match[1]] = match[2]
	}
	want := map[string]string{
		"stack_name": `"notegate"`, "resolve_s3": "true", "confirm_changeset": "false", "fail_on_empty_changeset": "false",
		// IAM: the template has roles, none of them with a name of ours. AUTO_EXPAND: it has transforms.
		"capabilities": `"CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"`,
	}
	if !maps.Equal(got, want) {
		t.Errorf("samconfig.toml: got %v, want %v", got, want)
	}
	stack := deploy(t, template(t), doors.RestIAM, variants["all options"])
	roles := stack.OfType("AWS::IAM::Role")
	if len(roles) == 0 {
		t.Error("no roles: CAPABILITY_IAM is not needed")
	}
	for _, name := range roles {
		if stack.Resources[name].Properties["RoleName"] != nil {
			t.Errorf("%s has a name, which needs CAPABILITY_NAMED_IAM", name)
		}
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(makefile), `sam deploy --template-file infra/deploy/template.yaml --config-file "$(CURDIR)/infra/deploy/samconfig.toml"`) {
		t.Error("make deploy does not deploy infra/deploy/template.yaml with infra/deploy/samconfig.toml")
	}
}
