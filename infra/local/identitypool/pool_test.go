package identitypool_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/smithy-go"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway/tokens"
	"github.com/notegate/notegate/infra/local/identitypool"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

const (
	id       = "eu-west-1:11111111-2222-4333-8444-555555555555"
	provider = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"
)

var now = time.Date(2026, 5, 15, 6, 1, 9, 0, time.UTC)

// A client is the AWS SDK, unmodified.
type client struct {
	*cognitoidentity.Client
	pool  *identitypool.Pool
	users *cognitotest.Pool
}

func serve(t *testing.T, change func(*identitypool.Config)) client {
	t.Helper()
	users, watch := cognitotest.NewPool(t), clock.At(now)
	keys, err := jwks.New(jwks.Config{URL: users.Issuer() + "/.well-known/jwks.json", Now: watch.Now})
	if err != nil {
		t.Fatal(err)
	}
	config := identitypool.Config{
		ID: id, Account: "123456789012", Now: watch.Now, Authenticated: identitypool.Role{Name: "SignedInRole"},
		Provider: identitypool.Provider{Name: provider, Aliases: []string{"local"}, Verifier: &tokens.Verifier{
			Issuers: []tokens.Issuer{{URL: users.Issuer(), Audiences: []string{cognitotest.ClientID}, Keys: keys}}, Algorithms: []string{"RS256"}, Now: watch.Now,
		}},
	}
	if change != nil {
		change(&config)
	}
	pool := identitypool.New(config)
	server := httptest.NewServer(pool)
	t.Cleanup(server.Close)
	return client{cognitoidentity.New(cognitoidentity.Options{BaseEndpoint: &server.URL, Region: "eu-west-1"}), pool, users}
}

func (c client) id(t *testing.T, logins map[string]string) (string, error) {
	t.Helper()
	out, err := c.GetId(t.Context(), &cognitoidentity.GetIdInput{IdentityPoolId: new(id), Logins: logins})
	if err != nil {
		return "", err
	}
	return *out.IdentityId, nil
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	c := serve(t, nil)
	logins := map[string]string{provider: c.users.IDToken(t, now)}
	identity, err := c.id(t, logins)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.id(t, map[string]string{"local": c.users.IDToken(t, now)}); err != nil || again != identity || !strings.HasPrefix(identity, "eu-west-1:") {
		t.Errorf("the same user is %s, then %s, %v", identity, again, err)
	}
	out, err := c.GetCredentialsForIdentity(t.Context(), &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: &identity, Logins: logins})
	if err != nil {
		t.Fatal(err)
	}
	p, ok := c.pool.Principal(*out.Credentials.AccessKeyId)
	sub := c.users.IDClaims(now)["sub"].(string)
	got := fmt.Sprint(ok, p.SecretKey == *out.Credentials.SecretKey, p.SessionToken == *out.Credentials.SessionToken, out.Credentials.Expiration.UTC().Equal(now.Add(time.Hour)),
		p.UserARN, p.IdentityID == identity, p.IdentityPoolID, p.Type, p.Provider)
	want := fmt.Sprint(true, true, true, true, "arn:aws:sts::123456789012:assumed-role/SignedInRole/CognitoIdentityCredentials", true, id, "authenticated", provider+","+provider+":CognitoSignIn:"+sub)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, ok := c.pool.Principal("ASIAUNKNOWN"); ok {
		t.Error("an unknown access key has a principal")
	}
}

// Each login is a good one with a single thing changed.
func TestRefusals(t *testing.T) {
	t.Parallel()
	c, other := serve(t, nil), cognitotest.NewPool(t)
	good := map[string]string{provider: c.users.IDToken(t, now)}
	identity, err := c.id(t, good)
	if err != nil {
		t.Fatal(err)
	}
	credentials := func(identity string, logins map[string]string) error {
		_, err := c.GetCredentialsForIdentity(t.Context(), &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: &identity, Logins: logins})
		return err
	}
	getID := func(logins map[string]string) error { _, err := c.id(t, logins); return err }
	_, unknownPool := c.GetId(t.Context(), &cognitoidentity.GetIdInput{IdentityPoolId: new("eu-west-1:0"), Logins: good})
	_, classic := c.GetOpenIdToken(t.Context(), &cognitoidentity.GetOpenIdTokenInput{IdentityId: &identity, Logins: good})
	_, notBuilt := c.DescribeIdentity(t.Context(), &cognitoidentity.DescribeIdentityInput{IdentityId: &identity})
	for _, tt := range []struct {
		rule       string
		err        error
		code, says string
	}{
		{"another pool", unknownPool, "ResourceNotFoundException", "IdentityPool 'eu-west-1:0' not found."},
		{"the classic flow", classic, "InvalidParameterException", "Basic (classic) flow is not enabled"},
		{"another operation", notBuilt, "UnknownOperationException", ""},
		{"no login", getID(nil), "NotAuthorizedException", "Unauthenticated access is not supported"},
		{"no login for credentials", credentials(identity, nil), "NotAuthorizedException", "Unauthenticated access is not supported"},
		{"another provider", getID(map[string]string{"accounts.google.com": good[provider]}), "NotAuthorizedException", "not from a supported provider"},
		{"an access token", getID(map[string]string{provider: c.users.AccessToken(t, now, func(m map[string]any) { m["aud"] = cognitotest.ClientID })}), "NotAuthorizedException", "Not an ID token"},
		{"another client", getID(map[string]string{provider: c.users.IDToken(t, now, func(m map[string]any) { m["aud"] = "x" })}), "NotAuthorizedException", "Incorrect token audience"},
		{"another user pool", getID(map[string]string{provider: other.IDToken(t, now)}), "NotAuthorizedException", "Issuer doesn't match"},
		{"an expired token", getID(map[string]string{provider: c.users.IDToken(t, now.Add(-2*time.Hour))}), "NotAuthorizedException", "Token expired"},
		{"no token", getID(map[string]string{provider: "x"}), "NotAuthorizedException", "Not a Cognito token"},
		{"two logins", getID(map[string]string{provider: good[provider], "local": good[provider]}), "NotAuthorizedException", "Logins don't match"},
		{"another identity", credentials("eu-west-1:"+strings.Repeat("0", 36), good), "NotAuthorizedException", "Logins don't match"},
	} {
		var refused smithy.APIError
		if !errors.As(tt.err, &refused) || refused.ErrorCode() != tt.code || !strings.Contains(refused.ErrorMessage(), tt.says) {
			t.Errorf("%s: %v, want %s %s", tt.rule, tt.err, tt.code, tt.says)
		}
	}
	if err := credentials(identity, good); err != nil {
		t.Errorf("the good login: %v", err)
	}
}

// Who has no login gets the other role, if there is one.
func TestUnauthenticated(t *testing.T) {
	t.Parallel()
	c := serve(t, func(config *identitypool.Config) { config.Unauthenticated = &identitypool.Role{Name: "StrangerRole"} })
	identity, err := c.id(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.GetCredentialsForIdentity(t.Context(), &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: &identity})
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := c.pool.Principal(*out.Credentials.AccessKeyId); p.Type != "unauthenticated" || p.Provider != "" || !strings.Contains(p.UserARN, "StrangerRole") {
		t.Errorf("got %+v", p)
	}
	var refused smithy.APIError
	_, err = c.GetCredentialsForIdentity(t.Context(), &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: new("eu-west-1:" + strings.Repeat("0", 36))})
	if !errors.As(err, &refused) || refused.ErrorCode() != "ResourceNotFoundException" {
		t.Errorf("an identity that nobody was given: %v", err)
	}
}
