package userpool_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

func (f *fixture) createClient(in *cognito.CreateUserPoolClientInput) (*types.UserPoolClientType, error) {
	in.UserPoolId = pool()
	out, err := f.client.CreateUserPoolClient(f.t.Context(), in)
	if err != nil {
		return nil, err
	}
	return out.UserPoolClient, nil
}

func (f *fixture) describeClient(id string) (*types.UserPoolClientType, error) {
	out, err := f.client.DescribeUserPoolClient(f.t.Context(), &cognito.DescribeUserPoolClientInput{UserPoolId: pool(), ClientId: &id})
	if err != nil {
		return nil, err
	}
	return out.UserPoolClient, nil
}

// A client of the API works at once, and outlasts the process.
func TestCreateUserPoolClient(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	made, err := f.createClient(&cognito.CreateUserPoolClientInput{
		ClientName: new("web"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH"},
		AccessTokenValidity: aws.Int32(10), TokenValidityUnits: &types.TokenValidityUnitsType{AccessToken: "minutes"},
		AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{"code"}, AllowedOAuthScopes: []string{"openid"},
		CallbackURLs: []string{"http://localhost:5173/callback"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(*made.ClientId) != 26 || made.ClientSecret != nil || *made.UserPoolId != poolID || !made.CreationDate.Equal(f.clock.Now()) {
		t.Errorf("got %+v", made)
	}
	if made.RefreshTokenValidity != 30 || *made.AuthSessionValidity != 3 || !*made.EnableTokenRevocation || made.PreventUserExistenceErrors != "LEGACY" || made.IdTokenValidity != nil {
		t.Errorf("defaults: got %+v", made)
	}
	f.reopen()
	again, err := f.describeClient(*made.ClientId)
	if err != nil || !cmp.Equal(made.CallbackURLs, again.CallbackURLs) || *again.AccessTokenValidity != 10 || !*again.AllowedOAuthFlowsUserPoolClient {
		t.Errorf("got %+v (%v), want what was made", again, err)
	}
	tokens, err := f.auth("USER_PASSWORD_AUTH", *made.ClientId, map[string]string{"USERNAME": email, "PASSWORD": password})
	if err != nil || tokens.ExpiresIn != 600 {
		t.Errorf("got %+v (%v), want tokens for 10 minutes", tokens, err)
	}

	updated, err := f.client.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientInput{
		UserPoolId: pool(), ClientId: made.ClientId, ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH"},
	})
	if err != nil || *updated.UserPoolClient.ClientName != "web" || updated.UserPoolClient.CallbackURLs != nil || updated.UserPoolClient.AccessTokenValidity != nil {
		t.Errorf("got %+v (%v), want the rest at its defaults", updated, err)
	}
	_, err = f.auth("USER_PASSWORD_AUTH", *made.ClientId, map[string]string{"USERNAME": email, "PASSWORD": password})
	wantFault(t, err, "InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")

	remove := func(id string) error {
		_, err := f.client.DeleteUserPoolClient(t.Context(), &cognito.DeleteUserPoolClientInput{UserPoolId: pool(), ClientId: &id})
		return err
	}
	if err := remove(*made.ClientId); err != nil {
		t.Fatal(err)
	}
	wantFault(t, remove(*made.ClientId), "ResourceNotFoundException", "User pool client "+*made.ClientId+" does not exist.")
	const configured = "App client app is set when the local pool starts, from infra/deploy/template.yaml or CLIENTS_FILE: change it there"
	wantFault(t, remove(clientID), "InvalidParameterException", configured)
	_, err = f.client.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientInput{UserPoolId: pool(), ClientId: new(clientID)})
	wantFault(t, err, "InvalidParameterException", configured)
	_, err = f.client.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientInput{UserPoolId: pool(), ClientId: new("")})
	wantFault(t, err, "InvalidParameterException", "1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null")
}

// A client with a secret keeps it, whatever else changes.
func TestSecretsOfClients(t *testing.T) {
	t.Parallel()
	f := open(t)
	made, err := f.createClient(&cognito.CreateUserPoolClientInput{ClientName: new("server"), GenerateSecret: true})
	if err != nil || made.ClientSecret == nil || len(*made.ClientSecret) != 51 {
		t.Fatalf("got %+v (%v), want a secret", made, err)
	}
	if _, err := f.client.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientInput{UserPoolId: pool(), ClientId: made.ClientId, ClientName: new("renamed")}); err != nil {
		t.Fatal(err)
	}
	if again, err := f.describeClient(*made.ClientId); err != nil || *again.ClientSecret != *made.ClientSecret || *again.ClientName != "renamed" {
		t.Errorf("got %+v (%v), want the same secret", again, err)
	}
	own, err := f.createClient(&cognito.CreateUserPoolClientInput{ClientName: new("own"), ClientSecret: new(secret)})
	if err != nil || *own.ClientSecret != secret {
		t.Errorf("got %+v (%v), want the secret that was given", own, err)
	}
	f.absentFromLog(secret, *made.ClientSecret)
}

func TestCreateUserPoolClientRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	code := func(in cognito.CreateUserPoolClientInput) cognito.CreateUserPoolClientInput {
		in.AllowedOAuthFlowsUserPoolClient, in.CallbackURLs = true, []string{callback}
		if in.AllowedOAuthFlows == nil {
			in.AllowedOAuthFlows = []types.OAuthFlowType{"code"}
		}
		return in
	}
	machine := []types.OAuthFlowType{"client_credentials"}
	for rule, row := range map[string]struct {
		in            cognito.CreateUserPoolClientInput
		code, message string
	}{
		"flow":              {cognito.CreateUserPoolClientInput{ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_ALL"}}, "InvalidParameterException", `ExplicitAuthFlows: "ALLOW_ALL" is not available here`},
		"short lifetime":    {cognito.CreateUserPoolClientInput{AccessTokenValidity: aws.Int32(4), TokenValidityUnits: &types.TokenValidityUnitsType{AccessToken: "minutes"}}, "InvalidParameterException", "Invalid range for token validity."},
		"long lifetime":     {cognito.CreateUserPoolClientInput{RefreshTokenValidity: 315360000}, "InvalidParameterException", "Invalid range for token validity."},
		"refresh too short": {cognito.CreateUserPoolClientInput{IdTokenValidity: aws.Int32(3), RefreshTokenValidity: 2, TokenValidityUnits: &types.TokenValidityUnitsType{RefreshToken: "hours"}}, "InvalidParameterException", "Refresh token validity must not be less than that of the access and the ID token."},
		"unit":              {cognito.CreateUserPoolClientInput{TokenValidityUnits: &types.TokenValidityUnitsType{AccessToken: "weeks"}}, "InvalidParameterException", `TokenValidityUnits: want seconds, minutes, hours or days, got "weeks"`},
		"rotation":          {cognito.CreateUserPoolClientInput{RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: "ENABLED"}}, "InvalidParameterException", "Refresh token rotation is not available with the flow ALLOW_REFRESH_TOKEN_AUTH."},
		"no name":           {cognito.CreateUserPoolClientInput{ClientName: new("")}, "InvalidParameterException", "1 validation error detected: Value null at 'clientName' failed to satisfy constraint: Member must not be null"},
		"two secrets":       {cognito.CreateUserPoolClientInput{GenerateSecret: true, ClientSecret: new(secret)}, "InvalidParameterException", "GenerateSecret and ClientSecret exclude each other."},
		"unknown scope":     {code(cognito.CreateUserPoolClientInput{AllowedOAuthScopes: []string{"openid", "orders/read"}}), "ScopeDoesNotExistException", "Invalid scope requested: orders/read"},
		"no scopes":         {code(cognito.CreateUserPoolClientInput{}), "InvalidParameterException", "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		"implicit":          {code(cognito.CreateUserPoolClientInput{AllowedOAuthFlows: []types.OAuthFlowType{"implicit"}, AllowedOAuthScopes: []string{"openid"}}), "InvalidOAuthFlowException", "AllowedOAuthFlows: implicit is not available here"},
		"machine, public":   {code(cognito.CreateUserPoolClientInput{AllowedOAuthFlows: machine, AllowedOAuthScopes: []string{"a/b"}}), "InvalidOAuthFlowException", "client_credentials flow can not be selected if client does not have a client secret."},
		"machine and code":  {code(cognito.CreateUserPoolClientInput{GenerateSecret: true, AllowedOAuthFlows: append(machine, "code"), AllowedOAuthScopes: []string{"a/b"}}), "InvalidOAuthFlowException", "client_credentials flow can not be selected along with code flow or implicit flow."},
		"machine as user":   {code(cognito.CreateUserPoolClientInput{GenerateSecret: true, AllowedOAuthFlows: machine, AllowedOAuthScopes: []string{"openid"}}), "InvalidOAuthFlowException", "client_credentials flow can not be selected along with openid, profile, email, phone or aws.cognito.signin.user.admin scopes."},
		"relative callback": {cognito.CreateUserPoolClientInput{CallbackURLs: []string{"/callback"}}, "InvalidParameterException", `want absolute URLs without a fragment, got "/callback"`},
		"default callback":  {cognito.CreateUserPoolClientInput{CallbackURLs: []string{callback}, DefaultRedirectURI: new("http://localhost:1/")}, "InvalidParameterException", "DefaultRedirectURI is not among CallbackURLs"},
		"existence":         {cognito.CreateUserPoolClientInput{PreventUserExistenceErrors: "ON"}, "InvalidParameterException", `PreventUserExistenceErrors: want ENABLED or LEGACY, got "ON"`},
		"provider":          {cognito.CreateUserPoolClientInput{SupportedIdentityProviders: []string{"Google"}}, "InvalidParameterException", "The provider Google does not exist for User Pool"},
	} {
		t.Log(rule)
		if row.in.ClientName == nil {
			row.in.ClientName = new("x")
		}
		_, err := f.createClient(&row.in)
		wantFault(t, err, row.code, row.message)
	}
	if _, err := f.createClient(&cognito.CreateUserPoolClientInput{ClientName: new("x")}); err != nil {
		t.Errorf("one that says nothing: %v", err)
	}
}

// Scopes are those of resource servers, which the API makes, too.
func TestResourceServers(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.reopen(func(cfg *userpool.Config) {
		cfg.ResourceServers = []userpool.ResourceServer{{Identifier: "notes", Name: "Notes", Scopes: []userpool.Scope{{Name: "read", Description: "Read"}}}}
	})
	create := func(identifier, scope string) error {
		_, err := f.client.CreateResourceServer(t.Context(), &cognito.CreateResourceServerInput{
			UserPoolId: pool(), Identifier: &identifier, Name: new("Orders"), Scopes: []types.ResourceServerScopeType{{ScopeName: &scope, ScopeDescription: new("Read orders")}},
		})
		return err
	}
	if err := create("https://orders.example.com", "read"); err != nil {
		t.Fatal(err)
	}
	wantFault(t, create("https://orders.example.com", "read"), "InvalidParameterException", "https://orders.example.com already exists in user pool local_test.")
	wantFault(t, create("two words", "read"), "InvalidParameterException", `1 validation error detected: Value at 'identifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x5B\x5D-\x7E]+`)
	wantFault(t, create("orders", "a/b"), "InvalidParameterException", `1 validation error detected: Value at 'scopes' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`)
	f.reopen(func(cfg *userpool.Config) {
		cfg.ResourceServers = []userpool.ResourceServer{{Identifier: "notes", Name: "Notes", Scopes: []userpool.Scope{{Name: "read", Description: "Read"}}}}
	})
	describe := func(identifier string) (*cognito.DescribeResourceServerOutput, error) {
		return f.client.DescribeResourceServer(t.Context(), &cognito.DescribeResourceServerInput{UserPoolId: pool(), Identifier: &identifier})
	}
	got, err := describe("https://orders.example.com")
	if err != nil || *got.ResourceServer.Name != "Orders" || *got.ResourceServer.Scopes[0].ScopeName != "read" || *got.ResourceServer.UserPoolId != poolID {
		t.Errorf("got %+v (%v)", got, err)
	}
	made, err := f.createClient(&cognito.CreateUserPoolClientInput{
		ClientName: new("machine"), ClientSecret: new(secret), AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{"client_credentials"},
		AllowedOAuthScopes: []string{"https://orders.example.com/read", "notes/read"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if status, token := f.token("grant_type", "client_credentials", "client_id", *made.ClientId, "client_secret", secret); status != 200 {
		t.Errorf("got %d %+v, want a token", status, token)
	}
	list, err := f.client.ListResourceServers(t.Context(), &cognito.ListResourceServersInput{UserPoolId: pool()})
	if err != nil || len(list.ResourceServers) != 2 {
		t.Errorf("got %+v (%v), want two", list, err)
	}
	update := func(identifier string) error {
		_, err := f.client.UpdateResourceServer(t.Context(), &cognito.UpdateResourceServerInput{
			UserPoolId: pool(), Identifier: &identifier, Name: new("Orders 2"), Scopes: []types.ResourceServerScopeType{{ScopeName: new("write"), ScopeDescription: new("Write orders")}},
		})
		return err
	}
	if err := update("https://orders.example.com"); err != nil {
		t.Error(err)
	}
	got, err = describe("https://orders.example.com")
	if err != nil || *got.ResourceServer.Name != "Orders 2" || len(got.ResourceServer.Scopes) != 1 || *got.ResourceServer.Scopes[0].ScopeName != "write" {
		t.Errorf("after a change: got %+v (%v)", got, err)
	}
	const configured = "Resource server notes is set when the local pool starts, from infra/deploy/template.yaml: change it there"
	wantFault(t, update("notes"), "InvalidParameterException", configured)
	wantFault(t, update("nobody"), "ResourceNotFoundException", "Resource server nobody does not exist.")
	remove := func(identifier string) error {
		_, err := f.client.DeleteResourceServer(t.Context(), &cognito.DeleteResourceServerInput{UserPoolId: pool(), Identifier: &identifier})
		return err
	}
	if err := remove("https://orders.example.com"); err != nil {
		t.Error(err)
	}
	_, err = describe("https://orders.example.com")
	wantFault(t, err, "ResourceNotFoundException", "Resource server https://orders.example.com does not exist.")
	wantFault(t, remove("notes"), "InvalidParameterException", configured)
}

func TestDescribeUserPool(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	f.reopen(func(cfg *userpool.Config) {
		cfg.Settings = userpool.Settings{Name: "test", MFA: "OPTIONAL", EnabledMFAs: []string{"SOFTWARE_TOKEN_MFA"}, Schema: []userpool.SchemaAttribute{{Name: "plan", AttributeDataType: "String"}}}
	})
	out, err := f.client.DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: pool()})
	if err != nil {
		t.Fatal(err)
	}
	p := out.UserPool
	policy := types.PasswordPolicyType{MinimumLength: aws.Int32(8), RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true, TemporaryPasswordValidityDays: 7}
	if *p.Id != poolID || *p.Name != "test" || *p.Arn != "arn:aws:cognito-idp:local:000000000000:userpool/local_test" || p.MfaConfiguration != "OPTIONAL" ||
		p.EstimatedNumberOfUsers != 1 || p.UsernameAttributes[0] != "email" || *p.Policies.PasswordPolicy.MinimumLength != 8 || p.Policies.PasswordPolicy.TemporaryPasswordValidityDays != policy.TemporaryPasswordValidityDays ||
		!p.Policies.PasswordPolicy.RequireSymbols {
		t.Errorf("got %+v with %+v", p, p.Policies.PasswordPolicy)
	}
	if last := p.SchemaAttributes[len(p.SchemaAttributes)-1]; *last.Name != "custom:plan" || last.AttributeDataType != "String" || !*last.Mutable {
		t.Errorf("got %+v, want custom:plan", last)
	}
	schema := map[string]string{}
	for _, a := range p.SchemaAttributes {
		schema[*a.Name] = fmt.Sprintf("%s mutable=%t required=%t", a.AttributeDataType, *a.Mutable, *a.Required)
	}
	for name, want := range map[string]string{
		"sub": "String mutable=false required=true", "email": "String mutable=true required=true", "email_verified": "Boolean mutable=true required=false", "phone_number_verified": "Boolean mutable=true required=false",
		"updated_at": "Number mutable=true required=false", "birthdate": "String mutable=true required=false", "custom:plan": "String mutable=true required=false",
	} {
		if schema[name] != want {
			t.Errorf("%s: got %s, want %s", name, schema[name], want)
		}
	}
	mfa, err := f.client.GetUserPoolMfaConfig(t.Context(), &cognito.GetUserPoolMfaConfigInput{UserPoolId: pool()})
	if err != nil || mfa.MfaConfiguration != "OPTIONAL" || !mfa.SoftwareTokenMfaConfiguration.Enabled {
		t.Errorf("got %+v (%v)", mfa, err)
	}
	pools, err := f.client.ListUserPools(t.Context(), &cognito.ListUserPoolsInput{MaxResults: aws.Int32(10)})
	if err != nil || len(pools.UserPools) != 1 || *pools.UserPools[0].Id != poolID {
		t.Errorf("got %+v (%v), want this pool", pools, err)
	}
	_, err = f.client.ListUserPools(t.Context(), &cognito.ListUserPoolsInput{MaxResults: aws.Int32(10), NextToken: new("x")})
	wantFault(t, err, "InvalidParameterException", "Invalid pagination token given.")
}

// What a client of the configuration has from Cognito stays the same between
// starts, and goes with the client.
func TestConfiguredClientsAreKept(t *testing.T) {
	t.Parallel()
	f := open(t)
	describe := func(id string) *types.UserPoolClientType {
		t.Helper()
		out, err := f.client.DescribeUserPoolClient(t.Context(), &cognito.DescribeUserPoolClientInput{UserPoolId: new(poolID), ClientId: &id})
		if err != nil {
			t.Fatal(err)
		}
		return out.UserPoolClient
	}
	with := func(cfg *userpool.Config) {
		cfg.Clients = append(cfg.Clients, userpool.Client{Name: "made", GenerateSecret: true, AuthFlows: []string{userpool.AllowUserSRP}})
	}
	var made []*types.UserPoolClientType
	for range 2 {
		f.reopen(with)
		list, err := f.client.ListUserPoolClients(t.Context(), &cognito.ListUserPoolClientsInput{UserPoolId: new(poolID)})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list.UserPoolClients {
			if *c.ClientName == "made" {
				made = append(made, describe(*c.ClientId))
			}
		}
		f.clock.Forward(time.Hour)
	}
	if len(made) != 2 || !cmp.Equal(made[0].ClientSecret, made[1].ClientSecret) || *made[0].ClientId != *made[1].ClientId || !made[0].CreationDate.Equal(*made[1].CreationDate) {
		t.Fatalf("got %+v, want one client twice", made)
	}
	if len(*made[0].ClientId) != 26 || len(*made[0].ClientSecret) < 40 {
		t.Errorf("got id %s and secret %s, want Cognito's forms", *made[0].ClientId, *made[0].ClientSecret)
	}
	f.reopen()
	_, err := f.client.DescribeUserPoolClient(t.Context(), &cognito.DescribeUserPoolClientInput{UserPoolId: new(poolID), ClientId: made[0].ClientId})
	wantFault(t, err, "ResourceNotFoundException", "User pool client "+*made[0].ClientId+" does not exist.")
}
