package userpool_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

const verifier = "a-verifier-of-forty-three-characters-at-least"

// A visitor is a browser at the hosted login: it keeps cookies and follows
// redirects as far as the pool goes, so that a test sees what the app gets.
type visitor struct {
	*fixture
	http *http.Client
}

func (f *fixture) visit() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	return &visitor{f, &http.Client{Transport: f.server.Client().Transport, Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(next.URL.String(), f.url) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// A seen is a page, or where the browser was sent.
type seen struct {
	status   int
	path     string // of the page
	body     string
	location string // outside the pool
	header   http.Header
}

func (v *visitor) get(target string) seen {
	v.t.Helper()
	return v.saw(v.http.Get(v.url + target))
}

// post submits the form of the page that was seen.
func (v *visitor) post(page seen, fields ...string) seen {
	v.t.Helper()
	action := regexp.MustCompile(`action="([^"]*)"`).FindStringSubmatch(page.body)
	if action == nil {
		v.t.Fatalf("no form on %s: %s", page.path, page.body)
	}
	return v.saw(v.http.PostForm(v.url+html.UnescapeString(action[1]), values(fields...)))
}

func (v *visitor) saw(res *http.Response, err error) seen {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return seen{res.StatusCode, res.Request.URL.Path, string(body), res.Header.Get("Location"), res.Header}
}

// signIn goes through the login page and returns what the app's address gets.
func (v *visitor) authorize(fields ...string) url.Values {
	v.t.Helper()
	page := v.get(authorizeURL(fields...))
	if page.path == "/login" {
		page = v.post(page, "email", email, "password", password)
	}
	return v.answer(page)
}

func (v *visitor) answer(page seen) url.Values {
	v.t.Helper()
	rest, ok := strings.CutPrefix(page.location, callback+"?")
	if !ok {
		v.t.Fatalf("not sent to the app but to %q, status %d: %s", page.location, page.status, page.body)
	}
	query, err := url.ParseQuery(rest)
	if err != nil {
		v.t.Fatal(err)
	}
	return query
}

// values takes names and values by turns.
func values(fields ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return v
}

// authorizeURL is a good request except for the fields given; an empty one is left out.
func authorizeURL(fields ...string) string {
	challenge := sha256.Sum256([]byte(verifier))
	v := values("response_type", "code", "client_id", clientID, "redirect_uri", callback, "state", "s-1", "nonce", "n-1",
		"code_challenge_method", "S256", "code_challenge", base64.RawURLEncoding.EncodeToString(challenge[:]))
	for name, value := range values(fields...) {
		v[name] = value
		if value[0] == "" {
			v.Del(name)
		}
	}
	return "/oauth2/authorize?" + v.Encode()
}

type granted struct {
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	Error        string `json:"error"`
}

// token asks the token endpoint, as an app does.
func (f *fixture) token(fields ...string) (int, granted) {
	f.t.Helper()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {"http://127.0.0.1:8080"}}
	status, body := f.do("POST", "/oauth2/token", form, strings.NewReader(values(fields...).Encode()))
	var g granted
	if err := json.Unmarshal([]byte(body), &g); err != nil {
		f.t.Fatalf("%d %s: %v", status, body, err)
	}
	return status, g
}

// redeem sends a good request except for the fields given.
func (f *fixture) redeem(code string, fields ...string) (int, granted) {
	f.t.Helper()
	all := append([]string{"grant_type", "authorization_code", "client_id", clientID, "redirect_uri", callback, "code", code, "code_verifier", verifier}, fields...)
	return f.token(all...)
}

// hosted signs the user in and returns the tokens.
func (f *fixture) hosted(scope string) granted {
	f.t.Helper()
	status, g := f.redeem(f.visit().authorize("scope", scope).Get("code"))
	if status != http.StatusOK {
		f.t.Fatalf("redeem: %d %s", status, g.Error)
	}
	return g
}
