package main_test

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// writing waits until the form and the edit of a note hold these texts.
func (w *window) writing(composer, edit string) {
	w.t.Helper()
	w.until(`document.getElementById("new-text").value === ` + quote(composer) + ` && document.querySelector(".editing textarea")?.value === ` + quote(edit))
}

// draft writes a note's text and waits until the browser keeps it. It types again as
// long as the page may still be looking for an earlier draft.
func (w *window) draft(text string) {
	w.t.Helper()
	w.write("#new-text", text)
	w.until(`(document.getElementById("new-text").dispatchEvent(new Event("input", {bubbles: true})), JSON.stringify({...localStorage}).includes(` + quote(text) + `))`)
}

// What is being written outlasts each way to leave the page, and each way back.
func TestPageNeverLosesTyping(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("a", "as it was")
	w.click(card("a") + " .edit")
	w.write(".editing textarea", "half a change")
	w.write("#new-text", "half a thought")
	for _, way := range []struct {
		name         string
		leaveAndBack func()
	}{
		{"reload", func() { w.do(chromedp.Reload()) }},
		{"sign-out", func() {
			w.click("#sign-out")
			w.sees("#kept", "kept in this browser")
			w.click("#sign-in")
			w.write("[name=email]", "demo@example.com")
			w.write("[name=password]", "Notegate-1")
			w.click("form button:not([type=button])")
		}},
		{"another address", func() {
			w.open("about:blank")
			w.open(s.Page + "/")
		}},
		{"Back", func() {
			history, err := chromedp.Run(w.ctx, chromedp.NavigationEntries())
			if err != nil {
				t.Fatal(err)
			}
			here := history.Entries[history.CurrentIndex].ID
			call(w, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[0].ID})
			w.until(`location.href === "about:blank"`)
			call(w, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: here})
		}},
	} {
		w.writing("half a thought", "half a change")
		t.Logf("by %s", way.name) // for a failure of what follows
		way.leaveAndBack()
		w.sees("h1", "Your notes")
		w.writing("half a thought", "half a change")
	}

	// Escape gives an edit up, and is taken back.
	w.until(`(document.querySelector(".editing textarea").focus(), true)`)
	w.press(kb.Escape)
	w.sees("#toast", "Your change to “a” is discarded.")
	w.sees(card("a")+" .text", "as it was")
	w.click("#toast button")
	w.writing("half a thought", "half a change")
	w.until(`(document.getElementById("new-text").focus(), true)`)
	w.press(kb.Escape) // is for edits alone
	w.writing("half a thought", "half a change")
}

// Who signs out may leave nothing behind.
func TestPageForgetsDraftsOnRequest(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	w.gone("#kept")
	w.write("#new-text", "a secret")
	w.click("#sign-out")
	w.sees("#toast", "You are signed out.") // which would cover a toast that came before it
	w.sees("#kept", "kept in this browser")
	w.click("#clear")
	w.gone("#kept")
	w.sees("#toast", "Cleared.")
	equal(w, "things stored", `localStorage.length`, 0)
	w.signIn("demo@example.com", "Notegate-1")
	w.until(`document.getElementById("new-text").value === ""`)
}

// A window that comes back to a draft that another one goes on with keeps its own
// beside it.
func TestPageComesBackToATakenDraft(t *testing.T) {
	t.Parallel()
	s, here := signedIn(t)
	here.draft("half a thought")
	here.open("about:blank")
	there := here.tab()
	there.open(s.Page + "/#sign-in")
	there.until(`document.getElementById("new-text")?.value === "half a thought"`)
	here.back()
	here.until(`document.getElementById("new-text")?.readOnly === false`)
	here.draft("one end")
	there.draft("another end")
	here.until(`["one end", "another end"].every((text) => JSON.stringify({...localStorage}).includes(text))`)
}
