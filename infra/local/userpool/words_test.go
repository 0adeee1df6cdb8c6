package userpool_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// At the hosted login a person learns how long to wait, and that a code is on its
// way.
func TestLoginPageSaysWhatPeopleAsk(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	v := f.visit()
	var last seen
	for range 6 {
		last = v.post(v.get(authorizeURL()), "email", email, "password", "Wrong-Horse-1")
	}
	if !regexp.MustCompile(`Too many wrong passwords\. Try again in \d+ (second|minute)s?\.`).MatchString(last.body) || last.status != http.StatusBadRequest {
		t.Errorf("locked out: got %d %s", last.status, last.body)
	}

	other := f.visit()
	form := strings.Replace(authorizeURL(), "/oauth2/authorize", "/signup", 1)
	page := other.post(other.get(form), "email", "eve@example.com", "password", password)
	if strings.Contains(page.body, "A new code was sent.") {
		t.Errorf("the first code: got %s", page.body)
	}
	again := other.post(page, "resend", "true")
	if again.path != "/confirm" || !strings.Contains(again.body, "A new code was sent.") || !strings.Contains(again.body, "/logout?") {
		t.Errorf("another code: got %s %s", again.path, again.body)
	}
}
