package userpool_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuthorizeAnswersTheApp(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tests := []struct {
		rule, name, value string
		want              string // error; empty: a code
		says              string // in error_description
	}{
		{"good", "", "", "", ""},
		{"no scope is all of the client's", "scope", "", "", ""},
		{"custom scope", "scope", "openid notes/read", "", ""},
		{"implicit grant", "response_type", "token", "unauthorized_client", "use response_type=code with PKCE"},
		{"no response type", "response_type", "", "unsupported_response_type", "not code"},
		{"another response type", "response_type", "id_token", "unsupported_response_type", "not code"},
		{"no PKCE", "code_challenge", "", "invalid_request", "PKCE is required"},
		{"plain PKCE", "code_challenge_method", "plain", "invalid_request", "PKCE is required"},
		{"PKCE method left out is plain", "code_challenge_method", "", "invalid_request", "PKCE is required"},
		{"short challenge", "code_challenge", "abc", "invalid_request", "43 characters"},
		{"foreign scope", "scope", "openid notes/admin", "invalid_scope", "The app client allows openid email"},
		{"email without openid", "scope", "email", "invalid_scope", "only together with openid"},
		{"silently", "prompt", "none", "", ""},
		{"other providers' prompts", "prompt", "select_account consent", "", ""},
		{"silently and with a form", "prompt", "none login", "invalid_request", "none, alone"},
		{"unknown prompt", "prompt", "Login", "invalid_request", "none, alone"},
		{"the pool as the provider", "identity_provider", "COGNITO", "", ""},
		{"the pool by its identifier", "idp_identifier", "COGNITO", "", ""},
		{"another provider", "identity_provider", "Google", "invalid_request", "leave identity_provider out"},
		{"another provider's identifier", "idp_identifier", "example.com", "invalid_request", "leave idp_identifier out"},
	}
	signedIn := f.visit()
	signedIn.authorize()
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			fields := []string{}
			if tt.name != "" {
				fields = []string{tt.name, tt.value}
			}
			got := signedIn.answer(signedIn.get(authorizeURL(fields...)))
			if got.Get("state") != "s-1" {
				t.Errorf("state: got %q, want s-1", got.Get("state"))
			}
			if got.Get("error") != tt.want || !strings.Contains(got.Get("error_description"), tt.says) {
				t.Errorf("got %s: %s, want %s: %s", got.Get("error"), got.Get("error_description"), tt.want, tt.says)
			}
			if (got.Get("code") != "") != (tt.want == "") {
				t.Errorf("code: got %q", got.Get("code"))
			}
		})
	}
}

// What nobody registered is answered here, and sent nowhere.
func TestAuthorizeRedirectsToRegisteredAddressesOnly(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	v.authorize()
	for rule, fields := range map[string][]string{
		"unknown client":           {"client_id", "nobody"},
		"no client":                {"client_id", ""},
		"no redirect URI":          {"redirect_uri", ""},
		"another host":             {"redirect_uri", "http://evil.example/"},
		"a longer path":            {"redirect_uri", callback + "x"},
		"without the slash":        {"redirect_uri", strings.TrimSuffix(callback, "/")},
		"with a query":             {"redirect_uri", callback + "?a=b"},
		"a list of callbacks":      {"redirect_uri", callback + " myapp://signed-in?from=pool"},
		"another client's address": {"client_id", "other"},
	} {
		for _, path := range []string{"/oauth2/authorize", "/login", "/signup", "/confirm"} {
			got := v.get(strings.Replace(authorizeURL(fields...), "/oauth2/authorize", path, 1))
			if got.status != http.StatusBadRequest || got.location != "" || !strings.Contains(got.body, `role="alert"`) {
				t.Errorf("%s at %s: got %d to %q, want a page with 400", rule, path, got.status, got.location)
			}
		}
	}
	if got := v.get(authorizeURL("redirect_uri", "myapp://signed-in?from=pool")).location; !strings.HasPrefix(got, "myapp://signed-in?from=pool&code=") {
		t.Errorf("a callback with a query: sent to %q", got)
	}
}

func TestBrowserSession(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	first := v.authorize().Get("code")
	if again := v.get(authorizeURL()); v.answer(again).Get("code") == first || again.path == "/login" {
		t.Error("a signed-in browser did not get another code at once")
	}
	f.clock.Forward(browserLifetime)
	if got := v.get(authorizeURL()); got.path != "/login" {
		t.Errorf("after an hour: got %s %q, want the login page", got.path, got.location)
	}

	v = f.visit()
	v.authorize()
	logout := "/logout?client_id=" + clientID + "&logout_uri="
	for rule, target := range map[string]string{
		"another host": "http://evil.example/", "no scheme": "//evil.example/", "a longer path": signedOut + "/x", "with a query": signedOut + "%3Fa=b", "a callback": callback, "none": "",
	} {
		if got := v.get(logout + target); got.status != http.StatusBadRequest || got.location != "" {
			t.Errorf("sign-out, %s: got %d to %q, want a page with 400", rule, got.status, got.location)
		}
	}
	if got := v.get(authorizeURL()); got.location == "" {
		t.Error("a refused sign-out ended the session")
	}
	pool, err := url.Parse(f.url)
	if err != nil {
		t.Fatal(err)
	}
	kept := v.http.Jar.Cookies(pool)
	if got := v.get(logout + signedOut); got.status != http.StatusFound || got.location != signedOut {
		t.Errorf("sign-out: got %d to %q", got.status, got.location)
	}
	v.http.Jar.SetCookies(pool, kept)
	if got := v.get(authorizeURL()); got.path != "/login" {
		t.Errorf("after sign-out, with the cookie kept: got %s, want the login page", got.path)
	}
}

// A sign-out with an authorize request's parameters is for somebody else to sign
// in.
func TestSignOutToSignInAgain(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	v.authorize()
	again := func(fields ...string) string {
		return strings.Replace(authorizeURL(fields...), "/oauth2/authorize", "/logout", 1)
	}
	for rule, target := range map[string]string{
		"another host": "http://evil.example/", "no scheme": "//evil.example/", "a longer path": callback + "x", "with a query": callback + "?a=b", "a sign-out URL": signedOut, "none": "",
	} {
		if got := v.get(again("redirect_uri", target)); got.status != http.StatusBadRequest || got.path != "/logout" || got.location != "" {
			t.Errorf("%s: got %d of %s to %q, want a page with 400", rule, got.status, got.path, got.location)
		}
	}
	if got := v.get(again("redirect_uri", "")); !strings.Contains(got.body, "The logout_uri is not") {
		t.Errorf("neither address: got %s, want the one that is missed named", got.body)
	}
	if got := v.get(again("client_id", "nobody")); got.status != http.StatusBadRequest || got.path != "/logout" {
		t.Errorf("unknown client: got %d of %s, want a page with 400", got.status, got.path)
	}
	if got := v.get(authorizeURL()); got.location == "" {
		t.Error("a refused sign-out ended the session")
	}
	page := v.get(again())
	if page.status != http.StatusOK || page.path != "/login" {
		t.Fatalf("got %d of %s, want the login page", page.status, page.path)
	}
	if got := v.get(authorizeURL()); got.path != "/login" {
		t.Errorf("after sign-out: got %s, want the login page", got.path)
	}
	if got := v.answer(v.post(page, "email", email, "password", password)); got.Get("code") == "" || got.Get("state") != "s-1" {
		t.Errorf("after another sign-in: got %v, want a code and the state", got)
	}
	if got := v.get(again("logout_uri", signedOut)); got.status != http.StatusFound || got.location != signedOut {
		t.Errorf("both addresses: got %d to %q, want the sign-out URL", got.status, got.location)
	}
}

// What a prompt asks for depends on who is signed in.
func TestPrompt(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	refused := func(want string) {
		t.Helper()
		if got := v.answer(v.get(authorizeURL("prompt", "none"))); got.Get("error") != want || got.Get("state") != "s-1" || got.Has("code") {
			t.Errorf("got %v, want %s alone, with the state", got, want)
		}
	}
	refused("login_required")
	v.post(v.get(strings.Replace(authorizeURL(), "/oauth2/authorize", "/signup", 1)), "email", "bob@example.com", "password", password)
	refused("interaction_required")
	v = f.visit()
	v.authorize()
	page := v.get(authorizeURL("prompt", "login"))
	if page.path != "/login" {
		t.Fatalf("signed in: got %s to %q, want the login page", page.path, page.location)
	}
	if got := v.answer(v.post(page, "email", email, "password", password)); got.Get("code") == "" {
		t.Errorf("after the form: got %v, want a code", got)
	}
	if got := v.answer(v.get(authorizeURL("prompt", "none"))); got.Get("code") == "" {
		t.Errorf("silently: got %v, want a code", got)
	}
}

func TestLoginPage(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	page := v.get(authorizeURL("login_hint", `"><script>alert(1)</script>`))
	if page.path != "/login" || strings.Contains(page.body, "<script>") {
		t.Fatalf("got %s: %s", page.path, page.body)
	}
	want := "default-src 'none'; script-src " + f.url + "/login.js; style-src 'self'; img-src data:; form-action 'self' http://127.0.0.1:8080; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	if got := page.header.Get("Content-Security-Policy"); got != want {
		t.Errorf("policy: got %s, want %s", got, want)
	}
	for rule, fields := range map[string][]string{
		"wrong password": {"email", email, "password", "Wrong-Horse-9"},
		"unknown user":   {"email", "eve@example.com", "password", password},
		"no password":    {"email", email},
	} {
		got := v.post(page, fields...)
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, "Incorrect username or password.") || len(got.header["Set-Cookie"]) > 0 {
			t.Errorf("%s: got %d, cookies %v: %s", rule, got.status, got.header["Set-Cookie"], got.body)
		}
		if strings.Contains(got.body, "Wrong-Horse-9") {
			t.Errorf("%s: the page repeats the password", rule)
		}
	}
	got := v.post(page, "email", email, "password", password)
	v.answer(got)
}

// Another site's form could sign its visitor in as somebody else.
func TestFormsFromOtherSites(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	target := strings.Replace(authorizeURL(), "/oauth2/authorize", "/login", 1)
	form := values("email", email, "password", password).Encode()
	for rule, tt := range map[string]struct {
		header http.Header
		want   int
	}{
		"this origin":      {http.Header{"Sec-Fetch-Site": {"same-origin"}}, http.StatusFound},
		"another port":     {http.Header{"Sec-Fetch-Site": {"same-site"}}, http.StatusForbidden},
		"another site":     {http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden},
		"an older browser": {http.Header{"Origin": {"http://evil.example"}}, http.StatusForbidden},
	} {
		tt.header.Set("Content-Type", "application/x-www-form-urlencoded")
		req, err := http.NewRequestWithContext(t.Context(), "POST", f.url+target, strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = tt.header
		v := f.visit()
		if got := v.saw(v.http.Do(req)); got.status != tt.want {
			t.Errorf("%s: got %d, want %d", rule, got.status, tt.want)
		}
	}
}

func TestSignUpPages(t *testing.T) {
	t.Parallel()
	f := open(t)
	v := f.visit()
	form := strings.Replace(authorizeURL(), "/oauth2/authorize", "/signup", 1)
	if got := v.post(v.get(form), "email", email, "password", "short"); got.status != http.StatusBadRequest ||
		!strings.Contains(got.body, "The password still needs more characters, a capital letter, a digit and a symbol.") {
		t.Errorf("weak password: got %d: %s", got.status, got.body)
	}
	page := v.post(v.get(form), "email", email, "password", password)
	if page.path != "/confirm" || !strings.Contains(page.body, f.code(email)) {
		t.Fatalf("sign-up: got %s without the code: %s", page.path, page.body)
	}
	if got := v.get(authorizeURL()); got.path != "/confirm" {
		t.Errorf("a code before the address is confirmed: got %s %q, want /confirm", got.path, got.location)
	}
	if got := v.post(page, "code", wrong(f.code(email))); got.status != http.StatusBadRequest || !strings.Contains(got.body, "Invalid verification code") {
		t.Errorf("wrong code: got %d: %s", got.status, got.body)
	}
	before := f.code(email)
	page = v.post(page, "resend", "yes")
	if page.path != "/confirm" || f.code(email) == before {
		t.Errorf("resend: got %s and the same code", page.path)
	}
	if got := f.visit().get(strings.Replace(form, "/signup", "/confirm", 1)); got.path != "/login" {
		t.Errorf("somebody else's code: got %s, want the login page", got.path)
	}
	code := v.answer(v.post(page, "code", f.code(email))).Get("code")
	if status, got := f.redeem(code); status != http.StatusOK || got.AccessToken == "" {
		t.Errorf("redeem: got %d %s", status, got.Error)
	}
	if got := v.post(v.get(form), "email", email, "password", password); !strings.Contains(got.body, "An account with the given email already exists.") {
		t.Errorf("second sign-up: got %d: %s", got.status, got.body)
	}
}

// Who comes from elsewhere gets no mail to read and no password filled in. A page
// may point a name of its own at this machine.
func TestHelpIsForThisMachine(t *testing.T) {
	t.Parallel()
	f := open(t)
	v := f.visit()
	form := strings.Replace(authorizeURL(), "/oauth2/authorize", "/signup", 1)
	page := v.post(v.get(form), "email", email, "password", password)
	login := f.visit().get(authorizeURL())
	if !strings.Contains(page.body, f.code(email)) || !strings.Contains(login.body, "Filled-In-9") {
		t.Fatal("no help for this machine either")
	}
	for path, secret := range map[string]string{"/confirm": f.code(email), "/login": "Filled-In-9"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", f.url+strings.Replace(authorizeURL(), "/oauth2/authorize", path, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "pool.evil.example"
		req.AddCookie(v.http.Jar.Cookies(req.URL)[0])
		res, err := f.server.Client().Do(req)
		if got := v.saw(res, err); got.status != 200 || got.path != path || strings.Contains(got.body, secret) {
			t.Errorf("%s: got %d %s, with the secret: %v", path, got.status, got.path, strings.Contains(got.body, secret))
		}
	}
}

func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestDiscoveryNamesTheLogin(t *testing.T) {
	t.Parallel()
	f := open(t)
	got := map[string]string{}
	doc := f.discovery()
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "revocation_endpoint", "end_session_endpoint"} {
		got[name], _ = doc[name].(string)
	}
	want := map[string]string{
		"authorization_endpoint": f.url + "/oauth2/authorize", "token_endpoint": f.url + "/oauth2/token", "userinfo_endpoint": f.url + "/oauth2/userInfo",
		"revocation_endpoint": f.url + "/oauth2/revoke", "end_session_endpoint": f.url + "/logout",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
