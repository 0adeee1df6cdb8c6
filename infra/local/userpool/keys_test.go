package userpool_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

func TestRotation(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	good := func(name, token string) {
		t.Helper()
		if _, _, err := f.verify(token); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	kid := func(token string) any {
		t.Helper()
		parsed, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
		if err != nil {
			t.Fatal(err)
		}
		return parsed.Header["kid"]
	}

	first := f.mustSignIn()
	f.rotate("")
	second := f.mustSignIn()
	if kid(*first.AccessToken) == kid(*second.AccessToken) || kid(*first.IdToken) == kid(*second.IdToken) {
		t.Error("a rotation left a signing key in use")
	}
	f.rotate("?revoke=false")
	good("two rotations old", *first.AccessToken)
	good("ID token, two rotations old", *first.IdToken)
	good("one rotation old", *second.AccessToken)
	if err := f.getUser(*first.AccessToken); err != nil {
		t.Errorf("GetUser by an old key: %v", err)
	}
	if got := len(f.keySet().Keys); got != 6 {
		t.Errorf("keys after two rotations: got %d, want 6", got)
	}

	f.reopen()
	good("old key after a restart", *first.AccessToken)

	f.rotate("?revoke=true")
	if got := len(f.keySet().Keys); got != 2 {
		t.Errorf("keys after a revocation: got %d, want 2", got)
	}
	for name, token := range map[string]string{"two rotations old": *first.AccessToken, "newest": *second.IdToken} {
		if _, _, err := f.verify(token); !errors.Is(err, jwt.ErrTokenUnverifiable) {
			t.Errorf("revoked key, %s: got %v, want %v", name, err, jwt.ErrTokenUnverifiable)
		}
	}
	wantFault(t, f.getUser(*first.AccessToken), "NotAuthorizedException", "Invalid Access Token")
	fresh, err := f.refresh(*first.RefreshToken)
	if err != nil {
		t.Fatalf("refresh after a revocation of keys: %v", err)
	}
	good("refreshed", *fresh.AccessToken)
}

func TestKeySetIsBounded(t *testing.T) {
	t.Parallel()
	f := open(t)
	for range 11 {
		f.rotate("")
	}
	if got, want := len(f.keySet().Keys), 22; got != want {
		t.Errorf("keys after eleven rotations: got %d, want %d", got, want)
	}
}

// Only public members may be served.
func TestKeySetDocument(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.rotate("")
	for _, key := range f.keySet().Keys {
		if len(key) != 6 || key["kty"] != "RSA" || key["alg"] != "RS256" || key["use"] != "sig" || key["e"] != "AQAB" ||
			len(key["kid"]) != 44 || len(key["n"]) != 342 {
			t.Errorf("got %v, want alg, e, kid, kty, n and use of an RSA-2048 key", key)
		}
	}
	res := f.send("HEAD", "/"+poolID+"/.well-known/jwks.json", nil, nil)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("HEAD: got %d %v", res.StatusCode, res.Header)
	}
}

type keySet struct{ Keys []map[string]string }

func (f *fixture) keySet() (set keySet) {
	f.t.Helper()
	status, body := f.do("GET", "/"+poolID+"/.well-known/jwks.json", nil, nil)
	if err := json.Unmarshal([]byte(body), &set); err != nil || status != http.StatusOK {
		f.t.Fatalf("key set: got %d %s (%v)", status, body, err)
	}
	return set
}
