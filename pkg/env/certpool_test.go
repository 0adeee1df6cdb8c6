package env_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/env"
)

func TestCertPool(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")})
	want := x509.NewCertPool()
	want.AddCert(server.Certificate())

	rows := []struct {
		rule string
		text []byte // nil: there is no file
		says string // "" if the file is good
	}{
		{"a certificate", certificate, ""},
		{"a certificate among others", bytes.Join([][]byte{[]byte("# the proxy\n"), key, certificate}, nil), ""},
		{"no file", nil, "no such file"},
		{"empty file", []byte{}, "must be a PEM file with at least one certificate"},
		{"no PEM", server.Certificate().Raw, "must be a PEM file with at least one certificate"},
		{"a key only", key, "must be a PEM file with at least one certificate"},
		{"a damaged certificate", bytes.Replace(certificate, []byte("\nMII"), []byte("\nAAA"), 1), "must be a PEM file with at least one certificate"},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ca.pem")
			if row.text != nil {
				if err := os.WriteFile(file, row.text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r := env.New(func(string) string { return file })
			pool, err := r.CertPool("AWS_CA_BUNDLE"), r.Err()
			if row.says == "" {
				if err != nil || !pool.Equal(want) {
					t.Errorf("got error %v and equal pools: %t", err, pool.Equal(want))
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), "bad configuration: AWS_CA_BUNDLE: ") || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got error %v, want one that names AWS_CA_BUNDLE and says %q", err, row.says)
			}
			if pool != nil {
				t.Error("got a pool beside an error")
			}
		})
	}
	r := env.New(func(string) string { return "" })
	if pool := r.CertPool("AWS_CA_BUNDLE"); pool != nil || r.Err() != nil {
		t.Errorf("unset: got %v, %v, want nothing", pool, r.Err())
	}
}
