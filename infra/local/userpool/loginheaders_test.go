package userpool_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Neither a frame, a cache, a script nor the next site learns what is on a page of
// the login.
func TestHeadersOfEveryPage(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	address := func(path string, fields ...string) string {
		return strings.Replace(authorizeURL(fields...), "/oauth2/authorize", path, 1)
	}
	confirm := v.post(v.get(address("/signup")), "email", "bob@example.com", "password", password)
	for rule, page := range map[string]seen{
		"login":    f.visit().get(authorizeURL()),
		"sign-up":  f.visit().get(address("/signup")),
		"confirm":  confirm,
		"mistaken": v.post(f.visit().get(authorizeURL()), "email", email, "password", "Wrong-Horse-9"),
	} {
		want := map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src " + f.url + "/login.js; style-src 'self'; img-src data:; form-action 'self' http://127.0.0.1:8080; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
			"Content-Type":            "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		}
		if diff := cmp.Diff(want, only(want, page.header)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
	refused := f.visit().get(authorizeURL("client_id", "nobody"))
	if got := refused.header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "form-action 'self' ; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'") {
		t.Errorf("refused: got %s", got)
	}
	res := f.answerOf("/oauth2/token", values("grant_type", "authorization_code", "client_id", clientID, "redirect_uri", callback,
		"code", f.visit().authorize().Get("code"), "code_verifier", verifier))
	if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("tokens: got %d, Cache-Control %q, want 200 and no-store", res.StatusCode, res.Header.Get("Cache-Control"))
	}
}

// only keeps the headers that are wanted.
func only(want map[string]string, header http.Header) map[string]string {
	got := map[string]string{}
	for name := range want {
		got[name] = header.Get(name)
	}
	return got
}

// answerOf posts a form and follows no redirect.
func (f *fixture) answerOf(target string, form url.Values) *http.Response {
	f.t.Helper()
	client := &http.Client{Transport: f.server.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.PostForm(f.url+target, form)
	if err != nil {
		f.t.Fatal(err)
	}
	res.Body.Close()
	return res
}

// The cookie of a sign-in is for the login alone: no script reads it, and no other
// site's form or frame sends it (RFC 6265bis). A new one takes the place of
// whatever the browser had.
func TestLoginCookie(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	target := strings.Replace(authorizeURL(), "/oauth2/authorize", "/login", 1)
	good := values("email", email, "password", password)
	seen := map[string]bool{}
	for range 2 {
		res := f.answerOf(target, good)
		cookies := res.Cookies()
		if res.StatusCode != http.StatusSeeOther || len(cookies) != 1 {
			t.Fatalf("got %d and %d cookies, want 303 and one", res.StatusCode, len(cookies))
		}
		got := cookies[0]
		if len(got.Value) != 43 || seen[got.Value] { // 32 bytes
			t.Errorf("got the value %q, want 43 characters that were not there before", got.Value)
		}
		seen[got.Value] = true
		want := "cognito=" + got.Value + "; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"
		if got.Raw != want {
			t.Errorf("got %s, want %s", got.Raw, want)
		}
	}
	large := values("email", email, "password", password, "x", strings.Repeat("x", 1<<20))
	if res := f.answerOf(target, large); res.StatusCode != http.StatusBadRequest || len(res.Cookies()) > 0 {
		t.Errorf("a form of a megabyte: got %d, cookies %v, want 400 and none", res.StatusCode, res.Cookies())
	}
}
