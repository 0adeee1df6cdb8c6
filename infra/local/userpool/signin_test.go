package userpool_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestTokens(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	for _, group := range []string{"writers", "admins"} {
		if err := f.addToGroup(poolID, email, group); err != nil {
			t.Fatal(err)
		}
	}
	tokens := f.mustSignIn()
	if tokens.ExpiresIn != 3600 || aws.ToString(tokens.TokenType) != "Bearer" {
		t.Errorf("got %d %s, want 3600 Bearer", tokens.ExpiresIn, aws.ToString(tokens.TokenType))
	}

	access, accessToken, err := f.verify(*tokens.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	id, idToken, err := f.verify(*tokens.IdToken)
	if err != nil {
		t.Fatal(err)
	}
	if accessToken.Header["kid"] == idToken.Header["kid"] {
		t.Error("one key signed both tokens")
	}
	for _, token := range []*jwt.Token{accessToken, idToken} {
		kid, _ := token.Header["kid"].(string)
		if diff := cmp.Diff(map[string]any{"alg": "RS256", "kid": kid}, token.Header); diff != "" || len(kid) != 44 || kid[43] != '=' {
			t.Errorf("header: kid %q, (-want +got):\n%s", kid, diff)
		}
	}
	sub := access["sub"]
	for _, claim := range []string{"sub", "origin_jti", "event_id", "jti"} {
		if s, _ := access[claim].(string); !uuid.MatchString(s) {
			t.Errorf("access token %s: got %q, want a UUID", claim, s)
		}
	}
	if access["jti"] == id["jti"] {
		t.Error("both tokens have one jti")
	}
	now := float64(f.clock.Now().Unix())
	want := jwt.MapClaims{
		"sub": sub, "iss": f.Issuer(), "client_id": clientID, "origin_jti": access["origin_jti"], "event_id": access["event_id"],
		"token_use": "access", "scope": "aws.cognito.signin.user.admin", "auth_time": now, "exp": now + 3600, "iat": now,
		"jti": access["jti"], "username": sub, "cognito:groups": []any{"admins", "writers"},
	}
	if diff := cmp.Diff(want, access); diff != "" {
		t.Errorf("access token (-want +got):\n%s", diff)
	}
	want = jwt.MapClaims{
		"sub": sub, "aud": clientID, "iss": f.Issuer(), "token_use": "id", "cognito:username": sub, "auth_time": now, "exp": now + 3600,
		"iat": now, "jti": id["jti"], "origin_jti": access["origin_jti"], "event_id": access["event_id"], "email": email,
		"email_verified": true, "cognito:groups": []any{"admins", "writers"},
	}
	if diff := cmp.Diff(want, id); diff != "" {
		t.Errorf("ID token (-want +got):\n%s", diff)
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens := f.mustSignIn()
	before, _, err := f.verify(*tokens.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	f.clock.Forward(10 * time.Minute)

	for _, flow := range []types.AuthFlowType{types.AuthFlowTypeRefreshTokenAuth, types.AuthFlowTypeRefreshToken} {
		fresh, err := f.auth(flow, clientID, map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken})
		if err != nil {
			t.Fatal(err)
		}
		if fresh.RefreshToken != nil {
			t.Errorf("%s: a new refresh token", flow)
		}
		after, _, err := f.verify(*fresh.AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		for _, kept := range []string{"sub", "origin_jti", "auth_time"} {
			if before[kept] != after[kept] {
				t.Errorf("%s: %s: got %v, want %v", flow, kept, after[kept], before[kept])
			}
		}
		if before["jti"] == after["jti"] || after["iat"] != before["iat"].(float64)+600 {
			t.Errorf("%s: jti or iat is not new", flow)
		}
	}

	const invalid = "Invalid Refresh Token."
	tampered := []byte(*tokens.RefreshToken)
	tampered[120] ^= 1
	_, err = f.refresh(string(tampered))
	wantFault(t, err, "NotAuthorizedException", invalid)
	_, err = f.refresh("nonsense")
	wantFault(t, err, "NotAuthorizedException", invalid)
	_, err = f.auth(types.AuthFlowTypeRefreshTokenAuth, "other", map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken})
	wantFault(t, err, "NotAuthorizedException", invalid)

	f.clock.Forward(30*24*time.Hour - 10*time.Minute - time.Second)
	if _, err := f.refresh(*tokens.RefreshToken); err != nil {
		t.Errorf("a second before 30 days: %v", err)
	}
	f.clock.Forward(time.Second)
	_, err = f.refresh(*tokens.RefreshToken)
	wantFault(t, err, "NotAuthorizedException", "Refresh Token has expired")
	f.reopen()
	_, err = f.refresh(*tokens.RefreshToken)
	wantFault(t, err, "NotAuthorizedException", invalid) // ended sessions are dropped
}

func TestSignInRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	f.mustSignIn()
	credentials := func(user, pass string) map[string]string {
		return map[string]string{"USERNAME": user, "PASSWORD": pass}
	}

	for name, row := range map[string]struct {
		flow          types.AuthFlowType
		client        string
		params        map[string]string
		code, message string
	}{
		"wrong password": {"USER_PASSWORD_AUTH", clientID, credentials(email, "Wrong-Horse-9"), "NotAuthorizedException", "Incorrect username or password."},
		"unknown user":   {"USER_PASSWORD_AUTH", clientID, credentials("nobody@example.com", password), "NotAuthorizedException", "Incorrect username or password."},
		"no password":    {"USER_PASSWORD_AUTH", clientID, credentials(email, ""), "InvalidParameterException", "Missing required parameter PASSWORD"},
		"no user":        {"USER_PASSWORD_AUTH", clientID, credentials("", password), "InvalidParameterException", "Missing required parameter USERNAME"},
		"name of 129 characters": {"USER_PASSWORD_AUTH", clientID, credentials(strings.Repeat("é", 129), password), "InvalidParameterException",
			"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128"},
		"name of 128 characters": {"USER_PASSWORD_AUTH", clientID, credentials(strings.Repeat("é", 128), password), "NotAuthorizedException", "Incorrect username or password."},
		"no token":               {"REFRESH_TOKEN_AUTH", clientID, nil, "InvalidParameterException", "Missing required parameter REFRESH_TOKEN"},
		"unknown client":         {"USER_PASSWORD_AUTH", "nobody", credentials(email, password), "ResourceNotFoundException", "User pool client nobody does not exist."},
		"flow not allowed to this client": {"USER_PASSWORD_AUTH", "other", credentials(email, password), "InvalidParameterException",
			"USER_PASSWORD_AUTH flow not enabled for this client"},
		"client of no flows": {"REFRESH_TOKEN_AUTH", "closed", map[string]string{"REFRESH_TOKEN": "x"}, "InvalidParameterException",
			"REFRESH_TOKEN_AUTH flow not enabled for this client"},
		"SRP not allowed to this client": {"USER_SRP_AUTH", "other", credentials(email, password), "InvalidParameterException", "USER_SRP_AUTH is not enabled for the client."},
		"flow not built":                 {"CUSTOM_AUTH", clientID, credentials(email, password), "InvalidParameterException", "CUSTOM_AUTH flow not enabled for this client"},
		"an administrator's flow":        {"ADMIN_USER_PASSWORD_AUTH", clientID, credentials(email, password), "InvalidParameterException", "Initiate Auth method not supported."},
	} {
		_, err := f.auth(row.flow, row.client, row.params)
		t.Run(name, func(t *testing.T) { wantFault(t, err, row.code, row.message) })
	}
}

func TestLockout(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	for _, name := range []string{email, "nobody@example.com"} {
		t.Run(name, func(t *testing.T) {
			guess := func(message string) {
				t.Helper()
				_, err := f.signIn(name, "Wrong-Horse-9")
				wantFault(t, err, "NotAuthorizedException", message)
			}
			for range 5 {
				guess("Incorrect username or password.")
			}
			guess("Password attempts exceeded")
			f.clock.Forward(time.Second)
			guess("Incorrect username or password.") // the sixth locks for two seconds
			f.clock.Forward(time.Second)
			guess("Password attempts exceeded")
			f.clock.Forward(time.Second)
			if name == email {
				f.mustSignIn() // which forgets the failures
				guess("Incorrect username or password.")
				guess("Incorrect username or password.")
			}
		})
	}
	t.Run("the right password does not open a lock", func(t *testing.T) {
		for range 5 {
			_, _ = f.signIn(email, "Wrong-Horse-9")
		}
		_, err := f.signIn(email, password)
		wantFault(t, err, "NotAuthorizedException", "Password attempts exceeded")
	})
	t.Run("a quarter of an hour forgets", func(t *testing.T) {
		f.clock.Forward(15 * time.Minute)
		for range 2 {
			_, err := f.signIn(email, "Wrong-Horse-9")
			wantFault(t, err, "NotAuthorizedException", "Incorrect username or password.")
		}
		f.mustSignIn()
	})
}

func TestRevokeToken(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens, others := f.mustSignIn(), f.mustSignIn()
	revoke := func(client, token string) error {
		_, err := f.client.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: &client, Token: &token})
		return err
	}

	err := revoke(clientID, *tokens.AccessToken)
	if typed := (*types.UnsupportedTokenTypeException)(nil); !errors.As(err, &typed) {
		t.Errorf("access token: got %v, want UnsupportedTokenTypeException", err)
	}
	if err := revoke("other", *tokens.RefreshToken); err != nil {
		t.Error(err)
	}
	if err := f.getUser(*tokens.AccessToken); err != nil {
		t.Errorf("another client's revocation took effect: %v", err)
	}

	if err := revoke(clientID, *tokens.RefreshToken); err != nil {
		t.Fatal(err)
	}
	_, err = f.refresh(*tokens.RefreshToken)
	wantFault(t, err, "NotAuthorizedException", "Refresh Token has been revoked")
	wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
	if _, _, err := f.verify(*tokens.AccessToken); err != nil {
		t.Errorf("the signature of a revoked token: %v", err)
	}
	if err := f.getUser(*others.AccessToken); err != nil {
		t.Errorf("another session: %v", err)
	}
	if err := revoke(clientID, "unknown"); err != nil {
		t.Errorf("unknown token: %v", err)
	}
}

func TestGlobalSignOut(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if err := f.EnsureUser("bob@example.com", password); err != nil {
		t.Fatal(err)
	}
	one, two := f.mustSignIn(), f.mustSignIn()
	bob, err := f.signIn("bob@example.com", password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.client.GlobalSignOut(t.Context(), &cognito.GlobalSignOutInput{AccessToken: one.AccessToken}); err != nil {
		t.Fatal(err)
	}
	for _, tokens := range []*types.AuthenticationResultType{one, two} {
		wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
		_, err := f.refresh(*tokens.RefreshToken)
		wantFault(t, err, "NotAuthorizedException", "Refresh Token has been revoked")
	}
	if err := f.getUser(*bob.AccessToken); err != nil {
		t.Errorf("another user: %v", err)
	}
	if err := f.getUser(*f.mustSignIn().AccessToken); err != nil {
		t.Errorf("a later sign-in: %v", err)
	}
}

func TestGetUserRefuses(t *testing.T) {
	t.Parallel()
	f, foreign := open(t), open(t)
	f.user()
	foreign.user()
	tokens := f.mustSignIn()
	if err := f.getUser(*tokens.AccessToken); err != nil {
		t.Fatal(err)
	}
	cut := len(*tokens.AccessToken) - 10
	tampered := (*tokens.AccessToken)[:cut] + "AAAAAAAAAA"
	for name, token := range map[string]string{
		"ID token": *tokens.IdToken, "tampered": tampered, "foreign pool": *foreign.mustSignIn().AccessToken, "nonsense": "nonsense",
	} {
		err := f.getUser(token)
		t.Run(name, func(t *testing.T) { wantFault(t, err, "NotAuthorizedException", "Invalid Access Token") })
	}
	f.clock.Forward(time.Hour)
	wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Access Token has expired")
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens := f.mustSignIn()
	change := func(from, to string) error {
		_, err := f.client.ChangePassword(t.Context(), &cognito.ChangePasswordInput{
			AccessToken: tokens.AccessToken, PreviousPassword: &from, ProposedPassword: &to,
		})
		return err
	}
	wantFault(t, change("Wrong-Horse-9", "Battery-Staple-8"), "NotAuthorizedException", "Incorrect username or password.")
	wantFault(t, change(password, "Battery-Staple"), "InvalidPasswordException", "Password did not conform with policy: Password must have numeric characters")
	if err := change(password, "Battery-Staple-8"); err != nil {
		t.Fatal(err)
	}
	_, err := f.signIn(email, password)
	wantFault(t, err, "NotAuthorizedException", "Incorrect username or password.")
	if _, err := f.signIn(email, "Battery-Staple-8"); err != nil {
		t.Fatal(err)
	}
}
