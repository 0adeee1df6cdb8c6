package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/local/userpool"
)

// The local pool and its app client are the template's: what differs is in this
// test, and nothing else.
func TestPoolIsTheTemplates(t *testing.T) {
	t.Parallel()
	template, err := cloudformation.Parse(infra.Template, func(string) ([]byte, error) { return []byte("{}"), nil })
	if err != nil {
		t.Fatal(err)
	}
	stack, err := template.Deploy(nil)
	if err != nil {
		t.Fatal(err)
	}
	deployed, err := readTemplate()
	if err != nil {
		t.Fatal(err)
	}
	pool, client := stack.Resources["UserPool"].Properties, stack.Resources["AppClient"].Properties
	local := (&system{pageURL: "http://127.0.0.1:8080"}).clients(deployed.client)[0]

	policy := deployed.settings.Policies.PasswordPolicy
	compare := func(what string, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: template (-), local (+):\n%s", what, diff)
		}
	}
	compare("password policy", pool["Policies"], map[string]any{"PasswordPolicy": map[string]any{
		"MinimumLength": policy.MinimumLength, "RequireLowercase": policy.RequireLowercase, "RequireUppercase": policy.RequireUppercase,
		"RequireNumbers": policy.RequireNumbers, "RequireSymbols": policy.RequireSymbols,
	}})
	compare("second factor", pool["MfaConfiguration"], deployed.settings.MFA)
	compare("second factors", pool["EnabledMfas"], anys(deployed.settings.EnabledMFAs))
	schema, _ := pool["Schema"].([]any)
	compare("schema", len(schema), len(deployed.settings.Schema))
	compare("who signs up", pool["AdminCreateUserConfig"], map[string]any{"AllowAdminCreateUserOnly": deployed.settings.AdminCreateUser.AllowAdminCreateUserOnly})
	compare("verified first", pool["UserAttributeUpdateSettings"], map[string]any{"AttributesRequireVerificationBeforeUpdate": anys(deployed.settings.AttributeUpdates.RequireVerification)})

	units := local.TokenValidityUnits
	compare("units", client["TokenValidityUnits"], map[string]any{"AccessToken": units.AccessToken, "IdToken": units.IDToken, "RefreshToken": units.RefreshToken})
	compare("lifetimes", fmt.Sprintln(client["AccessTokenValidity"], client["IdTokenValidity"], client["RefreshTokenValidity"]),
		fmt.Sprintln(local.AccessTokenValidity, local.IDTokenValidity, local.RefreshTokenValidity))
	compare("rotation", client["RefreshTokenRotation"] != nil, local.RefreshTokenRotation.Feature == "ENABLED")
	compare("scopes", client["AllowedOAuthScopes"], anys(local.Scopes))
	compare("OAuth flows", client["AllowedOAuthFlows"], anys(local.OAuthFlows))
	compare("revocation", client["EnableTokenRevocation"], *local.TokenRevocation)
	compare("existence errors", client["PreventUserExistenceErrors"], local.PreventUserExistence)
	compare("flows", append(slices.Clone(client["ExplicitAuthFlows"].([]any)), userpool.AllowUserPassword), anys(local.AuthFlows))
	compare("secret", client["GenerateSecret"], local.Secret != "" || local.GenerateSecret)
	compare("callback", []string{"http://127.0.0.1:8080/"}, local.CallbackURLs)
	compare("sign-out", []string{"http://127.0.0.1:8080/"}, local.LogoutURLs)

	server := stack.Resources["ResourceServer"].Properties
	compare("resource server", []any{server["Identifier"], server["Name"], len(server["Scopes"].([]any))},
		[]any{deployed.server.Identifier, deployed.server.Name, len(deployed.server.Scopes)})
}

func anys(list []string) (all []any) {
	for _, s := range list {
		all = append(all, s)
	}
	return all
}
