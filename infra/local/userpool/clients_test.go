package userpool_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

const secret = "secret+of1the2server"

// openWith opens a pool that has further clients.
func openWith(t *testing.T, clients ...userpool.Client) *fixture {
	t.Helper()
	f := open(t)
	f.user()
	f.reopen(func(cfg *userpool.Config) { cfg.Clients = append(cfg.Clients, clients...) })
	return f
}

func confidential() userpool.Client {
	return userpool.Client{
		ID: "server", Secret: secret, AuthFlows: []string{userpool.AllowUserPassword, userpool.AllowRefreshToken},
		OAuth: true, OAuthFlows: []string{"code"}, Scopes: []string{"openid", "email"}, CallbackURLs: []string{callback},
	}
}

func machine() userpool.Client {
	return userpool.Client{
		ID: "machine", Secret: secret, AccessTokenValidity: 2,
		OAuth: true, OAuthFlows: []string{"client_credentials"}, Scopes: []string{"notes/read", "notes/write"},
	}
}

func hashOf(username, client string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + client))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Every operation that takes a SECRET_HASH holds it to the client's secret.
func TestSecretHash(t *testing.T) {
	t.Parallel()
	f := openWith(t, confidential())
	const (
		absent = "Client server is configured with secret but SECRET_HASH was not received"
		wrong  = "Unable to verify secret hash for client server"
		public = "App client app is not configured for secret but secret hash was received"
	)
	auth := func(flow types.AuthFlowType, client, username, name, value string, hash *string) error {
		params := map[string]string{name: value}
		if name == "PASSWORD" {
			params["USERNAME"] = username
		}
		if hash != nil {
			params["SECRET_HASH"] = *hash
		}
		_, err := f.auth(flow, client, params)
		return err
	}
	tokens, err := f.auth(types.AuthFlowTypeUserPasswordAuth, "server", map[string]string{"USERNAME": email, "PASSWORD": password, "SECRET_HASH": hashOf(email, "server")})
	if err != nil {
		t.Fatal(err)
	}
	claims, _, err := f.verify(*tokens.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	sub := claims["sub"].(string)
	publicTokens := f.mustSignIn()
	const bob = "bob@example.com"
	for operation, row := range map[string]struct {
		username string // that the hash is over
		call     func(client string, hash *string) error
	}{
		"SignUp": {bob, func(client string, hash *string) error {
			_, err := f.client.SignUp(t.Context(), &cognito.SignUpInput{ClientId: &client, Username: new(bob), Password: new(password), SecretHash: hash})
			if taken := (*types.UsernameExistsException)(nil); errors.As(err, &taken) {
				return nil // past the hash
			}
			return err
		}},
		"ResendConfirmationCode": {"nobody@example.com", func(client string, hash *string) error {
			_, err := f.client.ResendConfirmationCode(t.Context(), &cognito.ResendConfirmationCodeInput{ClientId: &client, Username: new("nobody@example.com"), SecretHash: hash})
			return err
		}},
		"USER_PASSWORD_AUTH": {email, func(client string, hash *string) error {
			return auth(types.AuthFlowTypeUserPasswordAuth, client, email, "PASSWORD", password, hash)
		}},
		"REFRESH_TOKEN_AUTH": {sub, func(client string, hash *string) error {
			token := *tokens.RefreshToken
			if client == clientID {
				token = *publicTokens.RefreshToken
			}
			return auth(types.AuthFlowTypeRefreshTokenAuth, client, "", "REFRESH_TOKEN", token, hash)
		}},
	} {
		good := hashOf(row.username, "server")
		if err := row.call("server", &good); err != nil {
			t.Errorf("%s: the right hash: %v", operation, err)
		}
		if err := row.call(clientID, nil); err != nil {
			t.Errorf("%s: a public client without: %v", operation, err)
		}
		wantFault(t, row.call("server", nil), "NotAuthorizedException", absent)
		wantFault(t, row.call("server", new(hashOf("x", "server"))), "NotAuthorizedException", wrong)
		wantFault(t, row.call("server", new(hashOf(row.username, "x"))), "NotAuthorizedException", wrong)
		wantFault(t, row.call(clientID, &good), "InvalidParameterException", public)
	}
	_, err = f.client.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpInput{ClientId: new("server"), Username: new(bob), ConfirmationCode: new("1")})
	wantFault(t, err, "NotAuthorizedException", absent)
	revoke := func(client string, secret *string) error {
		_, err := f.client.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: &client, Token: tokens.RefreshToken, ClientSecret: secret})
		return err
	}
	wantFault(t, revoke("server", nil), "UnauthorizedException", "The client secret is not the app client's.")
	wantFault(t, revoke(clientID, new(secret)), "UnauthorizedException", "The client secret is not the app client's.")
	if err := revoke("server", new(secret)); err != nil {
		t.Error(err)
	}
}

// The token endpoint takes a secret by HTTP Basic or in the form, of the client
// that has it and no other.
func TestClientAuthentication(t *testing.T) {
	t.Parallel()
	f := openWith(t, machine(), confidential())
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
	}
	for rule, row := range map[string]struct {
		authorization string
		form          url.Values
		want          string // error; empty: a token
	}{
		"Basic":                       {basic("machine", secret), nil, ""},
		"Basic, percent-encoded":      {basic("machine", "secret%2Bof1the2server"), nil, ""},
		"Basic, and the id":           {basic("machine", secret), url.Values{"client_id": {"machine"}}, ""},
		"in the form":                 {"", url.Values{"client_id": {"machine"}, "client_secret": {secret}}, ""},
		"wrong secret":                {basic("machine", secret+"x"), nil, "invalid_client"},
		"plus is no blank":            {basic("machine", "secret of1the2server"), nil, "invalid_client"},
		"bad percent-encoding":        {basic("machine", secret+"%"), nil, "invalid_client"},
		"no Basic":                    {"Bearer x", url.Values{"client_id": {"machine"}, "client_secret": {secret}}, "invalid_client"},
		"another scheme":              {"Bearer" + strings.TrimPrefix(basic("machine", secret), "Basic"), nil, "invalid_client"},
		"base64 and more":             {basic("machine", secret) + "!", nil, "invalid_client"},
		"no base64":                   {"Basic machine:secret", nil, "invalid_client"},
		"no secret":                   {"", url.Values{"client_id": {"machine"}}, "invalid_client"},
		"empty secret":                {basic("machine", ""), nil, "invalid_client"},
		"empty, of a public client":   {basic(clientID, ""), nil, "invalid_client"},
		"another id in the form":      {basic("machine", secret), url.Values{"client_id": {"server"}}, "invalid_client"},
		"both ways":                   {basic("machine", secret), url.Values{"client_secret": {secret}}, "invalid_request"},
		"unknown client":              {basic("nobody", secret), nil, "invalid_client"},
		"secret of a public client":   {basic(clientID, secret), nil, "invalid_client"},
		"in the form, public client":  {"", url.Values{"client_id": {clientID}, "client_secret": {secret}}, "invalid_client"},
		"public client":               {"", url.Values{"client_id": {clientID}}, "unauthorized_client"},
		"client of another flow":      {basic("server", secret), nil, "unauthorized_client"},
		"scope that it does not have": {basic("machine", secret), url.Values{"scope": {"notes/read notes/erase"}}, "invalid_scope"},
		"identity scope":              {basic("machine", secret), url.Values{"scope": {"openid"}}, "invalid_scope"},
	} {
		form := url.Values{"grant_type": {"client_credentials"}}
		for name, values := range row.form {
			form[name] = values
		}
		header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		if row.authorization != "" {
			header.Set("Authorization", row.authorization)
		}
		status, body := f.do("POST", "/oauth2/token", header, strings.NewReader(form.Encode()))
		if row.want == "" && status != http.StatusOK || row.want != "" && (status != http.StatusBadRequest || body != `{"error":"`+row.want+`"}`) {
			t.Errorf("%s: got %d %s, want %q", rule, status, body, row.want)
		}
	}
}

// A client credentials token names no user and gives no refresh token.
func TestMachineToken(t *testing.T) {
	t.Parallel()
	f := openWith(t, machine())
	for scope, want := range map[string]string{"": "notes/read notes/write", "notes/read": "notes/read"} {
		status, got := f.token("grant_type", "client_credentials", "client_id", "machine", "client_secret", secret, "scope", scope)
		if status != http.StatusOK || got.RefreshToken != "" || got.IDToken != "" || got.TokenType != "Bearer" || got.ExpiresIn != 7200 {
			t.Fatalf("got %d %+v, want an access token alone, for two hours", status, got)
		}
		claims, _, err := f.verify(got.AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		now := float64(f.clock.Now().Unix())
		if diff := cmp.Diff(jwt.MapClaims{
			"sub": "machine", "client_id": "machine", "iss": f.Issuer(), "token_use": "access", "scope": want, "version": 2.0,
			"auth_time": now, "iat": now, "exp": now + 7200, "jti": claims["jti"],
		}, claims); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		wantFault(t, f.getUser(got.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
	}
}
