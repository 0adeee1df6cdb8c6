package main_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A second note needs one request: its preflight is answered from the browser's
// cache, and the answer holds what the page shows. So does a second change.
func TestPageAsksForNothingTwice(t *testing.T) {
	t.Parallel()
	cmd := command(t.TempDir())
	cmd.Args = append(cmd.Args, "--preflights")
	s := run(t, cmd)
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	w.keep("a", "x")
	w.click(card("a") + " .edit")
	w.write(".editing textarea", "y")
	w.click(".editing .primary")
	w.sees(card("a")+" .text", "y")
	before := len(w.asked())
	w.keep("b", "x")
	w.click(card("a") + " .edit")
	w.write(".editing textarea", "z")
	w.click(".editing .primary")
	w.sees(card("a")+" .text", "z")
	got := slices.DeleteFunc(w.asked()[before:], func(request string) bool { return strings.HasPrefix(request, "OPTIONS ") })
	if want := []string{"POST " + s.API + "/notes", "PUT " + s.API + "/notes/a"}; !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q", got, want)
	}
	log := s.log.Until(t, func(log string) bool { return strings.Count(log, " PUT ") == 2 })
	if got := strings.Count(log, " OPTIONS "); got != 3 {
		t.Errorf("got %d preflights, want three: of the list, of a new note and of a change\n%s", got, log)
	}
}

// Who is signed in sees no welcome on the way back to the notes.
func TestPageWithoutAFlash(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	release := w.hold(s.Page + "/config.json")
	w.do(chromedp.Reload())
	w.sees("#wait", "Signing you in…")
	if eval[bool](w, `document.getElementById("welcome").checkVisibility()`) {
		t.Error("the welcome shows")
	}
	w.audit("on the way to the login")
	release()
	w.sees("h1", "Your notes")
}

// Many notes are all within reach, in order, filtered and counted.
func TestPageReachesManyNotes(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	token := *s.demo(t).AccessToken
	for i := range 250 {
		if i == 249 {
			s.post(t, "/_local/clock?forward=1m") // those of one moment are sorted by name
		}
		s.request(t, token, "POST", "/notes", fmt.Sprintf(`{"noteid":"note %d","note":"text %d"}`, i, i)).contains(t, 200, "created")
	}
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	w.sees(".count", "250 notes")
	titles := func() []string {
		return strings.Split(eval[string](w, `[...document.querySelectorAll(".notes > li:not([hidden]) h2")].map((e) => e.textContent).join("|")`), "|")
	}
	if got := titles(); len(got) != 250 || got[0] != "note 249" {
		t.Errorf("got %d notes from %q on, want 250 from the newest on", len(got), got[0])
	}
	w.until(`((select) => { select.value = "By name"; select.dispatchEvent(new Event("change")); return true })(document.querySelector(".tools select"))`)
	if got := titles(); got[0] != "note 0" || got[2] != "note 2" || got[10] != "note 10" {
		t.Errorf("by name: got %q, want numbers to count", got[:11])
	}
	w.write("#filter", "TEXT 24")
	w.sees(".count", "11 of 250 notes") // 24 and 240 to 249
	w.write("#new-name", "another")
	w.write("#new-text", "kept while filtered")
	w.click(".composer button")
	w.sees(".count", "251 notes")
	if !eval[bool](w, `((r) => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector('article[aria-label="another"]').getBoundingClientRect())`) {
		t.Error("the note that was kept is out of sight")
	}
}
