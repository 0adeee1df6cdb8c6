package userpool

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// A page is one form of the hosted login. Its query is the authorize request's,
// which it hands on until that can be answered.
type page struct {
	template  string
	of        func(*http.Request) (*user, error) // whose page it is; nil if it is nobody's yet
	elsewhere string                             // where the form goes without that user
	fill      func(*http.Request, *view, *user) error
	take      func(http.ResponseWriter, *http.Request, Client, *user) (next string, err error)
}

// user returns whose page it is, and whether the page is for this browser: false
// beside an error.
func (f page) user(r *http.Request) (u *user, ok bool, err error) {
	if f.of == nil {
		return nil, true, nil
	}
	u, err = f.of(r)
	return u, u != nil, err
}

// A view is what the templates show.
type view struct {
	Query    template.URL
	Client   string // the app's name
	Email    string
	Password string // the demo user's, never one that was typed
	Code     string // the mail, for a browser on this machine
	Error    string
	Notice   string // what was done, where the page stays the same
	Demo     bool

	Policy string // what a new password must have

	Seed   string       // of the authenticator app that is being set up
	App    template.URL // opens the app, with the seed
	QRCode template.URL // of the same, an image
}

func (p *Pool) show(f page) http.HandlerFunc {
	return p.withClient(func(w http.ResponseWriter, r *http.Request, c Client) {
		p.render(w, r, f, c, http.StatusOK, view{})
	})
}

func (p *Pool) submit(f page) http.HandlerFunc {
	return p.withClient(func(w http.ResponseWriter, r *http.Request, c Client) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next := f.elsewhere
		u, ok, err := f.user(r)
		if ok {
			next, err = f.take(w, r, c, u)
		}
		refused, isFault := errors.AsType[*fault](err)
		switch {
		case isFault:
			p.render(w, r, f, c, http.StatusBadRequest, view{Email: r.PostFormValue("email"), Error: p.inWords(r, refused)})
		case err != nil:
			p.failPage(w, r, err)
		default:
			http.Redirect(w, r, next+"?"+r.URL.RawQuery, http.StatusSeeOther)
		}
	})
}

func (p *Pool) render(w http.ResponseWriter, r *http.Request, f page, c Client, status int, v view) {
	v.Query, v.Client = template.URL(r.URL.RawQuery), c.Name
	v.Policy = p.settings.Policies.PasswordPolicy.String()
	u, ok, err := f.user(r)
	if u != nil {
		v.Email = u.Email
	}
	if ok && f.fill != nil {
		err = f.fill(r, &v, u)
	}
	switch {
	case err != nil:
		p.failPage(w, r, err)
	case !ok:
		http.Redirect(w, r, "/login?"+r.URL.RawQuery, http.StatusSeeOther)
	default:
		p.write(w, f.template, status, v, originOf(r.URL.Query().Get("redirect_uri")))
	}
}

// refuseOrFail is for requests that must not be answered at the address they name.
func (p *Pool) refuseOrFail(w http.ResponseWriter, r *http.Request, err error) {
	if f, ok := errors.AsType[*fault](err); ok {
		p.write(w, "refused.html", http.StatusBadRequest, view{Error: f.message}, "")
		return
	}
	p.failPage(w, r, err)
}

func (p *Pool) failPage(w http.ResponseWriter, r *http.Request, err error) {
	p.log.Error("request failed", "operation", r.URL.Path, "error", err)
	p.write(w, "refused.html", http.StatusInternalServerError, view{Error: "Something failed in the pool; its log says what."}, "")
}

// write allows the page its style sheet, its one script and its form, and the form to end at
// the app: browsers hold a redirect after a form to form-action, too.
func (p *Pool) write(w http.ResponseWriter, name string, status int, v view, app string) {
	var body bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&body, name, v); err != nil {
		p.fail(w, name, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src "+p.baseURL+"/login.js; style-src 'self'; img-src data:; form-action 'self' "+app+"; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// originOf is the callback as a source of a Content-Security-Policy; an app's
// own scheme has no host.
func originOf(callback string) string {
	u, err := url.Parse(callback)
	switch {
	case err != nil:
		return ""
	case u.Scheme == "http" || u.Scheme == "https":
		return u.Scheme + "://" + u.Host
	}
	return u.Scheme + ":"
}

// serveFile serves what the pages name, /login.css and /login.js.
func serveFile(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeFileFS(w, r, pageFiles, "pages"+r.URL.Path)
}

// local tells whether the browser is on this machine, or asks under one of its
// hosts. Where it comes from, it may say or not: a page is shown to its user, and
// other pages can't read it.
func (p *Pool) local(r *http.Request) bool {
	return p.hosts.Trust(&http.Request{RemoteAddr: r.RemoteAddr, Host: r.Host})
}

// inWords says to a person at the hosted login what went wrong. A client of the
// API gets Cognito's words, which name the first of several reasons, and no time.
func (p *Pool) inWords(r *http.Request, refused *fault) string {
	switch {
	case errors.Is(refused, errLockedOut):
		if b, ok := p.browsers.of(r, p.now()); ok && r.PostFormValue("email") == "" {
			return "Too many wrong codes or passwords. Try again in " + p.lockedFor(b.sub) + "."
		}
		return "Too many wrong passwords. Try again in " + p.lockedFor(r.PostFormValue("email")) + "."
	case errors.Is(refused, errTOTPWrong), errors.Is(refused, errTOTPEnable):
		return "The code is wrong. Type the one that the app shows now."
	case errors.Is(refused, errTOTPUsed):
		return "The code was used already. Wait for the app's next one."
	case refused.kind == "InvalidPasswordException":
		var needs []string
		for _, rule := range p.settings.Policies.PasswordPolicy.broken(r.PostFormValue("password")) {
			needs = append(needs, rule.needs)
		}
		return "The password still needs " + list(needs) + "."
	}
	return refused.message
}

// lockedFor rounds up: what is waited for is over then.
func (p *Pool) lockedFor(username string) string {
	u, _ := p.viewUser(username) // one who can't be read is locked by the name that was typed
	left := p.lockouts.left(lockName(u, username), p.now())
	if left <= time.Minute {
		return count(max(1, int((left+time.Second-1)/time.Second)), "second")
	}
	return count(int((left+time.Minute-1)/time.Minute), "minute")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// list joins them as a sentence does.
func list(names []string) string {
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}
