package jwks_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/jwks"
)

func TestURLs(t *testing.T) {
	t.Parallel()
	rows := []struct {
		rule, url      string
		good, insecure bool // without and with AllowInsecureHTTP
	}{
		{"https", "https://pool.example/keys", true, true},
		{"https with a port", "https://pool.example:8443/keys", true, true},
		{"http on loopback", "http://127.0.0.1:9229/keys", true, true},
		{"http on another loopback", "http://127.1.2.3/keys", true, true},
		{"http on IPv6 loopback", "http://[::1]:9229/keys", true, true},
		{"http on localhost", "http://localhost:9229/keys", true, true},
		{"http elsewhere", "http://pool.example/keys", false, true},
		{"http on a name that begins like loopback", "http://127.0.0.1.pool.example/keys", false, true},
		{"http on a name that begins like localhost", "http://localhost.pool.example/keys", false, true},
		{"http on every address", "http://0.0.0.0/keys", false, true},
		{"empty", "", false, false},
		{"relative", "/keys", false, false},
		{"without scheme", "pool.example/keys", false, false},
		{"without host", "https:///keys", false, false},
		{"port without host", "https://:443/keys", false, false},
		{"user", "https://user@pool.example/keys", false, false},
		{"user and password", "https://user:secret@pool.example/keys", false, false},
		{"user on loopback", "http://user@127.0.0.1/keys", false, false},
		{"fragment", "https://pool.example/keys#first", false, false},
		{"file", "file:///etc/keys", false, false},
		{"file with host", "file://localhost/etc/keys", false, false},
		{"ftp", "ftp://pool.example/keys", false, false},
		{"not a URL", "https://pool.example/\x7f", false, false},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			for _, allow := range []bool{false, true} {
				want := row.good
				if allow {
					want = row.insecure
				}
				_, err := jwks.New(jwks.Config{URL: row.url, AllowInsecureHTTP: allow})
				if got := err == nil; got != want {
					t.Errorf("AllowInsecureHTTP %t: got error %v, want it accepted: %t", allow, err, want)
				}
				if err := jwks.CheckURL(row.url, allow); (err == nil) != want {
					t.Errorf("alone, AllowInsecureHTTP %t: got error %v, want it accepted: %t", allow, err, want)
				}
				_, err = jwks.New(jwks.Config{URL: "https://pool.example", Fallbacks: []string{row.url}, AllowInsecureHTTP: allow})
				if got := err == nil; got != want {
					t.Errorf("as a fallback, AllowInsecureHTTP %t: got error %v, want it accepted: %t", allow, err, want)
				}
			}
		})
	}
}

// Roots beside a Transport would be without effect.
func TestRootsBesideATransport(t *testing.T) {
	t.Parallel()
	good := jwks.Config{URL: "https://pool.example", RootCAs: x509.NewCertPool()}
	if _, err := jwks.New(good); err != nil {
		t.Errorf("roots alone: %v", err)
	}
	good.Transport = jwks.DefaultTransport(nil)
	if _, err := jwks.New(good); err == nil || !strings.HasPrefix(err.Error(), "jwks: RootCAs: ") {
		t.Errorf("got error %v, want one about RootCAs", err)
	}
}

func TestPlainHTTPOnLoopback(t *testing.T) {
	t.Parallel()
	e := newPlainEndpoint(t, serve(goodSet()))
	set, err := jwks.New(jwks.Config{URL: e.URL})
	if err != nil {
		t.Fatal(err)
	}
	wantKey(t, set, "first")
	e.wantRequests(t, 1)
}

// The log names what is configured, and no key id or text of an answer.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := newEndpoint(t, serve(setOf(good("first"), good("weak key", with("e", exponent(1))))))
	set, clock := newSet(t, e, func(c *jwks.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	wantKey(t, set, "first")
	e.answer(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(mark)) })
	clock.advance(jwks.MaxAge)
	wantKey(t, set, "first")
	wantError(t, set, "invented", jwks.ErrUnavailable)

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if got, want := len(lines), 2; got != want {
		t.Fatalf("got %d lines, want %d:\n%s", got, want, &log)
	}
	for i, want := range []map[string]any{
		{"level": "WARN", "msg": "key set holds keys that cannot be used", "url": e.URL, "skipped": 1.0, "usable": 1.0},
		{"level": "WARN", "msg": "key set could not be fetched", "error": "jwks: GET " + e.URL + ": answer is not a JSON Web Key Set",
			"retry_in": "1s", "last_good_serves": true},
	} {
		var got map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		delete(got, "time")
		checkEqual(t, got, want)
	}
	for _, secret := range []string{"weak key", "invented", mark} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// As a jwkset.Storage it shows what is cached, without a fetch, and cannot be
// changed.
func TestStorage(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, serve(setOf(good("second"), good("first"))))
	set, _ := newSet(t, e)
	documents := func() []json.RawMessage {
		t.Helper()
		var all []json.RawMessage
		for _, document := range []func(context.Context) (json.RawMessage, error){set.JSON, set.JSONPublic, set.JSONPrivate,
			func(ctx context.Context) (json.RawMessage, error) {
				return set.JSONWithOptions(ctx, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
			},
		} {
			text, err := document(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, text)
		}
		return all
	}
	kids := func(document json.RawMessage) (kids []string) {
		var set struct {
			Keys []struct{ KID string }
		}
		if err := json.Unmarshal(document, &set); err != nil {
			t.Fatal(err)
		}
		for _, key := range set.Keys {
			kids = append(kids, key.KID)
		}
		return kids
	}
	for _, document := range documents() {
		checkEqual(t, kids(document), nil)
	}
	e.wantRequests(t, 0)
	wantKey(t, set, "first")
	for _, document := range documents() {
		checkEqual(t, kids(document), []string{"first", "second"})
	}
	marshalled, err := set.MarshalWithOptions(t.Context(), jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := marshalled.Keys[0].N, encode(rsaKeys()[0].N); got != want {
		t.Errorf("got another modulus than the pool's")
	}

	key, err := set.KeyRead(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	if err := set.KeyWrite(t.Context(), key); err == nil {
		t.Error("KeyWrite: got no error")
	}
	if err := set.KeyReplaceAll(t.Context(), []jwkset.JWK{key}); err == nil {
		t.Error("KeyReplaceAll: got no error")
	}
	if deleted, err := set.KeyDelete(t.Context(), "first"); err == nil || deleted {
		t.Error("KeyDelete: got no error")
	}
	if all, err := set.KeyReadAll(t.Context()); err == nil || all != nil {
		t.Error("KeyReadAll: got no error")
	}
	wantKey(t, set, "first")
	e.wantRequests(t, 1)
}

// Anybody may make an UnavailableError, also one without a cause.
func TestUnavailableError(t *testing.T) {
	t.Parallel()
	for want, cause := range map[string]error{
		"jwks: key set unavailable":                         nil,
		"jwks: key set unavailable: no road":                errors.New("no road"),
		"jwks: key set unavailable: no road no map no sign": errors.New("no road\r\nno map\nno sign"),
	} {
		err := error(&jwks.UnavailableError{Cause: cause})
		if got := err.Error(); got != want || !errors.Is(err, jwks.ErrUnavailable) || cause != nil && !errors.Is(err, cause) {
			t.Errorf("got %q, want %q, and both errors in its tree", got, want)
		}
	}
}
