package main_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// asked are this window's requests so far, such as "POST http://127.0.0.1:9229/oauth2/token".
func (w *window) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

// The way to the login leaves nothing to go back to: no code, no state.
func TestPageLeavesNoSignInInTheHistory(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.open(s.Page)
	w.until(`document.documentElement.dataset.ready === "yes"`)
	w.click("#sign-in")
	w.sees(".hint", "The demo user is filled in")
	w.submit()
	w.sees(".empty", "Nothing here yet")
	w.do(chromedp.Reload()) // over the login once more
	w.sees(".empty", "Nothing here yet")
	history, err := chromedp.Run(w.ctx, chromedp.NavigationEntries())
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range history.Entries {
		if at, err := url.Parse(entry.URL); err != nil || at.RawQuery != "" && strings.HasPrefix(entry.URL, s.Page) {
			t.Errorf("the history has %s", entry.URL)
		}
	}
	w.open("about:blank")
	// Not chromedp's own, which waits for a page to load that comes from the cache.
	call(w, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[history.CurrentIndex].ID})
	w.sees(".empty", "Nothing here yet")
}

// Each sign-in asks with a state, a nonce and a challenge of its own (RFC 7636,
// section 4.1, and RFC 9700, section 2.1.1).
func TestPageAsksAnewEachTime(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	seen := map[string]bool{}
	for range 2 {
		w.open(s.Page + "/#sign-in")
		w.sees("h1", "Sign in")
		query := eval[map[string]string](w, `Object.fromEntries(new URLSearchParams(location.search))`)
		if query["code_challenge_method"] != "S256" {
			t.Errorf("code_challenge_method: got %q, want S256", query["code_challenge_method"])
		}
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if len(query[name]) != 43 || seen[query[name]] { // 32 bytes
				t.Errorf("%s: got %q, want 43 characters that were not there before", name, query[name])
			}
			seen[query[name]] = true
		}
		w.open("about:blank")
	}
}

// Signing out ends the refresh token at the login, then the login's own session.
func TestPageSignOutRevokes(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	before := len(w.asked())
	w.click("#sign-out")
	w.sees("h1", "Notes behind a")
	asked := w.asked()[before:]
	revoke := slices.Index(asked, "POST "+s.Pool+"/oauth2/revoke")
	logout := slices.IndexFunc(asked, func(request string) bool { return strings.HasPrefix(request, "GET "+s.Pool+"/logout?") })
	if revoke < 0 || logout < revoke {
		t.Errorf("asked %q, want the revocation and then the sign-out", asked)
	}
	w.sees("#toast", "You are signed out.")
	equal(w, "things stored", `sessionStorage.length + localStorage.length`, 0)
}

// A draft is for who wrote it, even in the same window.
func TestPageKeepsDraftsApart(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	w.write("#new-text", "a secret")
	restore := w.answers(s.API, 401, `{"message":"Unauthorized"}`)
	w.click(".composer button")
	w.sees("#notice", "The gate refused your token")
	restore()
	w.open(s.Pool + "/logout?client_id=" + s.Client + "&logout_uri=" + url.QueryEscape(s.Page+"/"))
	w.until(`document.documentElement.dataset.ready === "yes"`)
	if !strings.Contains(eval[string](w, `JSON.stringify({...localStorage})`), "a secret") {
		t.Fatal("there is no draft to keep apart")
	}
	w.signIn("ann@example.com", "Passw0rd!ann")
	w.sees(".empty", "Nothing here yet")
	w.draft("her own")
	if got := eval[string](w, `document.getElementById("new-text").value + document.body.innerText`); strings.Contains(got, "secret") {
		t.Errorf("ann sees %s", got)
	}
	if !strings.Contains(eval[string](w, `JSON.stringify({...localStorage})`), "a secret") {
		t.Error("ann's draft is in the place of another's")
	}
}

// What others put into the login's addresses and forms, and what the login says,
// is text there and on the page.
func TestPageShowsTheLoginAsText(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	plain := func(where string) {
		t.Helper()
		if eval[bool](w, `"hit" in window || document.querySelector("main script, main img, main svg, #notice :not(p, button), .who *, #error *") !== null`) {
			t.Errorf("%s was read as HTML", where)
		}
	}
	field := func(name string) string {
		t.Helper()
		return eval[string](w, fmt.Sprintf(`document.querySelector("[name=%s]").value`, name))
	}
	// submit sends what the form itself would not let through.
	submit := func(name, value string) {
		t.Helper()
		eval[bool](w, fmt.Sprintf(`((form, name, value) => { form.noValidate = true; form.elements[name].value = value; return window.old = true })(document.forms[0], %s, %s)`, quote(name), quote(value)))
		w.submit()
		w.until(`!window.old && document.getElementById("error") !== null`)
	}
	for _, evil := range markup {
		w.open(s.Page + "/#sign-in")
		w.sees("h1", "Sign in")
		login := eval[string](w, `location.href`)
		state := eval[string](w, `new URLSearchParams(location.search).get("state")`)
		w.open(login + "&login_hint=" + url.QueryEscape(evil))
		if got := field("email"); got != evil {
			t.Errorf("login_hint: got %q, want %q", got, evil)
		}
		plain("login_hint")
		submit("email", evil)
		if got := field("email"); got != evil {
			t.Errorf("e-mail: got %q, want %q", got, evil)
		}
		plain("e-mail")
		w.open(s.Page + "/?error=access_denied&error_description=" + url.QueryEscape(evil) + "&state=" + state)
		w.sees("#notice", "The login refused: "+evil)
		plain("error_description")
		w.open("about:blank") // or the next address would differ in its fragment alone
	}

	const eve = `<img/src=x/onerror=window.hit=1>`
	w.open(s.Page + "/#sign-in")
	w.click(`a[href^="/signup"]`)
	w.sees("h1", "Create an account")
	w.write("[name=password]", "Passw0rd!eve")
	eval[bool](w, fmt.Sprintf(`((form) => { form.noValidate = true; form.elements.email.value = %s; return true })(document.forms[0])`, quote(`"`+eve+`"@example.com`)))
	w.submit()
	w.sees("#error", "Username should be an email.") // no user's e-mail needs quotes
	plain("e-mail of a new user")
	w.write("[name=email]", "eve@example.com")
	w.write("[name=password]", "Passw0rd!eve")
	w.submit()
	w.sees(".mail", "Your code is")
	for _, evil := range markup {
		submit("code", evil)
		w.sees("#error", "Invalid verification code")
		plain("code")
	}
}
