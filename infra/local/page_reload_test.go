package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// logins counts how often this window went to the login.
func (w *window) logins() (n int) {
	w.t.Helper()
	for _, request := range w.asked() {
		if strings.HasPrefix(request, "GET "+w.sys.Pool+"/oauth2/authorize?") {
			n++
		}
	}
	return n
}

// forgive drops what the browser said of a failure that the test causes.
func (w *window) forgive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = nil
}

// A reload goes to the login that config.json names, whatever is stored: an older
// page's mark, or somebody else's address.
func TestPageReloadsOverItsOwnLogin(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	for _, stored := range []string{"yes", "null", `{"login":"http://localhost:1","clientId":"x"}`} {
		eval[bool](w, fmt.Sprintf(`(sessionStorage.setItem("notegate.signed-in", %s), window.old = true)`, quote(stored)))
		w.do(chromedp.Reload())
		w.until(`!window.old`)
		w.sees("h1", "Your notes")
	}
}

// A reload signs in by itself once after each sign-in: what goes wrong on the way
// ends at the welcome, and stays there.
func TestPageReloadsInNoLoop(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	restore := w.answers(s.Pool+"/oauth2/token", 400, `{"error":"invalid_grant"}`)
	w.do(chromedp.Reload())
	w.sees("#notice", "code was not accepted")
	before := w.logins()
	w.do(chromedp.Reload())
	w.sees("#sign-in", "Sign in")
	w.until(`document.documentElement.dataset.ready === "yes"`)
	if got := w.logins(); got != before {
		t.Errorf("went to the login %d times, want %d", got, before)
	}
	restore()
}

// Without its configuration the page says so and stays where it is. The next
// reload goes on.
func TestPageReloadsWithoutItsConfiguration(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	before := w.logins()
	restore := w.answers(s.Page+"/config.json", 503, "")
	w.do(chromedp.Reload())
	w.sees("#notice", "config.json cannot be read")
	w.sees("#sign-in", "Sign in")
	if got := w.logins(); got != before {
		t.Errorf("went to the login %d times, want %d", got, before)
	}
	restore()
	w.do(chromedp.Reload())
	w.sees("h1", "Your notes")
}

// A browser that stores nothing for the page cannot come back from the login.
func TestPageWithoutStorage(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	call(w, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		for (const name of ["sessionStorage", "localStorage"]) {
			Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied for this document.", "SecurityError") } });
		}`})
	w.open(s.Page)
	w.sees("#notice", "allow its cookies and site data")
	w.sees("h1", "Notes behind a")
	w.forgive()
}

// A page of which a part does not come, or is of another version as after an
// update, says so.
func TestPageInParts(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	call(w, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	for name, status := range map[string]int64{"does not come": 503, "is of another version": 200} {
		t.Logf("a part that %s", name) // for a failure of what follows
		restore := w.answers(s.Page+"/text.js", status, "")
		w.do(chromedp.Reload())
		w.sees("#notice", "The page could not start. Reload it.")
		w.gone("#wait")
		restore()
		w.do(chromedp.Reload()) // which goes on where it was
		w.sees("h1", "Your notes")
	}
	w.forgive()
}
