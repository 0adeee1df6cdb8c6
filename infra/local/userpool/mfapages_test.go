package userpool_test

import (
	"bytes"
	"encoding/base64"
	"html"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/pquerna/otp"
)

const (
	saysWrong = "The code is wrong. Type the one that the app shows now."
	saysUsed  = "The code was used already. Wait for the app&#39;s next one."
)

func pageURL(path string) string {
	return strings.Replace(authorizeURL(), "/oauth2/authorize", path, 1)
}

// The hosted login asks for the code after the password, and gives no app a code
// of its own before.
func TestCodePage(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	v := f.visit()
	v.answer(v.post(v.get(authorizeURL()), "email", email, "password", password)) // no app yet
	seed := f.turnOn(*f.mustSignIn().AccessToken)
	if got := v.get(authorizeURL()); got.path != "/mfa" {
		t.Errorf("a browser that was signed in before: got %s %q, want /mfa", got.path, got.location)
	}
	v = f.visit()
	page := v.post(v.get(authorizeURL()), "email", email, "password", password)
	if page.path != "/mfa" || page.location != "" || !strings.Contains(page.body, email) {
		t.Fatalf("got %s to %q, want the page that asks for a code", page.path, page.location)
	}
	if got := v.get(authorizeURL()); got.path != "/mfa" {
		t.Errorf("again: got %s %q, want /mfa", got.path, got.location)
	}
	if got := v.get(authorizeURL("prompt", "none")); !strings.Contains(got.location, "error=interaction_required") {
		t.Errorf("prompt=none: got %q, want interaction_required", got.location)
	}
	for _, path := range []string{"/mfaSetup", "/newpassword"} { // the password is not enough for another app or password
		got := v.post(seen{body: `action="` + html.EscapeString(pageURL(path)) + `"`}, "code", f.appCode(seed, 1), "password", "Battery-Staple-8")
		if got.location != "" || got.path == path && got.status != http.StatusBadRequest {
			t.Errorf("%s: got %s %d %q", path, got.path, got.status, got.location)
		}
	}
	for code, says := range map[string]string{f.otherCode(seed): saysWrong, f.appCode(seed): saysUsed, "": "Value null at &#39;code&#39;"} {
		got := v.post(page, "code", code)
		if got.path != "/mfa" || got.status != http.StatusBadRequest || !strings.Contains(got.body, says) {
			t.Errorf("%q: got %s %d, want %s: %s", code, got.path, got.status, says, got.body)
		}
		if got := v.get(authorizeURL()); got.path != "/mfa" {
			t.Errorf("after %q: got %s %q, want /mfa", code, got.path, got.location)
		}
	}
	f.clock.Forward(time.Minute)
	code := f.appCode(seed)
	granted := v.answer(v.post(page, "code", code))
	if status, tokens := f.redeem(granted.Get("code")); status != http.StatusOK {
		t.Errorf("redeem: %d %s", status, tokens.Error)
	}
	v.answer(v.get(authorizeURL())) // signed in for good
	if got := v.get(pageURL("/mfa")); got.path != "/login" {
		t.Errorf("nothing to ask any more: got %s", got.path)
	}
	other := f.visit()
	if got := other.get(pageURL("/mfa")); got.path != "/login" {
		t.Errorf("nobody: got %s", got.path)
	}
	page = other.post(other.get(authorizeURL()), "email", email, "password", password)
	if got := other.post(page, "code", code); got.status != http.StatusBadRequest || !strings.Contains(got.body, saysUsed) {
		t.Errorf("the code in another browser: got %s %d", got.path, got.status)
	}
	f.absentFromLog(seed, code)
}

// The page locks as the API does, and says for how long.
func TestCodePageLockout(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	seed := f.turnOn(*f.mustSignIn().AccessToken)
	f.clock.Forward(time.Minute)
	v := f.visit()
	page := v.post(v.get(authorizeURL()), "email", email, "password", password)
	for range 5 {
		other := f.visit() // the right password, each time
		if got := other.post(other.get(authorizeURL()), "email", email, "password", password); got.path != "/mfa" {
			t.Fatalf("got %s: %s", got.path, got.body)
		}
		v.post(page, "code", f.otherCode(seed))
	}
	got := v.post(page, "code", f.appCode(seed))
	if got.status != http.StatusBadRequest || !strings.Contains(got.body, "Too many wrong codes or passwords. Try again in 1 second.") {
		t.Errorf("got %d %s, want a lock of a second", got.status, got.body)
	}
	f.clock.Forward(time.Second)
	v.answer(v.post(page, "code", f.appCode(seed)))
}

// Where the pool asks everybody for a second factor, a page sets it up, from a seed
// that no other browser is shown.
func TestSetupPage(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "ON")
	begin := func() (*visitor, seen, string) {
		v := f.visit()
		page := v.post(v.get(authorizeURL()), "email", email, "password", password)
		seed := regexp.MustCompile(`<code id="seed">([A-Z2-7]{52})</code>`).FindStringSubmatch(page.body)
		if page.path != "/mfaSetup" || seed == nil {
			t.Fatalf("got %s to %q: %s", page.path, page.location, page.body)
		}
		return v, page, seed[1]
	}
	v, page, seed := begin()
	late, latePage, lateSeed := begin()
	if seed == lateSeed {
		t.Error("two browsers are shown one seed")
	}
	link := regexp.MustCompile(`href="(otpauth:[^"]*)"`).FindStringSubmatch(page.body)
	if link == nil {
		t.Fatalf("no link: %s", page.body)
	}
	key, err := otp.NewKeyFromURL(html.UnescapeString(link[1]))
	if err != nil || key.Secret() != seed || key.Issuer() != "notes" || key.AccountName() != email || key.Type() != "totp" || key.Period() != 30 || key.Digits() != otp.DigitsSix || key.Algorithm() != otp.AlgorithmSHA1 {
		t.Errorf("got %s (%v), want a key of the seed", link[1], err)
	}
	image := regexp.MustCompile(`src="data:image/png;base64,([^"]*)"`).FindStringSubmatch(page.body)
	raw, err := base64.StdEncoding.DecodeString(html.UnescapeString(image[1]))
	if err != nil {
		t.Fatal(err)
	}
	if qr, err := png.Decode(bytes.NewReader(raw)); err != nil || qr.Bounds().Dx() != 220 {
		t.Errorf("the QR code is no image: %v", err)
	}
	again := v.post(page, "code", f.otherCode(seed))
	if again.path != "/mfaSetup" || again.status != http.StatusBadRequest || !strings.Contains(again.body, saysWrong) || !strings.Contains(again.body, seed) {
		t.Errorf("wrong code: got %s %d, want the same seed: %s", again.path, again.status, again.body)
	}
	if got := v.post(page); got.status != http.StatusBadRequest || !strings.Contains(got.body, "Value null at &#39;code&#39;") {
		t.Errorf("no code: got %d %s", got.status, got.body)
	}
	if got := v.get(authorizeURL()); got.path != "/mfaSetup" || !strings.Contains(got.body, seed) {
		t.Errorf("got %s %q, want the same seed", got.path, got.location)
	}
	v.answer(v.post(page, "code", f.appCode(seed)))
	v.answer(v.get(authorizeURL()))
	if got := late.post(latePage, "code", f.appCode(lateSeed)); got.path != "/mfa" {
		t.Errorf("a second app, by the password alone: got %s %q, want /mfa", got.path, got.location)
	}
	f.clock.Forward(time.Minute)
	late.answer(late.post(late.get(authorizeURL()), "code", f.appCode(seed)))
	f.absentFromLog(seed, lateSeed, url.QueryEscape(seed))
}

// Whom an administrator disables meanwhile is sent back to the first page.
func TestCodePageOfADisabledUser(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	seed := f.turnOn(*f.mustSignIn().AccessToken)
	f.clock.Forward(time.Minute)
	v := f.visit()
	page := v.post(v.get(authorizeURL()), "email", email, "password", password)
	if _, err := f.client.AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: pool(), Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	if got := v.get(pageURL("/mfa")); got.path != "/login" {
		t.Errorf("the page: got %s", got.path)
	}
	if got := v.post(page, "code", f.appCode(seed)); got.path != "/login" {
		t.Errorf("the form: got %s %q", got.path, got.location)
	}
}
