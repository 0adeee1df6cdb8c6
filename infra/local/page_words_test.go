package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// back goes back by one page, as the browser's button does.
func (w *window) back() {
	w.t.Helper()
	history, err := chromedp.Run(w.ctx, chromedp.NavigationEntries())
	if err != nil {
		w.t.Fatal(err)
	}
	call(w, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[history.CurrentIndex-1].ID})
}

// A sign-out says so, and ends the page in the browser's other windows.
func TestPageSignOutReachesOtherWindows(t *testing.T) {
	t.Parallel()
	s, here := signedIn(t)
	there := here.tab()
	there.open(s.Page + "/#sign-in") // the login knows the browser
	there.sees("h1", "Your notes")
	here.click("#sign-out")
	here.sees("#toast", "You are signed out.")
	there.sees("#notice", "You signed out in another window.")
	there.sees("h1", "Notes behind a")
}

// So it does in a window that was left for another page, on the way back.
func TestPageSignOutReachesWindowsThatWereLeft(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	here := s.window(t)
	here.signIn("demo@example.com", "Notegate-1")
	here.keep("a", "x")
	there := here.tab()
	there.open(s.Page + "/#sign-in")
	there.sees(card("a"), "x")
	there.open("about:blank")
	here.click("#sign-out")
	here.sees("#toast", "You are signed out.")
	there.back()
	there.sees("h1", "Sign in")
}

// Back from the notes leads to the login's form, whose answer is of an old sign-in:
// the page begins another one and says nothing.
func TestPageBackAfterSignIn(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.open(s.Page + "/#sign-in")
	w.sees("h1", "Sign in")
	w.click(`a[href^="/signup"]`)
	w.sees("h1", "Create an account")
	w.click(`a[href^="/login"]`)
	w.sees("h1", "Sign in")
	w.submit()
	w.sees("h1", "Your notes")
	w.back()
	w.sees("h1", "Sign in")
	w.write("[name=email]", "demo@example.com")
	w.write("[name=password]", "Notegate-1")
	w.submit()
	w.sees("h1", "Your notes")
	w.until(`document.querySelector(".notes").ariaBusy === null`)
	equal(w, "the page says", `document.getElementById("notice").innerText`, "")
}

// The form for a new account names every rule that a password breaks, and the
// keyboard is at the password.
func TestPageSignUpNamesEveryRule(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.open(s.Page + "/#sign-in")
	w.sees("h1", "Sign in")
	w.click(`a[href^="/signup"]`)
	w.sees("h1", "Create an account")
	w.write("[name=email]", "ann@example.com")
	w.write("[name=password]", "ab")
	w.submit()
	for _, rule := range []string{"more characters", "a digit", "a capital letter"} {
		w.sees("#error", rule)
	}
	w.focused(`e.name === "password"`)
	equal(w, "the address is", `document.querySelector("[name=email]").value`, "ann@example.com")
}

// Undo goes back one by one, the latest first.
func TestPageUndoStacks(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	w.keep("first", "1")
	w.keep("second", "2")
	w.click(card("first") + " .delete")
	w.sees("#toast", "first")
	w.click(card("second") + " .delete")
	w.sees("#toast", "1 more below")
	w.click("#toast button")
	w.sees(card("second"), "2")
	w.sees("#toast", "first")
	w.click("#toast button")
	w.sees(card("first"), "1")
	w.until(`document.getElementById("toast").innerText === ""`)
}

// A text that is too long says by how much, in people's words.
func TestPageSaysHowMuchIsOver(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	for over, want := range map[int]string{0: "", 1: "1 byte over the limit of 300 KB", 10: "10 bytes over", 2048: "2 KB over"} {
		w.write("#new-text", "long\n"+strings.Repeat("x", 300<<10-5+over))
		if got := eval[string](w, `document.getElementById("new-text").validationMessage`); !strings.Contains(got, want) || (got == "") != (over == 0) {
			t.Errorf("%d bytes over: the page says %q", over, got)
		}
	}
	w.write("#new-text", "a name of 257 bytes")
	if eval[bool](w, fmt.Sprintf(`((name) => { name.value = "n".repeat(%d); name.dispatchEvent(new Event("input", { bubbles: true })); return name.validity.valid })(document.getElementById("new-name"))`, 257)) {
		t.Error("the name may be too long")
	}
}

// Where fingers do what elsewhere keys do, no keys are named.
func TestPageOnATouchScreen(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	w.resize(390, 844)
	call(w, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	w.until(`!document.querySelector(".keys").checkVisibility()`)
	w.sees(".who", "demo@example.com")
}
