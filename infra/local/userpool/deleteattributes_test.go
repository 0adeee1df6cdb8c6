package userpool_test

import (
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

func (f *fixture) deleteAttributes(token string, names ...string) error {
	_, err := f.client.DeleteUserAttributes(f.t.Context(), &cognito.DeleteUserAttributesInput{AccessToken: &token, UserAttributeNames: names})
	return err
}

func TestDeleteUserAttributes(t *testing.T) {
	t.Parallel()
	f := open(t)
	no, yes := false, true
	f.reopen(func(cfg *userpool.Config) {
		cfg.Settings.Schema = []userpool.SchemaAttribute{{Name: "born", Mutable: &no}, {Name: "team", Mutable: &yes}, {Name: "plan", DeveloperOnlyAttribute: true}, {Name: "name", Required: true}}
		cfg.Clients[0].WriteAttributes = []string{"name", "locale", "custom:born", "custom:team", "custom:plan", "email"}
	})
	f.user()
	token := *f.mustSignIn().AccessToken
	if _, err := f.update(token, "name", "Ann", "locale", "de", "custom:team", "blue"); err != nil {
		t.Fatal(err)
	}
	const readOnly = "A client attempted to write unauthorized attribute"
	for name, row := range map[string]struct{ code, message string }{
		"nickname":       {"NotAuthorizedException", readOnly},
		"sub":            {"NotAuthorizedException", readOnly},
		"email_verified": {"NotAuthorizedException", readOnly},
		"email":          {"InvalidParameterException", "Cannot delete the email attribute, which users sign in with"},
		"custom:born":    {"InvalidParameterException", "user.custom:born: Attribute cannot be updated.\n"},
		"custom:plan":    {"NotAuthorizedException", readOnly},
		"custom:other":   {"InvalidParameterException", "Attributes did not conform to the schema: custom:other: Attribute does not exist in the schema.\n"},
		"name":           {"InvalidParameterException", "Attributes did not conform to the schema: name: The attribute name is required\n"},
	} {
		err := f.deleteAttributes(token, "locale", name)
		t.Run(name, func(t *testing.T) { wantFault(t, err, row.code, row.message) })
	}
	_, err := f.update(token, "name", "", "email", "new@example.com")
	wantFault(t, err, "InvalidParameterException", "Attributes did not conform to the schema: name: The attribute name is required\n")
	want := map[string]string{"email": email, "email_verified": "true", "name": "Ann", "locale": "de", "custom:team": "blue"}
	if diff := cmp.Diff(want, f.attributes(token)); diff != "" {
		t.Errorf("after refusals (-want +got):\n%s", diff)
	}
	if err := f.deleteAttributes(token, "locale", "custom:team"); err != nil {
		t.Fatal(err)
	}
	delete(want, "locale")
	delete(want, "custom:team")
	if diff := cmp.Diff(want, f.attributes(token)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantFault(t, f.deleteAttributes("a.b.c", "name"), "NotAuthorizedException", "Invalid Access Token")
}
