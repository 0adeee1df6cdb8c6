package userpool

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

// A member that a client does not have is an error that names it.
func TestReadClient(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"ClientId": "app", "ClientName": "App"}`:              "",
		`{"ClientId": "app", "ClientName": "App", "Colour": 1}`: "Colour",
		`{"ClientId": "app", "ClientName": 1}`:                  "ClientName",
		`{"ClientId": "app"`:                                    "client",
	} {
		c, err := ReadClient([]byte(text))
		switch {
		case want == "" && (err != nil || c.ID != "app" || c.Name != "App"):
			t.Errorf("%s: got %+v, %v", text, c, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || c.ID != ""):
			t.Errorf("%s: got %+v, %v, want an error that names %s", text, c, err, want)
		}
	}
}

// A client that has lost its secret gets no token of its own.
func TestMachineWithoutASecret(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	for secret, want := range map[string]error{"a-secret-of-thirty-two-characters": nil, "": errUnauthorizedClient} {
		c := Client{ID: "app", Secret: secret, OAuth: true, OAuthFlows: []string{oauthMachine}, Scopes: []string{"notes/read"}}
		if got, err := p.redeemSecret(t.Context(), c, url.Values{}); !errors.Is(err, want) || (got == nil) != (want != nil) {
			t.Errorf("secret %q: got %v and %v, want %v", secret, got, err, want)
		}
	}
}
