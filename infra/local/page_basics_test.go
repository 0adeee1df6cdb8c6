package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/notegate/notegate/infra/interop"
)

// look sets the size of the screen and the colours that the reader prefers.
func (w *window) look(width, height int64, scheme string) {
	w.t.Helper()
	w.resize(width, height)
	call(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// tooWide lists what is wider than the screen, so that the page scrolls sideways or
// a button is out of sight, and what begins where nobody can scroll to.
const tooWide = `((width) => {
	const found = [];
	for (const e of document.querySelectorAll("main, main *:not(.count *), header *, footer, aside *:not(.scroll *), #notice *, #toast *")) {
		const { left, top, right } = e.getBoundingClientRect();
		if (e.checkVisibility() && !e.closest(".skip, .scroll") && (right > width || left < 0 || (!e.closest("aside, main form, .text") && top + scrollY < 0))) found.push(e.outerHTML.slice(0, 80));
	}
	if (document.documentElement.scrollWidth > width) found.push("the page");
	return found.join("; ");
})(%d)`

// violations lists what axe-core finds: names, roles, contrast, order of headings.
const violations = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
	violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 120) + " " + n.any.map((a) => a.message).join(", "))).join("\n"))`

const layoutShift = `new Promise((done) => {
	let sum = 0;
	new PerformanceObserver((list) => list.getEntries().forEach((e) => { sum += e.value })).observe({ type: "layout-shift", buffered: true });
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
})`

// audit looks at the page as it is now: on phones and a desk, in light and dark.
//
// https://github.com/dequelabs/axe-core
func (w *window) audit(state string) {
	w.t.Helper()
	w.until(`document.readyState === "complete"`) // what is seen sooner may lack its style sheet
	for _, screen := range []struct {
		width  int64
		scheme string
	}{{320, "light"}, {360, "dark"}, {1280, "light"}} {
		width, scheme := screen.width, screen.scheme
		w.look(width, 800, scheme)
		if got := eval[string](w, fmt.Sprintf(tooWide, width)); got != "" {
			w.t.Errorf("%s, %d wide: wider than the screen: %s", state, width, got)
		}
		if width == 320 {
			continue
		}
		if !eval[bool](w, `"axe" in window`) {
			eval[string](w, axe(w.t)+`; ""`)
		}
		if got := eval[string](w, violations); got != "" {
			w.t.Errorf("%s, %s, %d wide:\n%s", state, scheme, width, got)
		}
	}
}

// axe is the script of axe-core.
func axe(t testing.TB) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(interop.Modules(t, "axe-core"), "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// long is a text that nothing breaks, such as an address, in each field and state.
var long = "https://example.com/" + strings.Repeat("wide", 70)

// The login's pages, each as it is and with what it says is wrong.
func TestLoginIsAccessible(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.open(s.Page)
	w.until(`document.documentElement.dataset.ready === "yes"`)
	loaded := strings.Fields(eval[string](w, `performance.getEntriesByType("resource").map((e) => e.name).join(" ")`))
	for _, name := range loaded {
		if !strings.HasPrefix(name, s.Page+"/") {
			t.Errorf("the first view loads %s", name)
		}
	}
	if len(loaded) < 5 {
		t.Errorf("loaded only %v: are files counted in another way now?", loaded)
	}
	w.audit("welcome")
	w.click("#sign-in")
	w.sees("h1", "Sign in")
	w.audit("login")
	w.write("[name=email]", strings.Repeat("wide", 15)+"@example.com")
	w.write("[name=password]", "not-that-1A")
	w.submit()
	w.sees("#error", "Incorrect")
	w.audit("login refused")
	w.write("[name=password]", long[:200])
	w.click(".show")
	w.sees(".show", "Hide")
	w.audit("password shown")
	w.click(`a[href^="/forgotPassword"]`)
	w.sees("h1", "Forgot")
	w.audit("forgot password")
	w.write("[name=email]", "demo@example.com")
	w.submit()
	w.sees("h1", "Choose a new password")
	w.audit("reset password")
	w.open(s.Page + "/#sign-in")
	w.sees("h1", "Sign in")
	w.click(`a[href^="/signup"]`)
	w.sees("h1", "Create an account")
	w.audit("sign-up")
	email := strings.Repeat("wide", 12) + "@example.com"
	w.write("[name=email]", email)
	w.write("[name=password]", "short")
	w.submit()
	w.sees("#error", "password")
	w.audit("sign-up refused")
	w.write("[name=password]", "Passw0rd!ann")
	w.submit()
	w.sees(".mail", "Your code is")
	w.audit("confirm")
	w.click("[name=resend]")
	w.sees("main", "A new code was sent")
	w.audit("confirm again")
	w.write("[name=code]", eval[string](w, `document.getElementById("mail").innerText`))
	w.submit()
	w.sees(".empty", "Nothing here yet")
	w.audit("signed in with a long address")
	w.open(s.Pool + "/oauth2/authorize?client_id=nobody")
	w.sees("#error", "No app client")
	w.audit("refused")
}

// The page in each of its states.
func TestPageIsAccessible(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	w := s.window(t)
	w.signIn("ann@example.com", "Passw0rd!ann")
	w.sees(".empty", "Nothing here yet")
	w.audit("empty")
	w.keep("a", "text")
	w.write("#new-text", strings.Repeat(long+"\n", 9))
	w.write("#new-name", long[:250])
	w.audit("writing")
	w.click(".composer button")
	w.sees(card(long[:250]), "Show all")
	w.audit("notes")
	w.click(card(long[:250]) + " .all")
	w.sees(card(long[:250]), "Show less")
	w.audit("a whole note")
	w.write("#filter", "none has this")
	w.sees(".empty", "No note has this")
	w.audit("filtered")
	w.write("#filter", "")
	w.click(card(long[:250]) + " .edit")
	w.audit("editing")
	w.press("\x1b")
	w.click(card("a") + " .edit")
	w.write(".editing textarea", long)
	token := *s.signIn(t, s.Client, "ann@example.com", "Passw0rd!ann").AccessToken
	s.request(t, token, "PUT", "/notes/a", `{"note":"`+long+`"}`).contains(t, 200, "updated")
	w.click(".editing .primary")
	w.sees(".conflict", "lost a race")
	w.audit("conflict")
	s.request(t, token, "DELETE", "/notes/a", "").contains(t, 200, "deleted")
	w.click(".conflict .primary")
	w.sees(".conflict", "deleted elsewhere")
	w.audit("conflict with none")
	w.click(".conflict .primary")
	w.sees("#notice + main", "version 1")
	w.click("#gate")
	w.sees("#drawer tbody", "412")
	w.audit("drawer")
	w.click(card(long[:250]) + " .delete")
	w.sees("#toast", "Deleted")
	w.audit("deleted beside the drawer")
	restore := w.answers(s.API, 0, "")
	w.click("#toast button")
	w.sees("#notice", "offline")
	w.audit("offline beside the drawer")
	restore()
	w.press("\x1b")
	w.write("#new-text", long)
	restore = w.answers(s.API, 401, `{"message":"Unauthorized"}`)
	w.click(".composer button")
	w.sees("#notice", "The gate refused your token")
	w.sees("#kept", "Text that was not saved")
	w.audit("sign-in ended, with a text kept")
	restore()
}

// Nothing moves while the page comes up, on a phone or a desk.
func TestPageIsSteady(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	for _, width := range []int64{390, 1280} {
		w := s.window(t)
		steady := func(state string) {
			t.Helper()
			if got := eval[float64](w, layoutShift); got > 0 {
				t.Errorf("%s, %d wide: the layout shifts by %v", state, width, got)
			}
		}
		email := fmt.Sprintf("ann-%d@example.com", width)
		s.signUp(t, email, "Passw0rd!ann")
		w.look(width, 844, "light")
		w.open(s.Page)
		w.until(`document.documentElement.dataset.ready === "yes"`)
		steady("welcome")
		w.signIn(email, "Passw0rd!ann")
		w.sees(".empty", "Nothing here yet")
		steady("signed in")
		w.keep("a", "text")
		w.keep(strings.Repeat("long", 60), strings.Repeat("wide", 200))
		w.do(chromedp.Reload()) // over the login
		w.sees(card("a"), "text")
		steady("notes after a reload")
	}
}

// Everything is within reach of the keyboard, in the order in which it is read.
func TestPageByKeyboard(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	w.keep("a", "x")
	w.keep("b", "y")
	eval[bool](w, `(document.activeElement.blur(), getSelection().removeAllRanges(), document.querySelector(".skip").focus(), true)`)
	var got []string
	for range 14 {
		got = append(got, eval[string](w, `(document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText).trim()`))
		w.press("\t")
	}
	want := []string{"Skip to the content", "notegate, start page", "The gate", "Sign out", "New note", "Name", "Keep note", "Filter", "Order", "Edit b", "Delete b", "Edit a", "Delete a"}
	if fmt.Sprint(got[:len(want)]) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Where the system's colours replace the page's, what lay on a ground of its own
// has an edge instead.
func TestPageInForcedColours(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("a", "x")
	w.click(card("a") + " .delete")
	w.sees("#toast", "Deleted")
	restore := w.answers(s.API, 0, "")
	w.click("#toast button")
	w.sees("#notice", "offline")
	restore()
	call(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
	for _, selector := range []string{"#toast", "#notice", "#sign-out", "#new-text"} {
		edge := eval[string](w, fmt.Sprintf(`(({ borderTopStyle, borderTopColor, backgroundColor }) => borderTopStyle + (borderTopColor === backgroundColor ? " unseen" : ""))(getComputedStyle(document.querySelector(%s)))`, quote(selector)))
		if edge != "solid" {
			t.Errorf("%s: the edge is %s, want solid", selector, edge)
		}
	}
}
