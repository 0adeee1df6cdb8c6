package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

// What is downloaded is a key set as the authorizer would take it, from a source
// that was asked for, and nothing else.
func TestFetch(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	good := pool.Issuers[0].KeySetURL
	moved := httptest.NewServer(http.RedirectHandler(good, http.StatusFound))
	t.Cleanup(moved.Close)
	for name, tt := range map[string]struct {
		cfg  jwks.Config
		want string // the error's end; empty: a key set
	}{
		"the first form of the issuer":  {jwks.Config{URL: good, Fallbacks: []string{moved.URL}}, ""},
		"the second form of the issuer": {jwks.Config{URL: moved.URL, Fallbacks: []string{good}}, ""},
		"a redirect":                    {jwks.Config{URL: moved.URL}, "answered 302, want 200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, err := fetch(t.Context(), tt.cfg)
			switch {
			case tt.want == "" && (err != nil || !strings.Contains(string(document), pool.Key().KID)):
				t.Errorf("got %s, error %v", document, err)
			case tt.want != "" && (document != nil || err == nil || !strings.HasSuffix(err.Error(), tt.want)):
				t.Errorf("got %s, error %v, want one that ends in %q", document, err, tt.want)
			}
		})
	}
}

func TestWriteKeySet(t *testing.T) {
	t.Parallel()
	good, err := fetch(t.Context(), jwks.Config{URL: cognitotest.NewPool(t).Issuers[0].KeySetURL})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		document string
		want     string // how the error begins; empty: written
	}{
		"a key set":     {string(good), ""},
		"no keys":       {`{"keys":[]}`, "jwks: "},
		"not a key set": {"<html>", "jwks: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			source, target := filepath.Join(folder, "in.json"), filepath.Join(folder, "new", "jwks.json")
			if err := os.WriteFile(source, []byte(tt.document), 0o644); err != nil {
				t.Fatal(err)
			}
			err := run(t.Context(), []string{"keyset", "-file", source, target})
			written, _ := os.ReadFile(target)
			if tt.want == "" {
				if err != nil || string(written) != tt.document {
					t.Errorf("wrote %q, error %v", written, err)
				}
			} else if err == nil || !strings.HasPrefix(err.Error(), tt.want) || written != nil {
				t.Errorf("wrote %q, error %v, want %q", written, err, tt.want)
			}
		})
	}
}

func TestNoSuchPool(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{"keyset", "-pool", "eu-west-1", filepath.Join(t.TempDir(), "jwks.json")})
	if err == nil || !strings.HasPrefix(err.Error(), `cognito: user pool id "eu-west-1" must be `) {
		t.Errorf("got %v", err)
	}
}
