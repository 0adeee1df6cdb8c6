package main_test

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// From nothing to a first note, and through all that can be done with it.
func TestPageJourney(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.open(s.Page)
	w.sees("h1", "Notes behind a")
	w.click("#sign-in")
	w.click(`a[href^="/signup"]`)
	w.sees("h1", "Create an account") // the login page has an e-mail field, too
	w.write("[name=email]", "ann@example.com")
	w.write("[name=password]", "Passw0rd!ann")
	w.submit()
	w.sees(".mail", "Your code is")
	w.write("[name=code]", eval[string](w, `document.getElementById("mail").innerText`))
	w.submit()

	w.sees("h1", "Your notes")
	w.sees(".who", "ann@example.com")
	w.sees(".empty", "Your first note goes above")
	equal(w, "the address, without anything of the login", `location.href`, s.Page+"/")
	w.press("Milk and bread\nand tea") // the form has the keyboard already
	w.press(kb.Enter, kb.ModifierCtrl)
	w.sees(card("Milk and bread")+" .text", "and tea")
	w.gone(".empty")

	w.click(card("Milk and bread") + " .edit")
	w.write(".editing textarea", "Milk alone")
	w.press(kb.Enter, kb.ModifierCtrl)
	w.sees(card("Milk and bread")+" .text", "Milk alone")
	w.sees(card("Milk and bread")+" footer", "version 2")
	w.until(`document.activeElement.className === "edit"`)

	w.click(card("Milk and bread") + " .edit")
	w.write(".editing textarea", "never saved")
	w.press(kb.Escape)
	w.gone(".editing")
	w.sees(card("Milk and bread")+" .text", "Milk alone")

	w.click(card("Milk and bread") + " .delete")
	w.sees("#toast", "Deleted “Milk and bread”.")
	w.gone(card("Milk and bread"))
	w.until(`document.activeElement.innerText === "Undo"`)
	w.press(kb.Enter)
	w.sees(card("Milk and bread")+" .text", "Milk alone")

	w.do(chromedp.Reload())
	w.sees(card("Milk and bread")+" .text", "Milk alone") // over the login, which still knows the browser

	stored := eval[string](w, `JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie`)
	if want := `{}{"notegate.signed-in":"yes"}`; stored != want { // no draft is left, and never a token
		t.Errorf("stored: got %s, want %s", stored, want)
	}

	w.click("#sign-out")
	w.sees("h1", "Notes behind a")
	w.sees("#toast", "You are signed out.")
	w.do(chromedp.Reload())
	w.sees("#sign-in", "Sign in")
	w.click("#sign-in")
	w.sees("h1", "Sign in") // the login has forgotten the browser, too
}

// From the link that the command prints, a first note is one click away.
func TestPageOneClickToTheFirstNote(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	w := s.window(t)
	w.open(s.Link)
	w.sees(".hint", "The demo user is filled in")
	w.submit()
	w.until(`document.activeElement.id === "new-text"`)
	w.press("Milk and bread\nand tea")
	w.press(kb.Enter, kb.ModifierCtrl)
	w.sees(card("Milk and bread")+" .text", "and tea")
}

func TestPageConflictBetweenTwoWindows(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	here, there := s.window(t), s.window(t)
	here.signIn("ann@example.com", "Passw0rd!ann")
	here.keep("plan", "the first text")
	there.signIn("ann@example.com", "Passw0rd!ann")
	here.click(card("plan") + " .edit")
	there.click(card("plan") + " .edit")
	there.write(".editing textarea", "written there")
	there.click(".editing .primary")
	there.sees(card("plan")+" .text", "written there")

	here.write(".editing textarea", "written here")
	here.click(".editing .primary")
	here.sees(".conflict .lost", "lost a race")
	here.sees(".conflict .text", "written there")
	equal(here, "mine", `document.querySelector(".conflict textarea").value`, "written here")
	here.click(".conflict .primary")
	here.sees(card("plan")+" .text", "written here")
	here.sees(card("plan")+" footer", "version 3")

	there.click(card("plan") + " .delete")
	there.sees("#notice", "Somebody changed this note")
	there.sees(card("plan")+" .text", "written here")
	here.click(card("plan") + " .edit")
	there.click(card("plan") + " .delete")
	there.gone(card("plan"))
	here.write(".editing textarea", "kept after all")
	here.click(".editing .primary")
	here.sees(".conflict .lost", "was deleted elsewhere")
	here.click(".conflict .primary")
	here.sees(card("plan")+" .text", "kept after all")
}

// Who undoes a deletion makes another note of that name: an edit that was begun
// before loses the race, as it would to any other change.
func TestPageConflictWithAnUndo(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	here, there := s.window(t), s.window(t)
	here.signIn("ann@example.com", "Passw0rd!ann")
	here.keep("plan", "the first text")
	here.click(card("plan") + " .edit")
	there.signIn("ann@example.com", "Passw0rd!ann")
	there.click(card("plan") + " .edit")
	there.write(".editing textarea", "the best text")
	there.click(".editing .primary")
	there.sees(card("plan")+" .text", "the best text")
	there.click(card("plan") + " .delete")
	there.click("#toast button")
	there.sees(card("plan")+" .text", "the best text")
	there.sees(card("plan")+" footer", "version 1")

	here.write(".editing textarea", "from the first text")
	here.click(".editing .primary")
	here.sees(".conflict .lost", "lost a race")
	here.sees(".conflict .text", "the best text")
	here.click(".conflict .primary")
	here.sees(card("plan")+" .text", "from the first text")
	there.click(card("plan") + " .delete")
	there.sees("#notice", "Somebody changed this note")
	there.sees(card("plan")+" .text", "from the first text")
}

func TestPageShowsEachUserTheirOwn(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	s.signUp(t, "bob@example.com", "Passw0rd!bob")
	ann, bob := s.window(t), s.window(t)
	ann.signIn("ann@example.com", "Passw0rd!ann")
	ann.keep("secret", "ann's")
	bob.signIn("bob@example.com", "Passw0rd!bob")
	bob.sees(".empty", "Nothing here yet")
	bob.keep("secret", "bob's")
	ann.do(chromedp.Reload())
	ann.sees(card("secret")+" .text", "ann's")
}

// markup is what would run, or show, where a text is read as HTML.
var markup = []string{
	`<script>window.hit = 1</script>`, `<img src=x onerror="window.hit=1">`, `"><svg onload=window.hit=1>`, `javascript:window.hit=1`, `{{7*7}}</textarea><b>`,
}

// Whatever is written is shown as it was written, and run nowhere.
func TestPageShowsTextAsText(t *testing.T) {
	t.Parallel()
	_, w := signedIn(t)
	for _, evil := range append(slices.Clone(markup), `a/b?c#d%2e&e`, "\u202e right to left", `&lt;b&gt; 'quoted' "twice"`, `👩‍👩‍👧 ü`, `..a`) {
		w.keep(evil, "as text: "+evil)
		w.sees(card(evil)+" h2", evil)
		w.click(card(evil) + " .edit")
		equal(w, "edited", `document.querySelector(".editing textarea").value`, "as text: "+evil)
		w.write(".editing textarea", "`"+evil+"`\n```\n"+evil)
		w.click(".editing .primary")
		w.sees(card(evil)+" code", evil)
		w.sees(card(evil)+" pre", evil)
		w.click(card(evil) + " .delete")
		w.sees("#toast", evil)
		w.click("#toast button")
		w.sees(card(evil)+" pre", evil)
	}
	if eval[bool](w, `"hit" in window || document.querySelector("main script, main img, main b, main svg") !== null`) {
		t.Error("a note was read as HTML")
	}
	w.write("#new-text", "x")
	w.write("#new-name", "..")
	w.click(".composer button")
	if eval[bool](w, `document.getElementById("new-name").checkValidity()`) {
		t.Error("a name that no URL can end in was taken")
	}
}
