package main_test

import (
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// What the gate must keep out, each beside the token that it lets in.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	tokens := s.demo(t)
	good := *tokens.AccessToken
	foreign := cognitotest.NewPool(t)
	issuer := s.Pool + "/local_notegate"
	for name, token := range map[string]string{
		"an ID token":      *tokens.IdToken,
		"a tampered token": tampered(good),
		"a token of another pool": foreign.AccessToken(t, time.Now(), func(claims map[string]any) {
			claims["client_id"] = s.Client
		}),
		"a token that names this pool, signed by another": foreign.AccessToken(t, time.Now(), func(claims map[string]any) {
			claims["client_id"], claims["iss"] = s.Client, issuer
		}),
		"a token of another app client": *s.signIn(t, "localotherapp", "demo@example.com", "Notegate-1").AccessToken,
		"not a token":                   "abc",
	} {
		t.Run(name, func(t *testing.T) {
			s.request(t, token, "GET", "/notes", "").expect(t, 401, unauthorized)
			s.request(t, good, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
		})
	}
}

func TestExpiredToken(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	token := *s.demo(t).AccessToken
	s.request(t, token, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	s.post(t, "/_local/clock?forward=31m")
	s.request(t, token, "GET", "/notes", "").expect(t, 401, unauthorized)
}

// The gateway itself refuses a request without the header: no decision is
// logged, because the authorizer is not called.
func TestNoAuthorizationHeaderCallsNoAuthorizer(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "LOG_LEVEL=debug")
	s.request(t, "", "GET", "/notes", "").expect(t, 401, unauthorized)
	s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	log := s.log.Until(t, func(log string) bool { return strings.Contains(log, "decision=allow") })
	if strings.Count(log, "decision=") != 1 {
		t.Errorf("want the decision about the token alone, got %s", log)
	}
}

// tampered changes the last character of the payload.
func tampered(token string) string {
	at := strings.LastIndex(token, ".") - 1
	other := byte('A')
	if token[at] == other {
		other = 'Q'
	}
	return token[:at] + string(other) + token[at+1:]
}
