package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// Pictures of each state of the page, for `make screenshots`.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		t.Skip("SCREENSHOTS names no folder for pictures")
	}
	s := start(t, t.TempDir())
	w := s.window(t)
	shoot := func(state string) {
		t.Helper()
		for name, look := range map[string]struct {
			width, height int64
			scheme        string
		}{
			"desktop-light": {1280, 800, "light"}, "desktop-dark": {1280, 800, "dark"}, "phone-light": {390, 844, "light"}, "phone-dark": {390, 844, "dark"},
		} {
			w.look(look.width, look.height, look.scheme)
			eval[bool](w, `(scrollTo(0, 0), document.querySelector(".editing, .conflict")?.scrollIntoView({ block: "center" }), true)`)
			png, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, state+"-"+name+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		w.look(1280, 800, "light")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	w.open(s.Page)
	w.until(`document.documentElement.dataset.ready === "yes"`)
	shoot("01-welcome")
	w.open(s.Page + "/#sign-in")
	w.sees("h1", "Sign in")
	shoot("02-login")
	w.write("[name=password]", "not this one")
	w.submit()
	w.sees("#error", "Incorrect")
	shoot("15-wrong-password")
	w.click(`a[href^="/forgotPassword"]`)
	w.sees("h1", "Forgot")
	shoot("22-forgot-password")
	w.click(`a[href^="/login"]`)
	w.click(`a[href^="/signup"]`)
	w.sees("h1", "Create an account")
	shoot("03-sign-up")
	w.write("[name=email]", "ann@example.com")
	w.write("[name=password]", "Passw0rd!ann")
	w.submit()
	w.sees(".mail", "Your code is")
	shoot("04-confirm")
	code := eval[string](w, `document.getElementById("mail").innerText`)
	w.write("[name=code]", map[bool]string{true: "000001", false: "000000"}[code == "000000"])
	w.submit()
	w.sees("#error", "Invalid")
	shoot("16-wrong-code")
	w.write("[name=code]", code)
	w.submit()
	w.sees(".empty", "Nothing here yet")
	shoot("05-empty")
	w.keep("Sourdough", "450 g flour, 320 g water, 90 g starter, 9 g salt.\nFold three times, then a night in the cold.")
	w.keep("Reading", "The Box, on how the container changed everything that is shipped.")
	w.keep("Moving", "Ask for the keys on Friday. Measure the hallway; the sofa is 94 cm deep.")
	shoot("06-notes")
	w.click(card("Moving") + " .edit")
	shoot("07-editing")
	token := *s.signIn(t, s.Client, "ann@example.com", "Passw0rd!ann").AccessToken
	s.request(t, token, "PUT", "/notes/Moving", `{"note":"The keys come on Thursday already. Measure the hallway; the sofa is 94 cm deep."}`).contains(t, 200, "updated")
	w.write(".editing textarea", "Ask for the keys on Friday. The hallway is 91 cm wide: the sofa has to go through the garden.")
	w.click(".editing .primary")
	w.sees(".conflict", "lost a race")
	shoot("08-conflict")
	w.click(".conflict .primary")
	w.sees(card("Moving"), "garden")
	w.click("#gate")
	w.sees("#drawer tbody", "412")
	shoot("09-gate")
	w.press("\x1b")
	w.click(card("Reading") + " .delete")
	w.sees("#toast", "Deleted")
	shoot("10-undo")
	for _, tt := range []struct {
		state  string
		status int64
		body   string
	}{
		{"11-offline", 0, ""},
		{"12-not-allowed", 403, `{"Message":"User is not authorized to access this resource"}`},
		{"13-try-again", 503, `{"message":"Service unavailable"}`},
		{"17-too-many", 429, `{"message":"Too many requests"}`},
	} {
		w.write("#new-text", "Call the garden gate’s owner.")
		restore := w.answers(s.API, tt.status, tt.body)
		w.click(".composer button")
		w.until(`document.querySelector("#notice p") !== null`)
		shoot(tt.state)
		restore()
	}
	restore := w.answers(s.API, 401, `{"message":"Unauthorized"}`)
	w.click(".composer button")
	w.sees("#notice", "The gate refused your token")
	shoot("14-refused")
	restore()

	w.open(s.Page + "/#sign-in") // the login still knows the browser
	w.sees("h1", "Your notes")
	token = *s.signIn(t, s.Client, "ann@example.com", "Passw0rd!ann").AccessToken
	for i := range 20 {
		s.request(t, token, "POST", "/notes", fmt.Sprintf(`{"noteid":"Week %02d","note":"Water the tomatoes."}`, i+1)).contains(t, 200, "created")
	}
	w.do(chromedp.Reload())
	w.sees(".count", "22 notes")
	w.write("#filter", "week 1")
	w.sees(".count", "10 of 22 notes")
	shoot("18-filtered")
	s.post(t, "/_local/clock?forward=800h")
	eval[bool](w, `((now) => { Date.now = () => now() + 800 * 3600_000; return true })(Date.now)`)
	w.write("#new-text", "Ask about the third key.")
	w.click(".composer button")
	w.sees("#notice", "Your sign-in has ended.")
	shoot("19-ended")

	w = s.window(t)
	w.open(s.Page + "/#sign-in")
	w.sees("h1", "Sign in")
	state := eval[string](w, `new URLSearchParams(location.search).get("state")`)
	w.open(s.Page + "/?error=access_denied&error_description=Not+today&state=" + state)
	w.sees("#notice", "The login refused")
	shoot("20-login-refused")
	w.click("#sign-in")
	w.sees("h1", "Sign in")
	state = eval[string](w, `new URLSearchParams(location.search).get("state")`)
	w.open(s.Page + "/?code=x&state=" + state)
	w.sees("#notice", "code was not accepted")
	shoot("21-code-refused")
}
