package main

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	certFile = "tls.pem"
	keyFile  = "tls-key.pem"

	// Phones refuse certificates that live longer than 825 days.
	certLifetime = 800 * 24 * time.Hour
	certRenewed  = 30 * 24 * time.Hour // before its end
)

// openTLS finds the certificate of the servers, and makes the client that takes it.
func (s *system) openTLS() (err error) {
	if s.cert, err = s.certificate(); err != nil {
		return err
	}
	s.client, err = s.cfg.Reach.client(s.cfg.DataDir)
	return err
}

// certificate returns what the servers show: the user's own, or one in the data
// folder that is made once, for this machine's names and those of ALLOWED_HOSTS.
// Clients must be told to trust it. It is nil without TLS.
func (s *system) certificate() (*tls.Certificate, error) {
	reach := s.cfg.Reach
	if !reach.TLS {
		return nil, nil
	}
	if reach.Cert != "" {
		pair, err := tls.LoadX509KeyPair(reach.Cert, reach.Key)
		if err != nil {
			return nil, fmt.Errorf("TLS_CERT, TLS_KEY: %w", err)
		}
		return &pair, nil
	}
	names := append([]string{"localhost", "127.0.0.1", "::1"}, reach.Hosts...)
	cert, key := filepath.Join(s.cfg.DataDir, certFile), filepath.Join(s.cfg.DataDir, keyFile)
	pair, err := tls.LoadX509KeyPair(cert, key)
	switch {
	case err == nil && serves(pair.Leaf, names, time.Now()):
		return &pair, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("TLS: %s: %w: remove both files to have them made again", cert, err)
	}
	if err := makeCertificate(cert, key, names, time.Now()); err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	s.log.Info("made a certificate: configure clients to trust it", "file", cert, "names", names)
	pair, err = tls.LoadX509KeyPair(cert, key)
	return &pair, err
}

// client is for programs on this machine. By TLS it takes exactly the servers'
// certificate, whatever name is in it.
func (c reach) client(dataDir string) (*http.Client, error) {
	if !c.TLS {
		return http.DefaultClient, nil
	}
	path := cmp.Or(c.Cert, filepath.Join(dataDir, certFile))
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("TLS: %s: no certificate", path)
	}
	return &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, // VerifyConnection is stricter
		VerifyConnection: func(state tls.ConnectionState) error {
			if !bytes.Equal(state.PeerCertificates[0].Raw, block.Bytes) {
				return fmt.Errorf("another certificate than that of %s", path)
			}
			return nil
		},
	}}}, nil
}

// serves reports whether the certificate is good for all names, and for some time.
func serves(cert *x509.Certificate, names []string, now time.Time) bool {
	return now.Add(certRenewed).Before(cert.NotAfter) && !slices.ContainsFunc(names, func(name string) bool { return cert.VerifyHostname(name) != nil })
}

// makeCertificate signs a certificate with its own key, which can sign no other.
func makeCertificate(certPath, keyPath string, names []string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "notegate on this machine"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certLifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		BasicConstraintsValid: true, // and no authority
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(keyPath), 0o700); err != nil {
		return err
	}
	if err := writePEM(keyPath, "PRIVATE KEY", der, 0o600); err != nil {
		return err
	}
	return writePEM(certPath, "CERTIFICATE", cert, 0o644)
}

// writePEM puts a new file in the place of an old one, whose mode would stay.
func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
