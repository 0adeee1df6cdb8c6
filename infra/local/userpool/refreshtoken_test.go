package userpool_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/notegate/notegate/infra/local/userpool"
)

// rotating is an app client of the fixture whose refresh tokens are good once,
// with a grace of ten seconds.
const rotating = "rotating"

func rotatingClient() userpool.Client {
	c := userpool.Client{ID: rotating, Name: "rotating app", AuthFlows: []string{userpool.AllowUserPassword}}
	c.RefreshTokenRotation.Feature, c.RefreshTokenRotation.RetryGracePeriodSeconds = "ENABLED", 10
	return c
}

func (f *fixture) getTokens(client, token string) (*types.AuthenticationResultType, error) {
	out, err := f.client.GetTokensFromRefreshToken(f.t.Context(), &cognito.GetTokensFromRefreshTokenInput{ClientId: &client, RefreshToken: &token})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// rotatingSignIn returns the first refresh token of a session that rotates.
func (f *fixture) rotatingSignIn() *types.AuthenticationResultType {
	f.t.Helper()
	f.user()
	tokens, err := f.auth(types.AuthFlowTypeUserPasswordAuth, rotating, map[string]string{"USERNAME": email, "PASSWORD": password})
	if err != nil {
		f.t.Fatal(err)
	}
	return tokens
}

func (f *fixture) rotate1(token string) string {
	f.t.Helper()
	tokens, err := f.getTokens(rotating, token)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.getUser(*tokens.AccessToken); err != nil {
		f.t.Fatal(err)
	}
	return *tokens.RefreshToken
}

const (
	reused  = "The refresh token was replaced by another already."
	revoked = "Refresh Token has been revoked"
)

func TestGetTokensWithoutRotation(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	first := f.mustSignIn()
	before, _, err := f.verify(*first.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		tokens, err := f.getTokens(clientID, *first.RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		if tokens.RefreshToken != nil || *tokens.AccessToken == *first.AccessToken || tokens.IdToken == nil || tokens.ExpiresIn != 3600 {
			t.Errorf("got %+v, want new access and ID tokens alone", tokens)
		}
		after, _, err := f.verify(*tokens.AccessToken)
		if err != nil || after["origin_jti"] != before["origin_jti"] {
			t.Errorf("got %v, %v, want origin_jti %v", after, err, before["origin_jti"])
		}
	}
	for rule, row := range map[string]struct{ client, token, code, message string }{
		"unknown client": {"nobody", *first.RefreshToken, "ResourceNotFoundException", "User pool client nobody does not exist."},
		"another client": {"other", *first.RefreshToken, "NotAuthorizedException", "Invalid Refresh Token."},
		"access token":   {clientID, *first.AccessToken, "NotAuthorizedException", "Invalid Refresh Token."},
		"no token": {clientID, "", "InvalidParameterException",
			"1 validation error detected: Value null at 'refreshToken' failed to satisfy constraint: Member must not be null"},
	} {
		_, err := f.getTokens(row.client, row.token)
		t.Run(rule, func(t *testing.T) { wantFault(t, err, row.code, row.message) })
	}
}

func TestRefreshTokenRotation(t *testing.T) {
	t.Parallel()
	f := open(t)
	first := *f.rotatingSignIn().RefreshToken
	second := f.rotate1(first)
	if again := f.rotate1(first); second == first || again != second {
		t.Error("want a new token, and the same again for an answer that got lost")
	}
	third := f.rotate1(second)
	if again := f.rotate1(first); again != third {
		t.Error("the first token, within its grace, is not answered by the newest")
	}
	f.clock.Forward(10*time.Second - 1)
	f.rotate1(second)
	f.clock.Forward(1)
	for _, old := range []string{first, second} {
		_, err := f.getTokens(rotating, old)
		wantFault(t, err, "RefreshTokenReuseException", reused)
	}
	f.reopen()
	_, err := f.getTokens(rotating, first)
	wantFault(t, err, "RefreshTokenReuseException", reused)
	fourth := f.rotate1(third)

	f.clock.Forward(2 * time.Minute) // by then nothing is kept of the replaced ones
	fifth := f.rotate1(fourth)
	for _, old := range []string{first, second, third} {
		_, err := f.getTokens(rotating, old)
		wantFault(t, err, "RefreshTokenReuseException", reused)
	}
	f.clock.Forward(30*24*time.Hour - 2*time.Minute - 10*time.Second - time.Second)
	sixth := f.rotate1(fifth)
	f.clock.Forward(time.Second) // the first one's thirty days are over
	_, err = f.getTokens(rotating, sixth)
	wantFault(t, err, "NotAuthorizedException", "Refresh Token has expired")
}

// Before its first rotation a session has no key of which a later token's MAC could
// be made, and the empty key is none.
func TestForgedTokenOfNoChain(t *testing.T) {
	t.Parallel()
	f := open(t)
	first := *f.rotatingSignIn().RefreshToken
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		t.Fatal(err)
	}
	named := append(raw[:len(raw)-32:len(raw)-32], 0, 0, 0, 0)
	mac := hmac.New(sha256.New, nil)
	mac.Write(named)
	_, err = f.getTokens(rotating, base64.RawURLEncoding.EncodeToString(mac.Sum(named)))
	wantFault(t, err, "NotAuthorizedException", "Invalid Refresh Token.")
	f.rotate1(first)
}

// The tokens of a confidential client need its secret, however they are renewed.
func TestTokensNeedTheSecret(t *testing.T) {
	t.Parallel()
	f := openWith(t, confidential())
	signedIn, err := f.auth(types.AuthFlowTypeUserPasswordAuth, "server", map[string]string{"USERNAME": email, "PASSWORD": password, "SECRET_HASH": hashOf(email, "server")})
	if err != nil {
		t.Fatal(err)
	}
	in := cognito.GetTokensFromRefreshTokenInput{ClientId: new("server"), ClientSecret: new(secret), RefreshToken: signedIn.RefreshToken}
	if _, err := f.client.GetTokensFromRefreshToken(t.Context(), &in); err != nil {
		t.Fatal(err)
	}
	for rule, wrong := range map[string]*string{"none": nil, "another": new(secret + "x")} {
		in.ClientSecret = wrong
		_, err := f.client.GetTokensFromRefreshToken(t.Context(), &in)
		var fault *types.NotAuthorizedException
		if !errors.As(err, &fault) {
			t.Errorf("%s: got %v, want NotAuthorizedException", rule, err)
		}
	}
}

// Each row changes one thing of a token that is good.
func TestForgedRotatedToken(t *testing.T) {
	t.Parallel()
	f := open(t)
	newest := f.rotate1(*f.rotatingSignIn().RefreshToken)
	change := func(at int, by byte) string {
		raw, err := base64.RawURLEncoding.DecodeString(newest)
		if err != nil {
			t.Fatal(err)
		}
		raw[at] ^= by
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	for rule, token := range map[string]string{
		"first number": change(76, 1), "later number": change(76, 3), "another MAC": change(100, 1), "cut": newest[:len(newest)-4], "no number": newest[:100], "longer": newest + "AAAA",
	} {
		_, err := f.getTokens(rotating, token)
		t.Run(rule, func(t *testing.T) { wantFault(t, err, "NotAuthorizedException", "Invalid Refresh Token.") })
	}
	_, err := f.getTokens(clientID, newest)
	wantFault(t, err, "NotAuthorizedException", "Invalid Refresh Token.")
	f.rotate1(newest)
}

// Signing out ends all tokens of a session, whichever of them is shown.
func TestSignOutOfRotatedSessions(t *testing.T) {
	t.Parallel()
	f := open(t)
	for rule, end := range map[string]func(first, newest, access string) error{
		"RevokeToken of the newest": func(_, newest, _ string) error {
			_, err := f.client.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: new(rotating), Token: &newest})
			return err
		},
		"RevokeToken of a replaced one": func(first, _, _ string) error {
			_, err := f.client.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: new(rotating), Token: &first})
			return err
		},
		"GlobalSignOut": func(_, _, access string) error {
			_, err := f.client.GlobalSignOut(t.Context(), &cognito.GlobalSignOutInput{AccessToken: &access})
			return err
		},
	} {
		tokens := f.rotatingSignIn()
		first, access := *tokens.RefreshToken, *tokens.AccessToken
		newest := f.rotate1(first)
		if err := end(first, newest, access); err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{first, newest} {
			_, err := f.getTokens(rotating, token)
			t.Run(rule, func(t *testing.T) { wantFault(t, err, "NotAuthorizedException", revoked) })
		}
		wantFault(t, f.getUser(access), "NotAuthorizedException", "Access Token has been revoked")
	}
}

func TestRotationAtTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	f := open(t)
	first := *f.rotatingSignIn().RefreshToken
	refresh := func(token string) (int, granted) {
		return f.token("grant_type", "refresh_token", "client_id", rotating, "refresh_token", token)
	}
	status, second := refresh(first)
	if status != http.StatusOK || second.RefreshToken == "" || second.RefreshToken == first {
		t.Fatalf("got %d %+v, want a new refresh token", status, second)
	}
	f.clock.Forward(10 * time.Second)
	if status, got := refresh(first); status != http.StatusBadRequest || got.Error != "invalid_grant" {
		t.Errorf("a replaced token: got %d %s", status, got.Error)
	}
	if status, got := refresh(second.RefreshToken); status != http.StatusOK {
		t.Errorf("the newest token: got %d %s", status, got.Error)
	}
}

func TestRotationNeedsItsOwnFlow(t *testing.T) {
	t.Parallel()
	f := open(t)
	tokens := f.rotatingSignIn()
	_, err := f.auth(types.AuthFlowTypeRefreshTokenAuth, rotating, map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken})
	wantFault(t, err, "InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client")
	f.rotate1(*tokens.RefreshToken)
}
