package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// look sets the size of the screen and the colours that the reader prefers.
func (w *window) look(width, height int64, scheme string) {
	w.t.Helper()
	w.resize(width, height)
	call(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// faintText lists texts with less contrast than WCAG 2.2, section 1.4.3, wants,
// which is 4.5 to 1.
const faintText = `(() => {
	const parse = (color) => { const n = color.match(/[\d.]+/g).map(Number); return { rgb: n.slice(0, 3), a: n[3] ?? 1 } };
	const over = (top, below) => top.rgb.map((c, i) => c * top.a + below[i] * (1 - top.a));
	const back = (e) => e ? over(parse(getComputedStyle(e).backgroundColor), back(e.parentElement)) : matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
	const light = (rgb) => { const [r, g, b] = rgb.map((c) => c / 255).map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
	const found = [];
	for (const e of document.body.querySelectorAll("*")) {
		const words = e.matches("input, textarea") ? e.value : [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
		if (!words || !e.checkVisibility({ opacityProperty: true })) continue;
		const below = back(e), [a, b] = [light(over(parse(getComputedStyle(e).color), below)), light(below)];
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) found.push(ratio.toFixed(2) + " " + words.slice(0, 30));
	}
	return found.join("; ");
})()`

// nameless lists controls that a screen reader has no name for, and what is too
// wide for the screen.
const nameless = `((width) => {
	const found = [];
	for (const e of document.querySelectorAll("button, a, input, textarea")) {
		const name = e.ariaLabel || [...(e.labels ?? [])].map((l) => l.innerText).join("") || e.textContent.trim();
		if (!name) found.push(e.outerHTML);
	}
	if (new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size !== document.querySelectorAll("[id]").length) found.push("an id twice");
	for (const e of document.querySelectorAll("main, main *:not(.count *), header *, footer, #notice *, #toast *")) {
		if (e.checkVisibility() && e.getBoundingClientRect().right > width) found.push("wider than the screen: " + e.outerHTML.slice(0, 80));
	}
	if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
	return found.join("; ");
})(%d)`

const layoutShift = `new Promise((done) => {
	let sum = 0;
	new PerformanceObserver((list) => list.getEntries().forEach((e) => { sum += e.value })).observe({ type: "layout-shift", buffered: true });
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
})`

// audit looks at the page as it is now, on a phone and a desk, in light and dark.
func (w *window) audit(state string) {
	w.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			w.look(width, 800, scheme)
			for _, check := range []string{faintText, fmt.Sprintf(nameless, width)} {
				if got := eval[string](w, check); got != "" {
					w.t.Errorf("%s, %s, %d wide: %s", state, scheme, width, got)
				}
			}
		}
	}
}

func TestPageBasics(t *testing.T) {
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
	w.click(`a[href^="/signup"]`)
	w.sees("h1", "Create an account")
	w.audit("sign-up")
	w.write("[name=email]", "ann@example.com")
	w.write("[name=password]", "Passw0rd!ann")
	w.click("form button:not([type=button])")
	w.sees(".mail", "Your code is")
	w.audit("confirm")
	w.write("[name=code]", eval[string](w, `document.getElementById("mail").innerText`))
	w.click("form button:not([type=button])")
	w.sees(".empty", "Nothing here yet")
	w.audit("empty")
	w.keep("a", "text")
	w.keep(strings.Repeat("long", 60), strings.Repeat("wide", 200))
	w.audit("notes")
	w.click(card("a") + " .edit")
	w.audit("editing")
	s.request(t, *s.signIn(t, s.Client, "ann@example.com", "Passw0rd!ann").AccessToken, "PUT", "/notes/a", `{"note":"other"}`).contains(t, 200, "updated")
	w.click(".editing .primary")
	w.sees(".conflict", "lost a race")
	w.audit("conflict")
	w.click(".conflict .primary")
	w.click("#gate")
	w.sees("#drawer tbody", "412")
	w.audit("drawer")
	w.press("\x1b")
	w.click(card("a") + " .delete")
	w.sees("#toast", "Deleted")
	w.audit("deleted")
	restore := w.answers(s.API, 0, "")
	w.click("#toast button")
	w.sees("#notice", "offline")
	w.audit("offline")
	restore()
	w.open(s.Pool + "/oauth2/authorize?client_id=nobody")
	w.sees("#error", "No app client")
	w.audit("refused")
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
	s := start(t, t.TempDir())
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
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
	s := start(t, t.TempDir())
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
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
