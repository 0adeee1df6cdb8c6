package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp/kb"
)

// reach presses Tab until the keyboard is where the condition says, e being the
// element.
func (w *window) reach(condition string, modifiers ...kb.Modifier) {
	w.t.Helper()
	for range 40 {
		if eval[bool](w, `((e) => `+condition+`)(document.activeElement)`) {
			return
		}
		w.press(kb.Tab, modifiers...)
	}
	w.t.Fatalf("no Tab leads to where %s\n%s", condition, w.seen())
}

// A whole journey by Tab and Enter, without the mouse.
func TestPageJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	w := s.window(t)
	w.open(s.Page)
	w.until(`document.documentElement.dataset.ready === "yes"`)
	w.reach(`e.id === "sign-in"`)
	w.press(kb.Enter)
	w.sees(".hint", "The demo user is filled in")
	w.focused(`e.matches("form button")`)
	w.reach(`e.name === "email"`, kb.ModifierShift) // which selects what is filled in
	w.press("ann@example.com")
	w.press(kb.Tab)
	w.press("Passw0rd!ann")
	w.press(kb.Enter)

	w.sees(".who", "ann@example.com")
	w.sees(".empty", "Nothing here yet")
	w.focused(`e.id === "new-text"`)
	w.press("Milk")
	w.reach(`e.matches(".composer button")`)
	w.press(kb.Enter)
	w.sees(card("Milk"), "Milk")

	w.reach(`e.ariaLabel === "Edit Milk"`)
	w.press(kb.Enter)
	w.focused(`e.matches(".editing textarea")`)
	w.press(" and bread ")
	w.reach(`e.matches(".editing .primary")`)
	w.press(kb.Enter)
	w.sees(card("Milk")+" .text", "and bread")
	w.sees(card("Milk")+" footer", "version 2")
	w.focused(`e.ariaLabel === "Edit Milk"`)

	w.reach(`e.ariaLabel === "Delete Milk"`)
	w.press(kb.Enter)
	w.sees("#toast", "Deleted “Milk”.")
	w.gone(card("Milk"))
	w.focused(`e.innerText === "Undo"`)
	w.press(kb.Enter)
	w.sees(card("Milk")+" .text", "and bread")
	w.gone("#toast button")

	w.reach(`e.id === "sign-out"`, kb.ModifierShift)
	w.press(kb.Enter)
	w.sees("h1", "Notes behind a")
	w.sees("#sign-in", "Sign in")
}

// A live region is what a screen reader says without being asked.
type liveRegion struct{ live, text string }

// region finds the one of that role in the accessibility tree.
func (w *window) region(role string) (found liveRegion) {
	w.t.Helper()
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	var root *accessibility.Node
	for _, node := range call(w, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		nodes[node.NodeID] = node
		if node.Role != nil && string(node.Role.Value) == quote(role) {
			root = node
		}
	}
	if root == nil {
		w.t.Fatalf("the accessibility tree has no %s", role)
	}
	for _, property := range root.Properties {
		if property.Name == accessibility.PropertyNameLive {
			found.live = strings.Trim(string(property.Value.Value), `"`)
		}
	}
	var text func(*accessibility.Node) string
	text = func(node *accessibility.Node) (said string) {
		if node.Role != nil && string(node.Role.Value) == `"StaticText"` {
			if err := json.Unmarshal(node.Name.Value, &said); err != nil {
				w.t.Fatal(err)
			}
			return said
		}
		for _, id := range node.ChildIDs {
			said += text(nodes[id])
		}
		return said
	}
	found.text = text(root)
	return found
}

// What happens elsewhere on the page is said aloud: what is wrong at once, what
// is done when there is a pause (WCAG 2.2, section 4.1.3).
func TestPageSaysAloud(t *testing.T) {
	t.Parallel()
	s, w := signedIn(t)
	w.keep("a", "x")
	w.click(card("a") + " .delete")
	w.sees("#toast", "Deleted “a”.")
	if got := w.region("status"); got.live != "polite" || !strings.HasPrefix(got.text, "Deleted “a”.") {
		t.Errorf("deleted: got %+v, want what the toast says, politely", got)
	}
	restore := w.answers(s.API, 503, `{"message":"Service unavailable"}`)
	w.click("#toast button")
	w.sees("#notice", "Something failed on the other side")
	if got := w.region("alert"); got.live != "assertive" || !strings.HasPrefix(got.text, "“a”: Something failed on the other side") {
		t.Errorf("failed: got %+v, want what the notice says, at once", got)
	}
	restore()
}
