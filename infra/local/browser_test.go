package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a page may take to come to what a test waits for.
const patience = 20 * time.Second

// chromium is the one browser of all tests, each with a context of its own.
var chromium struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func stopBrowser() {
	if chromium.stop != nil {
		chromium.stop()
	}
}

func startBrowser() {
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.NoSandbox, // there is none for root in a container; the pages are ours
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("font-render-hinting", "none"),
	})
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	chromium.ctx = ctx
	chromium.stop = func() { stop(); stopAlloc() }
	chromium.err = chromedp.Do(ctx)
}

// A window is one tab of a browser in which nobody has been signed in.
type window struct {
	t   *testing.T
	sys *system
	ctx context.Context

	mu       sync.Mutex
	faults   []string // what no journey may cause
	requests []string // methods and URLs
	token    string   // that the latest request to the API carried
}

// window opens one, or skips the test if there is no Chromium. At the test's end
// the page must have logged no error and asked no other host.
func (s *system) window(t *testing.T) *window {
	t.Helper()
	needChromium(t)
	chromium.once.Do(startBrowser)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	return s.windowIn(t, chromium.ctx, chromedp.WithNewBrowserContext())
}

// tab opens another window of the same browser, which shares what it stores.
func (w *window) tab() *window {
	w.t.Helper()
	return w.sys.windowIn(w.t, w.ctx)
}

func (s *system) windowIn(t *testing.T, browser context.Context, options ...chromedp.ContextOption) *window {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser, options...)
	t.Cleanup(stop)
	w := &window{t: t, sys: s, ctx: ctx}
	if err := chromedp.Listen(ctx, w.watch); err != nil {
		t.Fatal(err)
	}
	call(w, network.Enable, network.EnableParams{})
	call(w, log.Enable, cdp.Empty{})
	call(w, runtime.Enable, cdp.Empty{})
	w.resize(1280, 900)
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, fault := range w.faults {
			t.Errorf("the page: %s", fault)
		}
	})
	return w
}

func needChromium(t *testing.T) {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			return
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("CI needs Chromium for the tests of the page")
	}
	t.Skip("no Chromium here: the page is not tested")
}

func (w *window) watch(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		w.fault("exception: " + e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		w.fault(fmt.Sprintf("console.%s", e.Type))
	case *log.EventEntryAdded:
		// The browser itself notes each answer that is an error; journeys have those.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			w.fault(fmt.Sprintf("log: %s: %s", e.Entry.Source, e.Entry.Text))
		}
	case *network.EventRequestWillBeSent:
		w.mu.Lock()
		w.requests = append(w.requests, e.Request.Method+" "+e.Request.URL)
		if header, ok := e.Request.Headers["Authorization"].(string); ok && strings.HasPrefix(e.Request.URL, w.sys.API+"/") {
			w.token = strings.TrimPrefix(header, "Bearer ")
		}
		w.mu.Unlock()
		if to, err := url.Parse(e.Request.URL); err != nil || to.Scheme != "data" && !slices.Contains([]string{w.sys.Page, w.sys.Pool, w.sys.API}, to.Scheme+"://"+to.Host) {
			w.fault("request to " + e.Request.URL)
		}
	}
}

func (w *window) fault(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, text)
}

func (w *window) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%v\n%s", err, w.seen())
	}
}

// seen is what the window shows and the system logged, for a test that failed.
func (w *window) seen() (text string) {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	text, _ = chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	return text + "\n" + w.sys.log.String()
}

// call runs a command of the browser's protocol.
func call[P, R any](w *window, command cdp.Command[P, R], params P) R {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	answer, err := chromedp.Call(ctx, command, params)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func (w *window) resize(width, height int64) {
	w.t.Helper()
	call(w, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
}

func (w *window) open(url string) {
	w.t.Helper()
	w.do(chromedp.Navigate(url))
}

// until waits for a JavaScript condition, over as many pages as it takes.
func (w *window) until(condition string) {
	w.t.Helper()
	await[bool](w, "!!("+condition+")")
}

// await returns what an expression comes to that is not false or null by then, and
// does not throw.
func await[T any](w *window, expression string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	promise := `new Promise((done) => {
		const look = () => { let got; try { got = ` + expression + ` } catch {} ; got ? done(got) : setTimeout(look, 15) };
		look();
	})`
	for {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[T](promise, chromedp.EvalAwaitPromise))
		if err == nil {
			return got
		}
		if ctx.Err() != nil {
			w.t.Fatalf("never came: %s\n%s", expression, w.seen())
		}
		// The page was left while it was waited for.
	}
}

// eval returns what an expression or a promise comes to.
func eval[T any](w *window, expression string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// equal compares the value of an expression or a promise with what it must be.
func equal[T comparable](w *window, what, expression string, want T) {
	w.t.Helper()
	if got := eval[T](w, expression); got != want {
		w.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// sees waits until an element shows that text among others.
func (w *window) sees(selector, text string) {
	w.t.Helper()
	w.until(fmt.Sprintf(`[...document.querySelectorAll(%s)].some((e) => e.checkVisibility() && e.innerText.includes(%s))`, quote(selector), quote(text)))
}

func (w *window) gone(selector string) {
	w.t.Helper()
	w.until(fmt.Sprintf(`![...document.querySelectorAll(%s)].some((e) => e.checkVisibility())`, quote(selector)))
}

// painted is true of a page that has loaded and been shown. On a busy machine the
// browser lost clicks that came sooner, so keys wait for it, too.
const painted = `(document.readyState === "complete" && performance.getEntriesByName("first-contentful-paint").length > 0)`

// click clicks on an element that is at rest and that nothing covers. It asks the
// page where that is: the library has lost the nodes of a page that came back from
// the browser's cache.
func (w *window) click(selector string) {
	w.t.Helper()
	at := await[[2]float64](w, fmt.Sprintf(`(() => {
		const element = document.querySelector(%s);
		element.scrollIntoView({ block: "nearest", behavior: "instant" });
		const { x, y, width, height } = element.getBoundingClientRect();
		const at = [x + width / 2, y + height / 2], before = element.dataset.at;
		element.dataset.at = at;
		return %s && before === element.dataset.at && element.contains(document.elementFromPoint(...at)) && at;
	})()`, quote(selector), painted))
	w.do(chromedp.MouseClickXY(at[0], at[1]))
}

// write replaces what a field holds, as a paste would, once the page does not lock it.
func (w *window) write(selector, text string) {
	w.t.Helper()
	w.until(fmt.Sprintf(`!document.querySelector(%[1]s).readOnly && (document.querySelector(%[1]s).select(), true)`, quote(selector)))
	call(w, input.InsertText, input.InsertTextParams{Text: text})
}

func (w *window) press(keys string, modifiers ...kb.Modifier) {
	w.t.Helper()
	w.until(painted)
	w.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// submit sends the form of a login's page.
func (w *window) submit() {
	w.t.Helper()
	w.click("form button:not([type=button])")
}

// signIn opens the page and goes through the hosted login.
func (w *window) signIn(email, password string) {
	w.t.Helper()
	w.open(w.sys.Page)
	w.until(`document.documentElement.dataset.ready === "yes"`)
	w.click("#sign-in")
	w.write("[name=email]", email)
	w.write("[name=password]", password)
	w.submit()
	w.until(`document.querySelector(".notes").ariaBusy === null`)
}

// signedIn starts a system and signs its user in, in a window of its page.
func signedIn(t *testing.T, env ...string) (*system, *window) {
	t.Helper()
	s := start(t, t.TempDir(), env...)
	w := s.window(t)
	w.signIn("demo@example.com", "Notegate-1")
	return s, w
}

// keep writes a note and waits until it is kept.
func (w *window) keep(name, text string) {
	w.t.Helper()
	w.write("#new-name", name)
	w.write("#new-text", text)
	w.click(".composer button")
	w.sees(card(name)+" .text", text[:min(len(text), 200)]) // of a long one, the card shows the beginning
}

// card is the selector of a note.
func card(name string) string {
	var css strings.Builder
	for _, r := range name {
		fmt.Fprintf(&css, `\%x `, r)
	}
	return fmt.Sprintf(`article[aria-label="%s"]`, css.String())
}

// answers makes a part of the system answer everything so, with status 0 nothing
// at all, until what it returns is called.
func (w *window) answers(prefix string, status int64, body string) (restore func()) {
	w.t.Helper()
	respond := func(id fetch.RequestID, method string) {
		status := status
		if method == "OPTIONS" && status != 0 {
			status = 204
		}
		if status == 0 {
			_, _ = chromedp.Call(w.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: id, ErrorReason: network.ErrorReasonConnectionRefused})
			return
		}
		_, _ = chromedp.Call(w.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: id, ResponseCode: status, Body: []byte(body), ResponseHeaders: []*fetch.HeaderEntry{
			{Name: "Access-Control-Allow-Origin", Value: w.sys.Page}, {Name: "Access-Control-Allow-Headers", Value: "authorization,content-type,if-match"},
			{Name: "Access-Control-Allow-Methods", Value: "PUT,DELETE"}, {Name: "Content-Type", Value: mime.TypeByExtension(path.Ext(prefix))},
		}})
	}
	ctx, stop := context.WithCancel(w.ctx)
	err := chromedp.Listen(ctx, func(event any) {
		if paused, ok := event.(*fetch.EventRequestPaused); ok {
			go respond(paused.RequestID, paused.Request.Method) // a listener must not wait for the browser
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	call(w, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: prefix + "*"}}})
	return func() {
		call(w, fetch.Disable, cdp.Empty{})
		stop()
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}
