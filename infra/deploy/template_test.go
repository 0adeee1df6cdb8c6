package deploy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
)

// template reads template.yaml with what it includes; the doors' definitions as
// they would be written now, not as the last build left them.
func template(t *testing.T) *cloudformation.Template {
	t.Helper()
	return templateWith(t, func(string) (string, string) { return "", "" })
}

// templateWith reads template.yaml with one text of it, or of an included file,
// replaced by another. It fails if there is no such text.
func templateWith(t *testing.T, change func(file string) (old, new string)) *cloudformation.Template {
	t.Helper()
	built, err := doors.Files()
	if err != nil {
		t.Fatal(err)
	}
	read := func(location string) ([]byte, error) {
		text := built[strings.TrimPrefix(location, "../../dist/doors/")]
		if text == nil {
			if text, err = os.ReadFile(location); err != nil {
				return nil, err
			}
		}
		if old, new := change(filepath.Base(location)); old != "" {
			if !strings.Contains(string(text), old) {
				t.Fatalf("%s does not hold %q", location, old)
			}
			text = []byte(strings.ReplaceAll(string(text), old, new))
		}
		return text, nil
	}
	text, err := read("template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := cloudformation.Parse(text, read)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// in replaces a text of one file, see templateWith.
func in(changed, old, new string) func(string) (string, string) {
	return func(file string) (string, string) {
		if file != changed {
			return "", ""
		}
		return old, new
	}
}

// deploy returns what the template comes to behind a front door.
func deploy(t *testing.T, tmpl *cloudformation.Template, door string, parameters map[string]string) *cloudformation.Stack {
	t.Helper()
	all := map[string]string{"FrontDoor": door}
	maps.Copy(all, parameters)
	stack, err := tmpl.Deploy(all)
	if err != nil {
		t.Fatalf("%s: %v", door, err)
	}
	return stack
}

// variants are the choices besides the front door that change which resources
// there are.
var variants = map[string]map[string]string{
	"defaults":      nil,
	"access rules":  {"AccessRules": "notes/read=GET /notes"},
	"existing pool": {"UserPoolId": "eu-west-1_AbCdEfGhI", "ClientIds": "client1,client2"},
	"all options": {
		"SesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com", "EmailFrom": "notes@example.com",
		"AuthorizerConcurrency": "20", "NotesConcurrency": "20", "Tracing": "true", "RestAccessLogs": "on-and-allow",
		"RefreshTokenRotation": "true", "SignUp": "administrators",
		"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms", "Metrics": "emf",
	},
}

// variantsOf adds to variants what only AWS's own authorizers, or only REST APIs,
// take, and leaves out what they don't.
func variantsOf(door string) map[string]map[string]string {
	all := maps.Clone(variants)
	if !usesOurAuthorizer(door) {
		delete(all, "access rules")
	}
	if !isHTTP(door) {
		all["address rate"] = map[string]string{"AddressRate": addressRate}
	}
	if hasRouteScopes(door) {
		all["route scopes"] = map[string]string{"RouteScopes": "true"}
	}
	return all
}

func hasRouteScopes(door string) bool { return door == doors.RestCognito || door == doors.HTTPJWT }

// Every choice can be deployed: nothing refers to a resource that its own
// condition leaves out, which CloudFormation would notice halfway through.
func TestEveryDoorDeploys(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	choice := dig(tmpl.Sections(), "Parameters", "FrontDoor")
	if got, want := fmt.Sprint(dig(choice, "AllowedValues")), fmt.Sprint(doors.Names()); got != want || dig(choice, "Default") != doors.Names()[0] {
		t.Errorf("FrontDoor: %s by default %v, want %s", got, dig(choice, "Default"), want)
	}
	for _, door := range doors.Names() {
		for name, parameters := range variantsOf(door) {
			stack := deploy(t, tmpl, door, parameters)
			apis := append(stack.OfType("AWS::Serverless::Api"), stack.OfType("AWS::ApiGatewayV2::Api")...)
			if len(apis) != 1 {
				t.Errorf("%s, %s: APIs %v, want one", door, name, apis)
			}
		}
	}
}
