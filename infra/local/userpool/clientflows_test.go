package userpool_test

import (
	"slices"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Scripts of many years name flows as Cognito once did: SRP and refreshing then
// came with each.
func TestOldNamesOfFlows(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	for old, want := range map[string]string{
		"ADMIN_NO_SRP_AUTH":                    "ADMIN_USER_PASSWORD_AUTH REFRESH_TOKEN_AUTH USER_SRP_AUTH",
		"USER_PASSWORD_AUTH":                   "REFRESH_TOKEN_AUTH USER_PASSWORD_AUTH USER_SRP_AUTH",
		"CUSTOM_AUTH_FLOW_ONLY":                "REFRESH_TOKEN_AUTH",
		"ADMIN_NO_SRP_AUTH USER_PASSWORD_AUTH": "ADMIN_USER_PASSWORD_AUTH REFRESH_TOKEN_AUTH USER_PASSWORD_AUTH USER_SRP_AUTH",
		"ALLOW_USER_SRP_AUTH":                  "USER_SRP_AUTH",
	} {
		in := &cognito.CreateUserPoolClientInput{UserPoolId: new(poolID), ClientName: new("script")}
		for _, name := range strings.Fields(old) {
			in.ExplicitAuthFlows = append(in.ExplicitAuthFlows, types.ExplicitAuthFlowsType(name))
		}
		made, err := f.client.CreateUserPoolClient(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		var there []string
		for _, flow := range []types.AuthFlowType{"ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "USER_AUTH", "USER_PASSWORD_AUTH", "USER_SRP_AUTH"} {
			params := map[string]string{"USERNAME": email, "PASSWORD": password, "SRP_A": "abcd", "REFRESH_TOKEN": "none"}
			ask := &cognito.AdminInitiateAuthInput{UserPoolId: new(poolID), ClientId: made.UserPoolClient.ClientId, AuthFlow: flow, AuthParameters: params}
			_, err := f.client.AdminInitiateAuth(t.Context(), ask)
			if flow == "USER_PASSWORD_AUTH" {
				_, err = f.auth(flow, *ask.ClientId, params)
			}
			if err == nil || !strings.Contains(err.Error(), "not enabled for this client") {
				there = append(there, string(flow))
			}
		}
		if got := strings.Join(slices.Sorted(slices.Values(there)), " "); got != want {
			t.Errorf("%s: got %s, want %s", old, got, want)
		}
	}
	_, err := f.client.CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientInput{
		UserPoolId: new(poolID), ClientName: new("mixed"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"},
	})
	wantFault(t, err, "InvalidParameterException", "ExplicitAuthFlows: ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY and USER_PASSWORD_AUTH exclude names that begin with ALLOW_")
}
