package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// renewals counts how often this page asked the login for tokens.
func (w *window) renewals() int {
	w.t.Helper()
	return eval[int](w, `performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/oauth2/token")).length`)
}

// carried is the access token of this page's latest request to the API.
func (w *window) carried() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.token
}

type tokenClaims struct {
	Sub string
	Exp int64 // seconds since 1970
}

// claims reads a token of the local pool, whose signature others check.
func claims(t *testing.T, token string) (c tokenClaims) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts, want the three of a JWT", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPageRenewsTokensBeforeTheyEnd(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("before", "x")
	if got := w.renewals(); got != 1 {
		t.Fatalf("asked for tokens %d times, want once", got)
	}
	// Time passes, for the system and for the page: most of half an hour, then all but
	// the last half minute of it, then another half hour.
	eval[bool](w, `((now) => { globalThis.minutes = 0; Date.now = () => now() + minutes * 60_000; return true })(Date.now)`)
	for i, tt := range []struct {
		minutes, forward string
		want             int
	}{{"25", "25m", 1}, {"29.5", "4.5m", 2}, {"60", "30.5m", 3}} {
		s.post(t, "/_local/clock?forward="+tt.forward)
		eval[bool](w, `(globalThis.minutes = `+tt.minutes+`, true)`)
		w.keep(fmt.Sprint("after ", i), "y")
		w.keep(fmt.Sprint("and again ", i), "z")
		if got := w.renewals(); got != tt.want {
			t.Errorf("after %s minutes: asked for tokens %d times, want %d", tt.minutes, got, tt.want)
		}
	}
	w.click("#gate")
	w.until(`document.querySelectorAll("#drawer tbody tr").length > 5`)
	equal(w, "requests refused, because a token ended in use", `document.querySelectorAll("#drawer .not-ok").length`, 0)

	// A login that is too busy has refused nothing.
	restore := w.answers(s.Pool+"/oauth2/token", 429, `{"error":"Too many requests"}`)
	eval[bool](w, `(globalThis.minutes = 90, true)`)
	w.write("#new-name", "later")
	w.write("#new-text", "x")
	w.click(".composer button")
	w.sees("#notice button", "Try again")
	restore()
	w.click("#notice button")
	w.sees(card("later")+" .text", "x")
}

// When the refresh token is gone, too, the page says so.
func TestPageSignInEnds(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	s.post(t, "/_local/clock?forward=800h")
	eval[bool](w, `((now) => { Date.now = () => now() + 800 * 3600_000; return true })(Date.now)`)
	w.write("#new-text", "a long thought")
	w.click(".composer button")
	w.sees("#notice", "Your sign-in has ended.")
	w.sees("h1", "Notes behind a")
	w.click("#sign-in")
	w.write("[name=email]", "demo@example.com")
	w.write("[name=password]", "Notegate-1")
	w.submit()
	w.until(`document.getElementById("new-text").value === "a long thought"`)
}

// A rotation passes unnoticed, and so does a key that is withdrawn: the page asks
// for another token, once, and repeats what was refused.
func TestPageOutlivesRotations(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	s.post(t, "/_local/rotate")
	w.keep("old key", "x")
	w.do(chromedp.Reload()) // and tokens of the new key
	w.sees(card("old key"), "x")
	w.keep("new key", "y")

	s.post(t, "/_local/rotate?revoke=true")
	s.post(t, "/_local/clock?forward=6m")                                                              // beyond the cached policies
	s.request(t, *s.demo(t).AccessToken, "GET", "/notes/new%20key", "").contains(t, 200, `"note":"y"`) // the gate meets the newest key
	w.keep("newest key", "z")
	if got := w.answered(3); got != "POST /notes 200 function, POST /oauth2/token 200 login, POST /notes 401 authorizer" {
		t.Errorf("the last requests: got %s", got)
	}
}

// answered are the last n requests that the drawer shows, the latest first.
func (w *window) answered(n int) string {
	w.t.Helper()
	w.until(`document.getElementById("gate") !== null`)
	return eval[string](w, fmt.Sprintf(`(() => {
		const drawer = document.getElementById("drawer");
		if (drawer.hidden) document.getElementById("gate").click();
		return [...drawer.querySelectorAll("tbody tr")].slice(0, %d).map((tr) => [1, 2, 3].map((i) => tr.cells[i].innerText).join(" ")).join(", ");
	})()`, n))
}

// An hour on, the gate refuses the page's token as expired, whatever the page's
// clock says, and the page goes on with another.
func TestPageRenewsARefusedToken(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	s.post(t, "/_local/clock?forward=61m")
	w.keep("a", "x")
	if got := w.answered(3); got != "POST /notes 200 function, POST /oauth2/token 200 login, POST /notes 401 authorizer" {
		t.Errorf("the last requests: got %s", got)
	}
	if got := w.renewals(); got != 2 {
		t.Errorf("asked for tokens %d times, want twice", got)
	}
	if !strings.Contains(s.log.String(), "expired") {
		t.Error("the log does not say that the token had expired")
	}
}

// A token that is refused again ends the sign-in, in words that are true, and the
// drawer shows how it came to that.
func TestPageEndsWhenRefusedTwice(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.click("#gate")
	w.sees("#drawer tbody", "GET /notes")
	w.write("#new-text", "not lost")
	restore := w.answers(s.API, 401, `{"message":"Unauthorized"}`)
	w.click(".composer button")
	w.sees("#notice", "The gate refused your token, and also the new one that the login gave for it.")
	restore()
	w.sees("#sign-in", "Sign in")
	w.sees("#drawer dl", "notes/write")
	if got := w.answered(4); got != "POST /notes 401 authorizer, POST /oauth2/token 200 login, POST /notes 401 authorizer, GET /notes 200 function" {
		t.Errorf("the last requests: got %s", got)
	}
	if got := w.renewals(); got != 2 {
		t.Errorf("asked for tokens %d times, want twice", got)
	}
	w.click("#drawer .close")
	w.gone("#drawer")
	w.click("#gate")
	w.sees("#drawer tbody", "401")
	equal(w, "stored, so that a reload would sign in by itself", `Object.keys(sessionStorage).join()`, "")
	w.click("#sign-in")
	w.sees("h1", "Your notes")
	w.until(`document.getElementById("new-text").value === "not lost"`)
	w.click(".composer button")
	w.sees(card("not lost"), "not lost")
}

// Many requests that are refused at once renew the token once.
func TestPageRenewsOnceForAll(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	for i := range 3 {
		w.keep(fmt.Sprint(i), "x")
	}
	s.post(t, "/_local/clock?forward=61m")
	eval[bool](w, `(document.querySelectorAll(".delete").forEach((button) => button.click()), true)`)
	w.sees(".empty", "Nothing here yet")
	if got := w.renewals(); got != 2 {
		t.Errorf("asked for tokens %d times, want twice", got)
	}
}

// Every answer has its words, no matter which layer gives it.
func TestPageSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("a", "x")
	w.click("#gate")
	for _, tt := range []struct {
		status int64
		body   string
		want   string
		layer  string
		again  bool
	}{
		{0, "", "You seem to be offline", "network", true},
		{429, `{"message":"Too many requests"}`, "Too many requests for the moment", "function", true},
		{500, `{"message":null}`, "Something failed on the other side", "authorizer", true},
		{502, `{"message":"Internal server error"}`, "Something failed on the other side", "function", true},
		{503, "not JSON", "Something failed on the other side", "function", true},
		{403, `{"Message":"User is not authorized to access this resource"}`, "not allowed to do this", "policy", false},
		{403, `{"message":"Missing Authentication Token"}`, "not allowed to do this", "gateway", false},
		{400, `{"message":"Invalid request body: x"}`, "Invalid request body: x", "validator", false},
		{413, `{"message":"note must be at most 307200 bytes of UTF-8"}`, "This note is too long: the limit is 300 KB.", "function", false},
		{409, `{"message":"Note exists with another text"}`, "You have a note of that name already", "function", false},
	} {
		name := fmt.Sprintf("%d %s", tt.status, tt.layer)
		w.write("#new-name", name)
		w.write("#new-text", "kept")
		restore := w.answers(s.API, tt.status, tt.body)
		w.click(".composer button")
		w.sees("#notice", tt.want)
		w.sees("#notice", "“"+name+"”: ") // which of them it is about
		w.sees("#drawer .layer", tt.layer+":")
		restore()
		if got := eval[string](w, `document.getElementById("new-text").value`); got != "kept" {
			t.Errorf("%s: the text is gone from the form: %q", name, got)
		}
		if tt.again {
			w.click("#notice button")
			w.sees(card(name), "kept")
			w.until(`document.getElementById("new-text").value === "" && document.getElementById("notice").innerText === ""`)
		} else if eval[bool](w, `document.querySelector("#notice button:not(.close)") !== null`) {
			t.Errorf("%s: the page offers to try again what cannot help", name)
		}
	}
}

// A 403 of the real gate is readable across origins, and shown with its layer.
func TestPageIsNotAllowed(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t, "ACCESS_RULES=notes/read=GET /notes,GET /notes/*")
	w.sees(".empty", "Nothing here yet")
	w.write("#new-text", "x")
	w.click(".composer button")
	w.sees("#notice", "You are signed in, but not allowed to do this")
	w.click("#gate")
	w.sees("#drawer tbody tr.not-ok", "403")
	w.sees("#drawer .layer", "policy:")
}

func TestPageDrawerShowsWhatTheGateSaw(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.sees(".empty", "Nothing here yet")
	w.click("#gate")
	for _, want := range []string{s.Client, "openid", "email", "notes/read", "notes/write", "local_notegate", "GET /notes", "200", "function"} {
		w.sees("#drawer", want)
	}
	facts := eval[map[string]string](w, `Object.fromEntries([...document.querySelectorAll("#drawer dl > div")].map((e) => [e.querySelector("dt").innerText, e.querySelector("dd").innerText]))`)
	if want := claims(t, *s.demo(t).AccessToken).Sub; len(want) != 36 || facts["principal"] != want {
		t.Errorf("principal: got %q, want the user's sub %q", facts["principal"], want)
	}
	exp := claims(t, w.carried()).Exp
	if want := eval[string](w, fmt.Sprintf(`new Date(%d * 1000).toLocaleTimeString()`, exp)); exp == 0 || facts["expires"] != want {
		t.Errorf("expires: got %q, want %q", facts["expires"], want)
	}
	if got, want := eval[string](w, `document.querySelector("#drawer time").dateTime`), time.Unix(exp, 0).UTC().Format("2006-01-02T15:04:05.000Z"); got != want {
		t.Errorf("expires, for machines: got %s, want %s", got, want)
	}
	if eval[bool](w, `/ey[\w-]{20,}\./.test(document.documentElement.outerHTML)`) {
		t.Error("a token is on the page")
	}
	w.until(`document.activeElement.innerText === "Close"`)
	w.press(kb.Escape)
	w.gone("#drawer")
	w.until(`document.activeElement.id === "gate"`)
}

// An answer that this page did not ask for signs nobody in.
func TestPageRefusesForeignAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	for _, query := range []string{"?code=x&state=y", "?code=x", "?error=access_denied&state=y"} {
		w.open(s.Page + "/" + query)
		w.sees("#notice", "was not meant for this page")
		if got := eval[string](w, `location.href`); got != s.Page+"/" {
			t.Errorf("%s: the address is %s", query, got)
		}
	}
	if got := w.renewals(); got != 0 {
		t.Errorf("asked for tokens %d times, want never", got)
	}
	// One to another request than this page's.
	w.click("#sign-in")
	w.sees("h1", "Sign in")
	w.open(s.Page + "/?code=x&state=y")
	w.sees("#notice", "was not meant for this page")
	// One that is for this page, but with a code that was never given.
	w.click("#sign-in")
	w.sees("h1", "Sign in")
	state := eval[string](w, `new URLSearchParams(location.search).get("state")`)
	w.open(s.Page + "/?code=x&state=" + state)
	w.sees("#notice", "code was not accepted")
	w.open(s.Page + "/#sign-in")
	w.sees("h1", "Sign in")
	state = eval[string](w, `new URLSearchParams(location.search).get("state")`)
	w.open(s.Page + "/?error=access_denied&error_description=Not+today&state=" + state)
	w.sees("#notice", "The login refused: Not today")
}

// An ID token that was made for another login, client or purpose.
func TestPageRefusesForeignIdentities(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	for name, value := range map[string]string{"": "", "nonce": "x", "aud": "localotherapp", "token_use": "access"} {
		w.open(s.Page)
		w.click("#sign-in")
		w.sees("h1", "Sign in")
		query := eval[map[string]string](w, `Object.fromEntries(new URLSearchParams(location.search))`)
		claims := map[string]string{"nonce": query["nonce"], "aud": s.Client, "token_use": "id", "email": "eve@example.com", "sub": "x"}
		claims[name] = value
		payload, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		token := "x." + base64.RawURLEncoding.EncodeToString(payload) + ".x" // the page checks what it says, the gate who signed it
		restore := w.answers(s.Pool+"/oauth2/token", 200, fmt.Sprintf(`{"access_token":%q,"id_token":%q,"refresh_token":"x","expires_in":3600}`, token, token))
		w.open(s.Page + "/?code=x&state=" + query["state"])
		if name == "" {
			w.sees("#notice", "The gate refused your token") // signed in, as far as the page can tell
		} else {
			w.sees("#notice", "somebody else’s identity")
		}
		restore()
	}
}
