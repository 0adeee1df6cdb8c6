package web_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/web"
)

var config = web.Config{Login: "https://notes.auth.eu-west-1.amazoncognito.com", ClientID: "app", API: "https://abc.execute-api.eu-west-1.amazonaws.com/prod"}

func get(t *testing.T, path string, header ...string) *http.Response {
	t.Helper()
	page, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)
	return w.Result()
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
		"connect-src 'self' https://notes.auth.eu-west-1.amazoncognito.com https://abc.execute-api.eu-west-1.amazonaws.com; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	want := map[string]string{
		"Content-Security-Policy": policy, "Cache-Control": "max-age=10", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
	}
	for _, path := range []string{"/", "/main.js", "/config.json", "/nothing"} {
		header, got := get(t, path).Header, map[string]string{}
		for name := range want {
			got[name] = header.Get(name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]struct {
		status int
		kind   string
	}{
		"/":             {200, "text/html; charset=utf-8"},
		"/main.js":      {200, "text/javascript; charset=utf-8"},
		"/style.css":    {200, "text/css; charset=utf-8"},
		"/icon.svg":     {200, "image/svg+xml"},
		"/config.json":  {200, "application/json"},
		"/nothing":      {404, "text/plain; charset=utf-8"},
		"/page/main.js": {404, "text/plain; charset=utf-8"},
	} {
		got := get(t, path)
		if got.StatusCode != want.status || got.Header.Get("Content-Type") != want.kind {
			t.Errorf("%s: got %d %s, want %d %s", path, got.StatusCode, got.Header.Get("Content-Type"), want.status, want.kind)
		}
	}
	var got web.Config
	if err := json.NewDecoder(get(t, "/config.json").Body).Decode(&got); err != nil || got != config {
		t.Errorf("config.json: got %+v (%v), want %+v", got, err, config)
	}
}

// A page that the policy would break, or that is heavier than it promises.
func TestPageFitsItsPolicy(t *testing.T) {
	t.Parallel()
	total := 0
	err := fs.WalkDir(web.Files(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(web.Files(), name)
		total += len(text)
		for _, bad := range []string{`(?i)<script[^>]*>[^<]`, `(?i)<style`, `\sstyle="`, `\son[a-z]+="`, `(?:src|href|url\()=?["(]?(?:https?:)?//`, `innerHTML`, `eval\(`} {
			if found := regexp.MustCompile(bad).FindString(string(text)); found != "" {
				t.Errorf("%s: %s", name, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > 64<<10 || total < 10_000 {
		t.Errorf("the page weighs %d bytes, want at most %d", total, 64<<10)
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		change func(*web.Config)
		want   string
	}{
		"no login":                     {func(c *web.Config) { c.Login = "" }, `web: Login: want an http or https URL, got ""`},
		"no API":                       {func(c *web.Config) { c.API = "" }, `web: API: want an http or https URL, got ""`},
		"no client":                    {func(c *web.Config) { c.ClientID = "" }, `web: ClientID is empty`},
		"a login that is no URL":       {func(c *web.Config) { c.Login = "notes.auth" }, `web: Login: want an http or https URL, got "notes.auth"`},
		"an API that adds a directive": {func(c *web.Config) { c.API = "https://a;b/" }, `web: API: want an http or https URL, got "https://a;b/"`},
		"an API of a foreign protocol": {func(c *web.Config) { c.API = "ftp://x/" }, `web: API: want an http or https URL, got "ftp://x/"`},
	} {
		bad := config
		tt.change(&bad)
		_, err := web.New(bad)
		if err == nil {
			t.Errorf("%s: no error, want %s", rule, tt.want)
		} else if err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", rule, err, tt.want)
		}
	}
	if _, err := web.New(config); err != nil {
		t.Errorf("the good one: %v", err)
	}
}
