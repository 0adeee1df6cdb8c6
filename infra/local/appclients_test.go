package main_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/interop"
)

const (
	appUser     = "ann@example.com"
	appPassword = "Correct-Horse-9"
)

func (s *system) appUser() interop.SignIn {
	return interop.SignIn{Endpoint: s.Pool, PoolID: "local_notegate", ClientID: s.Client, Email: appUser, Password: appPassword}
}

func TestCognitoIdentityJS(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	seen := interop.CognitoIdentityJS(t, s.appUser())
	s.opens(t, seen, "token", "refreshed")
	want := map[string]string{
		"sub": seen["sub"], "username": seen["sub"], "delivery": "a***@e***", "signIn": "onSuccess",
		"unconfirmed":   "UserNotConfirmedException: User is not confirmed.",
		"wrongPassword": "NotAuthorizedException: Incorrect username or password.",
		"signedOut":     "NotAuthorizedException: Refresh Token has been revoked",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
	s.keepsSecrets(t)
}

func TestAmplify(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	seen := interop.Amplify(t, s.appUser())
	s.opens(t, seen, "token", "refreshed")
	want := map[string]string{
		"sub": seen["sub"], "username": seen["sub"], "delivery": "a***@e***", "signIn": "DONE", "unconfirmed": "CONFIRM_SIGN_UP",
		"wrongPassword": "NotAuthorizedException: Incorrect username or password.",
		"signedOut":     "UserUnAuthenticatedException: User needs to be authenticated to call this API.",
		"revoked":       "Access Token has been revoked", "globalSignOut": "Access Token has been revoked",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
	s.keepsSecrets(t)
}

// opens sees that each of these access tokens is another, of that user, and opens
// the API. It takes them out of what was seen.
func (s *system) opens(t *testing.T, seen map[string]string, names ...string) {
	t.Helper()
	before := map[string]bool{}
	for _, name := range names {
		token := seen[name]
		delete(seen, name)
		if before[token] {
			t.Errorf("%s: not a new token", name)
		}
		before[token] = true
		if got := claims(t, token).Sub; got != seen["sub"] {
			t.Errorf("%s: of %s, want %s", name, got, seen["sub"])
		}
		if got := s.request(t, token, "GET", "/notes", "").Status; got != 200 {
			t.Errorf("%s: got %d, want 200", name, got)
		}
	}
}

// keepsSecrets sees that the log has no password.
func (s *system) keepsSecrets(t *testing.T) {
	t.Helper()
	if log := s.log.String(); strings.Contains(log, appPassword) || strings.Contains(log, "Wrong-Horse-9") {
		t.Errorf("a password is in the log: %s", log)
	}
}
