package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// Only a plain 200 is a key set: an answer from elsewhere is nobody's we asked.
func TestDownload(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/good", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("keys")) })
	mux.Handle("/moved", http.RedirectHandler("/good", http.StatusFound))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	if got, err := download(server.URL + "/good"); err != nil || string(got) != "keys" {
		t.Errorf("got %q, %v", got, err)
	}
	for path, want := range map[string]string{"/moved": "answered 302, want 200", "/none": "answered 404, want 200"} {
		got, err := download(server.URL + path)
		if got != nil || err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: got %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	good, err := download(pool.Issuers[0].KeySetURL)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		document string
		want     string // how the error begins; empty: written
	}{
		"a key set":     {string(good), ""},
		"no keys":       {`{"keys":[]}`, "jwks: seed: "},
		"not a key set": {"<html>", "jwks: seed: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			source, target := filepath.Join(folder, "in.json"), filepath.Join(folder, "new", "jwks.json")
			if err := os.WriteFile(source, []byte(tt.document), 0o644); err != nil {
				t.Fatal(err)
			}
			err := write(target, "", source)
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
	err := write(filepath.Join(t.TempDir(), "jwks.json"), "eu-west-1", "")
	if err == nil || !strings.HasPrefix(err.Error(), `cognito: user pool id "eu-west-1": `) {
		t.Errorf("got %v", err)
	}
}
