package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/security"

	"github.com/notegate/notegate/infra/interop"
)

// amplifyPage serves a page with aws-amplify over TLS, for the settings that are
// written later.
func amplifyPage(t *testing.T, settings *map[string]string) *httptest.Server {
	t.Helper()
	script := interop.AmplifyPage(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			text, _ := json.Marshal(*settings)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><script>window.settings = %s</script><script src="/app.js"></script>`, text)
		case "/app.js":
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			io.WriteString(w, script)
		default:
			http.NotFound(w, r)
		}
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of a browser that does not trust it yet
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// A page with Amplify, at an address of its own, signs in by its default flow and
// by the hosted login, all over TLS, and calls the API.
func TestAmplifyInABrowser(t *testing.T) {
	t.Parallel()
	settings := map[string]string{}
	page := amplifyPage(t, &settings)
	file := clientsFile(t, `{"ClientId": "webapp", "ClientName": "Web", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
		"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
		"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
		"CallbackURLs": ["`+page.URL+`/"], "LogoutURLs": ["`+page.URL+`/"]}`)
	s := start(t, t.TempDir(), "TLS=on", file, "CLIENT_IDS=webapp", "ALLOWED_ORIGIN="+page.URL)
	for name, value := range map[string]string{"pool": s.Pool, "poolId": "local_notegate", "clientId": "webapp", "api": s.API, "page": page.URL + "/"} {
		settings[name] = value
	}
	app := *s
	app.Page = page.URL
	w := app.window(t)
	call(w, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
	w.open(page.URL + "/")
	w.until(`window.app.signIn`)

	if got := eval[string](w, `app.signIn("demo@example.com", "Notegate-1")`); got != "DONE" {
		t.Fatalf("signIn: got %s", got)
	}
	sub := eval[string](w, `app.user()`)
	first := eval[string](w, `app.token()`)
	second := eval[string](w, `app.refresh()`)
	third := eval[string](w, `app.refresh()`) // with the refresh token that came instead of the first
	for name, token := range map[string]string{"sign-in": first, "refresh": second, "second refresh": third} {
		if claims(t, token).Sub != sub {
			t.Errorf("%s: the token is of %s, want %s", name, claims(t, token).Sub, sub)
		}
	}
	if first == second || second == third {
		t.Error("a refresh gave the same token again")
	}
	if got := strings.TrimSpace(eval[string](w, `app.notes()`)); got != `{"notes":[]}` {
		t.Errorf("notes: got %s", got)
	}
	eval[bool](w, `app.signOut().then(() => true)`)
	if got := eval[string](w, `app.token()`); got != "" {
		t.Errorf("signed out: there still is a token")
	}

	eval[bool](w, `(app.redirect(), true)`)
	w.write("[name=email]", "demo@example.com")
	w.write("[name=password]", "Notegate-1")
	w.click("form > button")
	w.until(`window.events.includes("signInWithRedirect")`)
	if got := claims(t, eval[string](w, `app.token()`)).Sub; got != sub {
		t.Errorf("signInWithRedirect: the token is of %s, want %s", got, sub)
	}
	if claims(t, eval[string](w, `app.refresh()`)).Sub != sub || strings.TrimSpace(eval[string](w, `app.notes()`)) != `{"notes":[]}` {
		t.Error("the tokens of the hosted login do not open the API")
	}
	eval[bool](w, `(window.before = true, app.signOut(), true)`)
	w.until(`!window.before && window.app && location.href === window.settings.page`) // over the pool's /logout
	if got := eval[string](w, `app.token()`); got != "" {
		t.Error("signed out at the hosted login: there still is a token")
	}
	eval[bool](w, `(app.redirect(), true)`)
	w.sees("h1", "Sign in") // the login has forgotten the browser, too
	s.keepsSecrets(t)
}
