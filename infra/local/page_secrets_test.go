package main_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

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
	w.click("form button")
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
	w.do(chromedp.NavigateToHistoryEntry(history.Entries[history.CurrentIndex].ID))
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
	s := start(t, t.TempDir())
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	before := len(w.asked())
	w.click("#sign-out")
	w.sees("h1", "Notes behind a")
	asked := w.asked()[before:]
	revoke := slices.Index(asked, "POST "+s.Pool+"/oauth2/revoke")
	logout := slices.IndexFunc(asked, func(request string) bool { return strings.HasPrefix(request, "GET "+s.Pool+"/logout?") })
	if revoke < 0 || logout < revoke {
		t.Errorf("asked %q, want the revocation and then the sign-out", asked)
	}
	if got := eval[int](w, `sessionStorage.length + localStorage.length`); got != 0 {
		t.Errorf("%d things are stored, want none", got)
	}
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
	w.sees("#notice", "The gate no longer accepts your sign-in")
	restore()
	w.open(s.Pool + "/logout?client_id=" + s.Client + "&logout_uri=" + url.QueryEscape(s.Page+"/"))
	w.until(`document.documentElement.dataset.ready === "yes"`)
	if !strings.Contains(eval[string](w, `JSON.stringify({...sessionStorage})`), "a secret") {
		t.Fatal("there is no draft to keep apart")
	}
	w.signIn("ann@example.com", "Passw0rd!ann")
	w.sees(".empty", "Nothing here yet")
	if got := eval[string](w, `document.getElementById("new-text").value + JSON.stringify({...sessionStorage})`); strings.Contains(got, "secret") {
		t.Errorf("ann sees %s", got)
	}
}
