package main_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// A phone on the same network needs every address; the programs of this
// machine then still find the system at a loopback one.
func TestEveryAddress(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "GATEWAY_ADDR=0.0.0.0:0", "POOL_ADDR=:0")
	for _, url := range []string{s.API, s.Pool} {
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("got %s, want a loopback address", url)
		}
	}
	s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
}

// A page whose own name was pointed at this machine is not same-origin with
// the API.
func TestForeignHostIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	token := *s.demo(t).AccessToken
	for host, want := range map[string]int{"evil.example:3000": 421, "localhost:3000": 200} {
		if resp := get(t, &http.Client{Transport: hostAs(host)}, s.API+"/notes", "Authorization", "Bearer "+token); resp.StatusCode != want {
			t.Errorf("Host %s: got %d, want %d", host, resp.StatusCode, want)
		}
	}
}

// Who types localhost gets to the address whose sign-in and requests are accepted.
func TestPageAtLocalhost(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for host, want := range map[string]struct {
		status int
		to     string
	}{
		strings.TrimPrefix(s.Page, "http://"):                                               {200, ""},
		strings.Replace(strings.TrimPrefix(s.Page, "http://"), "127.0.0.1", "localhost", 1): {307, s.Page + "/?from=mail"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.Page+"/?from=mail", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want.status || resp.Header.Get("Location") != want.to {
			t.Errorf("Host %s: got %d to %q, want %d to %q", host, resp.StatusCode, resp.Header.Get("Location"), want.status, want.to)
		}
	}
}

// Whatever was done with the demo user, a new start keeps the welcome's word.
func TestDemoPasswordIsTheWelcomes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := start(t, folder)
	if _, err := s.sdk().ChangePassword(t.Context(), &cognitoidentityprovider.ChangePasswordInput{
		AccessToken: s.demo(t).AccessToken, PreviousPassword: aws.String("Notegate-1"), ProposedPassword: aws.String("Another-Gate-1"),
	}); err != nil {
		t.Fatal(err)
	}
	s.kill()
	s = start(t, folder)
	s.demo(t)
}
