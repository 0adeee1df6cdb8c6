package userpool

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A session lasts an hour, is forgotten with its user only, and takes no memory
// after its end.
func TestBrowsers(t *testing.T) {
	t.Parallel()
	b := &browsers{byID: map[string]browser{}}
	now := time.Unix(1_800_000_000, 0)
	signIn := func(sub string) *http.Request {
		w := httptest.NewRecorder()
		b.signIn(w, sub, now)
		r := httptest.NewRequest("GET", "/login", nil)
		for _, cookie := range w.Result().Cookies() {
			r.AddCookie(cookie)
		}
		return r
	}
	ann, bob := signIn("ann"), signIn("bob")
	b.forget("ann")
	if got, ok := b.of(ann, now); ok {
		t.Errorf("forgotten: got %+v", got)
	}
	if got, ok := b.of(bob, now.Add(browserLifetime-1)); !ok || got.sub != "bob" {
		t.Errorf("another user: got %+v, %t", got, ok)
	}
	now = now.Add(browserLifetime)
	if got, ok := b.of(bob, now); ok {
		t.Errorf("after an hour: got %+v", got)
	}
	if got, ok := b.of(httptest.NewRequest("GET", "/login", nil), now); ok {
		t.Errorf("no cookie: got %+v", got)
	}
	signIn("carol")
	if len(b.byID) != 1 {
		t.Errorf("got %v, want carol's session alone", b.byID)
	}
}

// A page that cannot be written is a failure, and no half of a page.
func TestPageThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	p, w := openInternal(t), httptest.NewRecorder()
	p.write(w, "absent.html", 200, view{}, "")
	if w.Code != 500 {
		t.Errorf("got %d %s, want 500", w.Code, w.Body)
	}
}
