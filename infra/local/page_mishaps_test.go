package main_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hold keeps this window's requests to a URL back until release is called.
func (w *window) hold(url string) (release func()) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.ctx)
	w.t.Cleanup(stop)
	released := make(chan struct{})
	err := chromedp.Listen(ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() {
			select {
			case <-released:
				_, _ = chromedp.Call(ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: paused.RequestID})
			case <-ctx.Done():
			}
		}()
	})
	if err != nil {
		w.t.Fatal(err)
	}
	call(w, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: url}}})
	return func() { close(released) }
}

// twice clicks faster than any answer comes.
func (w *window) twice(selector string) {
	w.t.Helper()
	w.until(fmt.Sprintf(`(() => { const e = document.querySelector(%s); e.click(); e.click(); return true })()`, quote(selector)))
}

// focused waits until the keyboard is where the condition says, e being the element.
func (w *window) focused(condition string) {
	w.t.Helper()
	w.until(`((e) => ` + condition + `)(document.activeElement)`)
}

// Who is faster than the page's configuration is signed in when it comes.
func TestPageSignInBeforeItIsReady(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	release := w.hold(s.Page + "/config.json")
	w.open(s.Page)
	w.click("#sign-in")
	release()
	w.sees("h1", "Sign in")
}

// An address with something else than a sign-in in it is the start page's too.
func TestPageAtOtherAddresses(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	for _, address := range []string{"/#main", "/?from=mail", "/?state=x#y"} {
		w.open("about:blank")
		w.open(s.Page + address)
		w.until(`document.documentElement.dataset.ready === "yes"`)
		w.sees("h1", "Notes behind a")
		w.sees("#sign-in", "Sign in")
	}
}

func TestPageClickedTwice(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.open(s.Page)
	w.until(`document.documentElement.dataset.ready === "yes"`)
	w.twice("#sign-in")
	w.sees(".hint", "The demo user is filled in")
	w.submit()
	w.sees("h1", "Your notes")
	w.keep("a", "x")
	w.twice(card("a") + " .delete")
	w.sees("#toast", "Deleted “a”.")
	w.twice("#toast button")
	w.sees(card("a")+" .text", "x")
	w.gone("#toast button")
	w.keep("b", "y")
	const count = `performance.getEntriesByType("resource").filter((e) => /\/notes(\/a)?$/.test(e.name)).length`
	if got, want := eval[int](w, count), 1+1+1+1; got != want {
		t.Errorf("asked for the list or the note %d times, want %d: to add, to delete, to undo, to add another", got, want)
	}
	w.twice("#sign-out")
	w.sees("h1", "Notes behind a")
}

// An edit stays while the notes come, the edited one among them.
func TestPageKeepsEditsWhileMoreIsShown(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	token := *s.demo(t).AccessToken
	s.request(t, token, "POST", "/notes", `{"noteid":"a","note":"x"}`).contains(t, 200, "created")
	w := s.window(t)
	release := w.hold(s.API + "/notes?limit=*")
	w.open(s.Page + "/#sign-in")
	w.sees(".hint", "The demo user is filled in")
	w.submit()
	w.sees(".count", "Loading your notes…")
	w.write("#new-name", "a") // exists, and is not yet shown
	w.write("#new-text", "x")
	w.click(".composer button")
	w.click(card("a") + " .edit")
	w.write(".editing textarea", "half a thought")
	release()
	w.sees(".count", "1 note")
	equal(w, "the edit", `document.querySelector(".editing textarea")?.value ?? ""`, "half a thought")
}

// What is being written outlasts a sign-in that ends: in the form, in an edit of
// a note that somebody changes meanwhile, and in one of a note that is deleted.
func TestPageKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	for _, name := range []string{"changed", "deleted", "mine alone", "untouched"} {
		w.keep(name, "as it was")
		w.click(card(name) + " .edit")
	}
	w.write(`form[aria-label="Edit changed"] textarea`, "my change")
	w.write(`form[aria-label="Edit deleted"] textarea`, "my addition")
	w.write(`form[aria-label="Edit mine alone"] textarea`, "my change, too")
	w.write("#new-name", "next")
	w.write("#new-text", "not lost")
	restore := w.answers(s.API, 401, `{"message":"Unauthorized"}`)
	w.click(".composer button")
	w.sees("#notice", "The gate refused your token")
	restore()
	token := *s.demo(t).AccessToken
	s.request(t, token, "PUT", "/notes/changed", `{"note":"their change"}`).contains(t, 200, "updated")
	s.request(t, token, "DELETE", "/notes/deleted", "").contains(t, 200, "deleted")

	w.click("#sign-in")
	w.sees(`form[aria-label="Edit deleted"]`, "deleted")
	w.until(`document.getElementById("new-text").value === "not lost" && document.getElementById("new-name").value === "next"`)
	w.click(`form[aria-label="Edit mine alone"] .primary`)
	w.sees(card("mine alone")+" .text", "my change, too")
	w.click(`form[aria-label="Edit changed"] .primary`)
	w.sees(".conflict .text", "their change")
	equal(w, "the edit", `document.querySelector(".conflict textarea").value`, "my change")
	w.click(".conflict .primary")
	w.sees(card("changed")+" .text", "my change")
	w.click(`form[aria-label="Edit deleted"] .primary`)
	w.sees(".conflict .lost", "was deleted elsewhere")
	w.click(".conflict .primary")
	w.sees(card("deleted")+" .text", "my addition")
	if eval[bool](w, `document.querySelector('form[aria-label="Edit untouched"]') !== null`) {
		t.Error("an edit that changed nothing is begun again")
	}
	w.click(".composer button")
	w.sees(card("next")+" .text", "not lost")
}

// What cannot be undone now can be later, after another sign-in, too.
func TestPageUndoCanWait(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("a", "x")
	w.click(card("a") + " .delete")
	w.sees("#toast", "Deleted “a”.")
	restore := w.answers(s.API, 503, `{"message":"Service unavailable"}`)
	w.click("#toast button")
	w.sees("#notice", "Something failed")
	restore()
	w.click("#toast button")
	w.sees(card("a")+" .text", "x")
	w.gone("#toast button")

	w.click(card("a") + " .delete")
	w.sees("#toast", "Deleted “a”.")
	restore = w.answers(s.API, 401, `{"message":"Unauthorized"}`)
	w.click("#toast button")
	w.sees("#notice", "The gate refused your token")
	restore()
	w.click("#sign-in")
	w.sees(".empty", "Nothing here yet")
	w.click(".composer button")
	w.sees(card("a")+" .text", "x")
}

// Nothing that closes takes the keyboard's focus with it.
func TestPageKeepsTheFocus(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("a", "x")
	w.keep("b", "y")
	w.click(card("a") + " .delete")
	w.focused(`e.innerText === "Undo"`)
	w.press("\t")
	w.press(kb.Enter)
	w.gone("#toast button")
	w.focused(`e.id === "main"`)

	s.request(t, *s.demo(t).AccessToken, "PUT", "/notes/b", `{"note":"z"}`).contains(t, 200, "updated")
	w.click(card("b") + " .delete")
	w.sees("#notice", "Somebody changed this note")
	w.focused(`e.ariaLabel === "Edit b"`)

	restore := w.answers(s.API, 503, `{"message":"Service unavailable"}`)
	w.click(card("b") + " .delete")
	w.sees("#notice", "Something failed")
	w.until(`(document.querySelector("#notice button").focus(), true)`)
	w.press(kb.Enter)
	w.focused(`e.id === "main"`)
	w.sees("#notice", "Something failed")
	restore()

	w.resize(390, 800)
	w.click("#gate")
	w.focused(`e.innerText === "Close"`)
	w.press("\t", kb.ModifierShift) // back to the page, which the drawer covers
	w.gone("#drawer")
	w.focused(`e !== document.body`)
	w.until(`document.getElementById("gate").ariaExpanded === "false"`)
}

// An API that is not there any more loses nothing that was written.
func TestPageWhenTheSystemStops(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("a", "x")
	s.kill()
	w.write("#new-name", "b")
	w.write("#new-text", "not lost")
	w.click(".composer button")
	w.sees("#notice", "You seem to be offline")
	w.sees("#notice button", "Try again")
	w.sees(card("a")+" .text", "x")
	equal(w, "the form", `document.getElementById("new-text").value`, "not lost")
}

// What no name can be is said in the form, before anything is sent.
func TestPageNamesThatCannotBe(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	for _, tt := range []struct{ name, text, want string }{
		{"good", "x", ""},
		{"", "x", ""},
		{"", "  \n ", "A note of blanks needs a name."},
		{"b", "  \n ", ""},
		{"..", "x", "A name needs more than dots."},
		{"", ".\nx", "A name needs more than dots."},
		{"...", "x", ""},
		{strings.Repeat("ü", 128), "x", ""},
		{strings.Repeat("ü", 129), "x", "This name is 2 bytes over the limit of 256 bytes."},
	} {
		w.write("#new-name", tt.name)
		w.write("#new-text", tt.text)
		if got := eval[string](w, `document.getElementById("new-name").validationMessage`); got != tt.want {
			t.Errorf("name %q, text %q: got %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

// A text runs as its script does, whatever the page's.
func TestPageFromRightToLeft(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	w.keep("שלום", "שלום, עולם! (123) abc.")
	w.keep("plain", "from left to right")
	directions := func(selector string) string {
		return eval[string](w, fmt.Sprintf(`[...document.querySelectorAll(%s)].map((e) => getComputedStyle(e).direction).join()`, quote(selector)))
	}
	for selector, want := range map[string]string{
		card("שלום") + " h2": "rtl", card("שלום") + " .text": "rtl", card("plain") + " .text": "ltr", card("שלום") + " footer": "ltr",
	} {
		if got := directions(selector); got != want {
			t.Errorf("%s: got %s, want %s", selector, got, want)
		}
	}
	w.click(card("שלום") + " .edit")
	if got := directions(".editing textarea"); got != "rtl" {
		t.Errorf("edited: got %s, want rtl", got)
	}
	w.write("#new-text", "مرحبا")
	if got := directions("#new-text"); got != "rtl" {
		t.Errorf("new: got %s, want rtl", got)
	}
}
