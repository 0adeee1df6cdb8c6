package userpool_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/notegate/notegate/infra/local/userpool"
)

// A temporary password opens the page to choose another, and nothing else.
func TestNewPasswordPage(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.createUser(&cognito.AdminCreateUserInput{TemporaryPassword: new("Temporary-Horse-1")}); err != nil {
		t.Fatal(err)
	}
	v := f.visit()
	page := v.post(v.get(authorizeURL()), "email", bob, "password", "Temporary-Horse-1")
	if page.path != "/newpassword" || !strings.Contains(page.body, "At least 8 characters, with a capital letter, a small letter, a digit and a symbol.") {
		t.Fatalf("got %s: %s", page.path, page.body)
	}
	if got := v.answer(v.get(authorizeURL("prompt", "none"))); got.Get("error") != "interaction_required" {
		t.Errorf("silently: got %v, want interaction_required", got)
	}
	weak := v.post(page, "password", "weak")
	if weak.status != http.StatusBadRequest || !strings.Contains(weak.body, "The password still needs more characters") {
		t.Errorf("weak password: got %d %s", weak.status, weak.body)
	}
	if got := v.answer(v.post(page, "password", password)); got.Get("code") == "" {
		t.Errorf("got %v, want a code", got)
	}
	if again := v.post(page, "password", "Another-Horse-9"); again.status != http.StatusBadRequest {
		t.Errorf("a second time: got %d to %q, want a refusal", again.status, again.location)
	}
	if _, err := f.signIn(bob, password); err != nil {
		t.Error(err)
	}
}

// A temporary password that has expired opens nothing.
func TestExpiredPasswordPage(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.createUser(&cognito.AdminCreateUserInput{TemporaryPassword: new("Temporary-Horse-1")}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		later  time.Duration
		path   string
		status int
	}{{7*24*time.Hour - time.Second, "/newpassword", http.StatusOK}, {time.Second, "/login", http.StatusBadRequest}} {
		f.clock.Forward(row.later)
		v := f.visit()
		got := v.post(v.get(authorizeURL()), "email", bob, "password", "Temporary-Horse-1")
		if got.path != row.path || got.status != row.status {
			t.Errorf("%s later: got %d of %s, want %d of %s", row.later, got.status, got.path, row.status, row.path)
		}
	}
}

// A temporary password that an administrator sets ends the browser's session: who
// sits there must prove it.
func TestTemporaryPasswordEndsBrowserSessions(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	v.authorize()
	if _, err := f.client.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool(), Username: new(email), Password: new("Temporary-Horse-1")}); err != nil {
		t.Fatal(err)
	}
	if page := v.get(authorizeURL()); page.path != "/login" {
		t.Errorf("got %s to %q, want the login page", page.path, page.location)
	}
}

// A browser's session is worth as much as its user.
func TestBrowserSessionOfNobody(t *testing.T) {
	t.Parallel()
	for rule, act := range map[string]func(*fixture) error{
		"disabled": func(f *fixture) error {
			_, err := f.client.AdminDisableUser(f.t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool(), Username: new(email)})
			return err
		},
		"deleted": func(f *fixture) error {
			_, err := f.client.AdminDeleteUser(f.t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool(), Username: new(email)})
			return err
		},
	} {
		f := open(t)
		f.user()
		v := f.visit()
		code := v.authorize().Get("code")
		if err := act(f); err != nil {
			t.Fatal(err)
		}
		if got := v.answer(v.get(authorizeURL("prompt", "none"))); got.Get("error") != "login_required" {
			t.Errorf("%s, silently: got %v, want login_required", rule, got)
		}
		page := v.get(authorizeURL())
		if page.path != "/login" {
			t.Errorf("%s: got %s to %q, want the login page", rule, page.path, page.location)
		}
		if again := v.post(page, "email", email, "password", password); again.status != http.StatusBadRequest {
			t.Errorf("%s: signing in again: got %d to %q, want a refusal", rule, again.status, again.location)
		}
		if status, got := f.redeem(code); status != http.StatusBadRequest || got.Error != "invalid_grant" {
			t.Errorf("%s: the code of before: got %d %+v, want invalid_grant", rule, status, got)
		}
	}
}

// A client with a secret may leave PKCE out; one that uses it is held to it.
func TestCodeOfAConfidentialClient(t *testing.T) {
	t.Parallel()
	f := openWith(t, confidential())
	v := f.visit()
	without := []string{"client_id", "server", "code_challenge", "", "code_challenge_method", "", "nonce", ""}
	redeem := func(code string, fields ...string) (int, granted) {
		return f.token(append([]string{"grant_type", "authorization_code", "client_id", "server", "redirect_uri", callback, "code", code}, fields...)...)
	}
	for rule, row := range map[string]struct {
		authorize, redeem []string
		want              string // error
	}{
		"without PKCE":          {without, []string{"client_secret", secret}, ""},
		"with PKCE":             {without[:2], []string{"client_secret", secret, "code_verifier", verifier}, ""},
		"no secret":             {without, nil, "invalid_client"},
		"verifier, no secret":   {without[:2], []string{"code_verifier", verifier}, "invalid_client"},
		"verifier left out":     {without[:2], []string{"client_secret", secret}, "invalid_grant"},
		"wrong verifier":        {without[:2], []string{"client_secret", secret, "code_verifier", verifier + "x"}, "invalid_grant"},
		"verifier of no PKCE":   {without, []string{"client_secret", secret, "code_verifier", verifier}, "invalid_grant"},
		"secret of a wrong one": {without, []string{"client_secret", secret + "x"}, "invalid_client"},
	} {
		code := v.authorize(row.authorize...).Get("code")
		status, got := redeem(code, row.redeem...)
		if got.Error != row.want || (status == http.StatusOK) != (row.want == "") {
			t.Errorf("%s: got %d %+v, want %q", rule, status, got, row.want)
		}
	}
	if got := v.answer(v.get(authorizeURL("code_challenge", "", "code_challenge_method", ""))); got.Get("error") != "invalid_request" {
		t.Errorf("a public client without PKCE: got %v, want invalid_request", got)
	}
	if got := v.answer(v.get(authorizeURL("client_id", "server", "code_challenge_method", "plain"))); got.Get("error") != "invalid_request" {
		t.Errorf("another method: got %v, want invalid_request", got)
	}

	code := v.authorize(without...).Get("code")
	_, got := redeem(code, "client_secret", secret)
	status, fresh := f.token("grant_type", "refresh_token", "client_id", "server", "refresh_token", got.RefreshToken)
	if fresh.Error != "invalid_client" {
		t.Errorf("refresh without the secret: got %d %+v, want invalid_client", status, fresh)
	}
	if status, fresh := f.token("grant_type", "refresh_token", "client_id", "server", "client_secret", secret, "refresh_token", got.RefreshToken); status != http.StatusOK || fresh.AccessToken == "" {
		t.Errorf("refresh: got %d %+v, want a token", status, fresh)
	}
}

// Without the flow code among its own a client gets no code.
func TestClientWithoutTheCodeFlow(t *testing.T) {
	t.Parallel()
	for rule, change := range map[string]func(*userpool.Client){
		"no OAuth":     func(c *userpool.Client) { c.OAuth = false },
		"no such flow": func(c *userpool.Client) { c.OAuth, c.OAuthFlows = false, nil },
	} {
		c := confidential()
		c.Secret = ""
		change(&c)
		f := openWith(t, c)
		if got := f.visit().answer(f.visit().get(authorizeURL("client_id", "server"))); got.Get("error") != "unauthorized_client" {
			t.Errorf("%s: got %v, want unauthorized_client", rule, got)
		}
	}
}
