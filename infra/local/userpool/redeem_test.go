package userpool_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const browserLifetime = time.Hour

func (f *fixture) discovery() (doc map[string]any) {
	f.t.Helper()
	_, body := f.do("GET", "/"+poolID+"/.well-known/openid-configuration", nil, nil)
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		f.t.Fatal(err)
	}
	return doc
}

func TestRedeem(t *testing.T) {
	t.Parallel()
	asked, err := url.Parse(authorizeURL())
	if err != nil {
		t.Fatal(err)
	}
	f := open(t)
	f.user()
	v := f.visit()
	v.authorize()
	tests := []struct {
		rule   string
		fields []string
		status int
		want   string
	}{
		{"good", nil, 200, ""},
		{"unknown code", []string{"code", "x"}, 400, "invalid_grant"},
		{"no code", []string{"code", ""}, 400, "invalid_request"},
		{"another client's", []string{"client_id", "other"}, 400, "invalid_grant"},
		{"unknown client", []string{"client_id", "nobody"}, 400, "invalid_client"},
		{"no client", []string{"client_id", ""}, 400, "invalid_client"},
		{"another redirect URI", []string{"redirect_uri", "myapp://signed-in?from=pool"}, 400, "invalid_grant"},
		{"wrong verifier", []string{"code_verifier", verifier + "x"}, 400, "invalid_grant"},
		{"the challenge for its verifier", []string{"code_verifier", asked.Query().Get("code_challenge")}, 400, "invalid_grant"},
		{"no verifier", []string{"code_verifier", ""}, 400, "invalid_request"},
		{"client credentials", []string{"grant_type", "client_credentials"}, 400, "unauthorized_client"},
		{"no grant type", []string{"grant_type", ""}, 400, "unsupported_grant_type"},
		{"no redirect URI", []string{"redirect_uri", ""}, 400, "invalid_request"},
		{"password grant", []string{"grant_type", "password"}, 400, "unsupported_grant_type"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			status, got := f.redeem(v.authorize().Get("code"), tt.fields...)
			if status != tt.status || got.Error != tt.want || (got.AccessToken != "") != (tt.want == "") {
				t.Errorf("got %d %q, want %d %q", status, got.Error, tt.status, tt.want)
			}
		})
	}
}

func TestCodesAreSingleUse(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()

	code := v.authorize().Get("code")
	var wait sync.WaitGroup
	statuses := make([]int, 8)
	var winner granted
	for i := range statuses {
		wait.Go(func() {
			res, err := f.server.Client().PostForm(f.url+"/oauth2/token", values("grant_type", "authorization_code", "client_id", clientID,
				"redirect_uri", callback, "code", code, "code_verifier", verifier))
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			statuses[i] = res.StatusCode
			if res.StatusCode == http.StatusOK {
				if err := json.NewDecoder(res.Body).Decode(&winner); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if status, got := f.token("grant_type", "refresh_token", "client_id", clientID, "refresh_token", winner.RefreshToken); got.Error != "invalid_grant" {
		t.Errorf("refresh of a code that came eight times: got %d %q, want invalid_grant", status, got.Error)
	}
	slices.Sort(statuses)
	if want := []int{200, 400, 400, 400, 400, 400, 400, 400}; !cmp.Equal(statuses, want) {
		t.Errorf("one code, redeemed at once: got %v, want %v", statuses, want)
	}

	code = v.authorize().Get("code")
	if status, got := f.redeem(code, "code_verifier", verifier+"x"); got.Error != "invalid_grant" {
		t.Errorf("wrong verifier: got %d %q", status, got.Error)
	}
	if status, got := f.redeem(code); got.Error != "invalid_grant" {
		t.Errorf("after a wrong verifier: got %d %q, want invalid_grant", status, got.Error)
	}

	for age, want := range map[time.Duration]string{5*time.Minute - time.Second: "", 5 * time.Minute: "invalid_grant"} {
		code = v.authorize().Get("code")
		f.clock.Forward(age)
		if status, got := f.redeem(code); got.Error != want {
			t.Errorf("after %v: got %d %q, want %q", age, status, got.Error, want)
		}
	}
}

// A code that comes twice ends what it was redeemed for (RFC 6749, section
// 4.1.2), and nothing else.
func TestReplayedCodeRevokesItsTokens(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		later   time.Duration
		restart bool
		fields  []string
		replay  string // error of the replay
		after   string // error of the refresh after it
	}{
		"replayed":                           {0, false, nil, "invalid_grant", "invalid_grant"},
		"after the code has expired":         {5 * time.Minute, false, nil, "invalid_grant", "invalid_grant"},
		"after a restart":                    {6 * time.Minute, true, nil, "invalid_grant", "invalid_grant"},
		"with a wrong verifier":              {0, false, []string{"code_verifier", "x"}, "invalid_grant", "invalid_grant"},
		"another code":                       {0, false, []string{"code", "x"}, "invalid_grant", ""},
		"by another client":                  {0, false, []string{"client_id", "other"}, "invalid_grant", ""},
		"to another address":                 {0, false, []string{"redirect_uri", "myapp://signed-in?from=pool"}, "invalid_grant", ""},
		"without a verifier":                 {0, false, []string{"code_verifier", ""}, "invalid_request", ""},
		"just before the session would end":  {30*24*time.Hour - time.Minute, true, nil, "invalid_grant", "invalid_grant"},
		"before the refresh, in the session": {time.Hour, false, nil, "invalid_grant", "invalid_grant"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			f.user()
			v := f.visit()
			code := v.authorize("scope", "openid aws.cognito.signin.user.admin").Get("code")
			_, first := f.redeem(code)
			_, other := f.redeem(v.authorize().Get("code"))
			f.clock.Forward(tt.later)
			if tt.restart {
				f.reopen()
			}
			if _, got := f.redeem(code, tt.fields...); got.Error != tt.replay || got.AccessToken != "" {
				t.Errorf("replay: got %q, token %v, want %q", got.Error, got.AccessToken != "", tt.replay)
			}
			refresh := func(token string) string {
				_, got := f.token("grant_type", "refresh_token", "client_id", clientID, "refresh_token", token)
				return got.Error
			}
			if got := refresh(first.RefreshToken); got != tt.after {
				t.Errorf("refresh: got %q, want %q", got, tt.after)
			}
			if got := refresh(other.RefreshToken); got != "" {
				t.Errorf("refresh of another sign-in: got %q", got)
			}
			if tt.after == "" || tt.later >= time.Hour {
				return
			}
			wantFault(t, f.getUser(first.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
		})
	}
}

func TestHostedTokens(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	g := f.hosted("openid email notes/read")
	if g.TokenType != "Bearer" || g.ExpiresIn != 3600 || g.RefreshToken == "" {
		t.Errorf("got %s, %d, refresh token %v", g.TokenType, g.ExpiresIn, g.RefreshToken != "")
	}
	access, _, err := f.verify(g.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"token_use": "access", "client_id": clientID, "scope": "openid email notes/read", "version": 2.0, "auth_time": 1.8e9, "username": access["sub"],
	} {
		if access[name] != want {
			t.Errorf("access token: %s is %v, want %v", name, access[name], want)
		}
	}
	id, _, err := f.verify(g.IDToken)
	if err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(maps.Keys(id))
	want := strings.Fields("at_hash aud auth_time cognito:username email email_verified event_id exp iat iss jti nonce origin_jti sub token_use")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims of the ID token (-want +got):\n%s", diff)
	}
	if id["nonce"] != "n-1" || id["aud"] != clientID || id["email"] != email {
		t.Errorf("ID token: nonce %v, aud %v, email %v", id["nonce"], id["aud"], id["email"])
	}
	if access["nonce"] != nil || access["aud"] != nil {
		t.Errorf("access token: nonce %v, aud %v, want none", access["nonce"], access["aud"])
	}

	if g := f.hosted("notes/read"); g.IDToken != "" || g.AccessToken == "" {
		t.Error("an ID token without openid")
	}
	g = f.hosted("openid profile")
	if id, _, err = f.verify(g.IDToken); err != nil || id["email"] != nil {
		t.Errorf("scope profile: email %v (%v), want none", id["email"], err)
	}
	g = f.hosted("openid")
	if id, _, err = f.verify(g.IDToken); err != nil || id["email"] != email {
		t.Errorf("openid alone: email %v (%v), want all attributes", id["email"], err)
	}
}

// Who redeems a code can't say which nonce it was asked for with.
func TestNonceIsTheAuthorizeRequests(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	_, g := f.redeem(f.visit().authorize().Get("code"), "nonce", "n-2")
	id, _, err := f.verify(g.IDToken)
	if err != nil || id["nonce"] != "n-1" {
		t.Errorf("got %v (%v), want n-1", id["nonce"], err)
	}
}

func TestHostedRefresh(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	g := f.hosted("openid notes/read")
	before, _, err := f.verify(g.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	f.clock.Forward(30 * time.Minute)
	refresh := func(fields ...string) (int, granted) {
		return f.token(append([]string{"grant_type", "refresh_token", "client_id", clientID, "refresh_token", g.RefreshToken}, fields...)...)
	}
	status, renewed := refresh()
	if status != 200 || renewed.RefreshToken != "" || renewed.IDToken == "" {
		t.Fatalf("got %d %s, refresh token %v, ID token %v", status, renewed.Error, renewed.RefreshToken != "", renewed.IDToken != "")
	}
	after, _, err := f.verify(renewed.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"scope", "version", "auth_time", "origin_jti", "sub"} {
		if before[name] != after[name] {
			t.Errorf("%s: got %v after the refresh, want %v", name, after[name], before[name])
		}
	}
	for rule, tt := range map[string]struct{ fields, want string }{
		"another client's": {"client_id=other", "invalid_grant"},
		"tampered":         {"refresh_token=" + g.RefreshToken + "x", "invalid_grant"},
		"none":             {"refresh_token=", "invalid_request"},
	} {
		name, value, _ := strings.Cut(tt.fields, "=")
		if status, got := refresh(name, value); status != 400 || got.Error != tt.want {
			t.Errorf("%s: got %d %q, want 400 %q", rule, status, got.Error, tt.want)
		}
	}

	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	revoke := func(fields ...string) (int, string) {
		return f.do("POST", "/oauth2/revoke", form, strings.NewReader(values(fields...).Encode()))
	}
	if status, body := revoke("client_id", clientID, "token", g.AccessToken); status != 400 || body != `{"error":"unsupported_token_type"}` {
		t.Errorf("revoke an access token: got %d %s", status, body)
	}
	if status, body := revoke("client_id", clientID, "token", ""); status != 400 || body != `{"error":"invalid_request"}` {
		t.Errorf("revoke nothing: got %d %s", status, body)
	}
	if status, body := revoke("client_id", "nobody", "token", g.RefreshToken); status != 400 || body != `{"error":"invalid_client"}` {
		t.Errorf("revoke as nobody: got %d %s", status, body)
	}
	if status, body := revoke("client_id", clientID, "token", g.RefreshToken); status != 200 || body != "" {
		t.Errorf("revoke: got %d %s", status, body)
	}
	if status, got := refresh(); status != 400 || got.Error != "invalid_grant" {
		t.Errorf("after revocation: got %d %q", status, got.Error)
	}
}

// A request that is not a form has no client that could be wrong.
func TestTokenRequestsAreForms(t *testing.T) {
	t.Parallel()
	f := open(t)
	const form = "application/x-www-form-urlencoded"
	good := values("client_id", "nobody", "grant_type", "refresh_token", "refresh_token", "x", "token", "x").Encode()
	for rule, row := range map[string]struct{ contentType, body, want string }{
		"a form":       {form, good, "invalid_client"},
		"no parameter": {form, "", "invalid_request"},
		"half a code":  {form, good + "&x=%z", "invalid_request"},
		"another type": {"application/json", good, "invalid_request"},
		"too long":     {form, good + "&x=" + strings.Repeat("x", 64<<10), "invalid_request"},
	} {
		for _, path := range []string{"/oauth2/token", "/oauth2/revoke"} {
			status, body := f.do("POST", path, http.Header{"Content-Type": {row.contentType}}, strings.NewReader(row.body))
			if status != http.StatusBadRequest || body != `{"error":"`+row.want+`"}` {
				t.Errorf("%s, %s: got %d %s, want %s", path, rule, status, body, row.want)
			}
		}
	}
}

// Parameters in a query end in logs.
func TestTokenParametersInTheQuery(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	good := values("grant_type", "authorization_code", "client_id", clientID, "redirect_uri", callback, "code_verifier", verifier,
		"code", f.visit().authorize().Get("code"))
	for name := range good {
		body, query := maps.Clone(good), url.Values{name: good[name]}
		body.Del(name)
		if status, got := f.do("POST", "/oauth2/token?"+query.Encode(), form, strings.NewReader(body.Encode())); status != 400 {
			t.Errorf("%s: got %d %s, want 400", name, status, got)
		}
	}
	if status, got := f.do("POST", "/oauth2/token", form, strings.NewReader(good.Encode())); status != 200 {
		t.Errorf("all in the body: got %d %s, want 200", status, got)
	}
}

func TestUserInfo(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	status, body := f.do("GET", "/oauth2/userInfo", bearer(f.hosted("openid email").AccessToken), nil)
	var got map[string]string
	if err := json.Unmarshal([]byte(body), &got); status != 200 || err != nil {
		t.Fatalf("got %d %s (%v)", status, body, err)
	}
	want := map[string]string{"sub": got["sub"], "username": got["sub"], "email": email, "email_verified": "true"}
	if diff := cmp.Diff(want, got); diff != "" || got["sub"] == "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if status, body := f.do("GET", "/oauth2/userInfo", http.Header{"Authorization": {"Basic " + f.hosted("openid").AccessToken}}, nil); status != 401 {
		t.Errorf("another scheme than Bearer: got %d %s, want 401", status, body)
	}
	for rule, token := range map[string]string{
		"without openid": f.hosted("notes/read").AccessToken, "ID token": f.hosted("openid").IDToken, "rubbish": "x", "none": "",
	} {
		res := f.send("GET", "/oauth2/userInfo", bearer(token), nil)
		if res.StatusCode != 401 || !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), `Bearer error="invalid_token"`) {
			t.Errorf("%s: got %d %s", rule, res.StatusCode, res.Header.Get("WWW-Authenticate"))
		}
	}
}

// A page of another origin redeems its code and refreshes its tokens.
func TestTokenEndpointsAcrossOrigins(t *testing.T) {
	t.Parallel()
	f := open(t)
	for _, path := range []string{"/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"} {
		res := f.send("OPTIONS", path, http.Header{"Origin": {"http://127.0.0.1:8080"}, "Access-Control-Request-Headers": {"authorization"}}, nil)
		if res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Access-Control-Allow-Headers") != "authorization" {
			t.Errorf("%s: got %v", path, res.Header)
		}
	}
}
