package jwks_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/jwks"
)

// A server may write anything into its certificate. No error repeats it.
func TestNamesOfACertificate(t *testing.T) {
	t.Parallel()
	const strange = mark + "\nline"
	known, stranger := newAuthority(t, strange), newAuthority(t, strange)
	narrow := newAuthority(t, strange, "pool.example")
	at, past := time.Now().UTC(), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		rule    string
		server  *tls.Config
		trusted authority
		want    string // empty: it is served
	}{
		{"good", known.server(t, "pool.example"), known, ""},
		{"expired", known.serverUntil(t, past, "pool.example"), known, "certificate has expired or is not yet valid: current time " + at.Format(time.RFC3339) + " is after 2020-01-01T00:00:00Z"},
		{"another name", known.server(t, strange), known, "it is not valid for pool.example"},
		{"another authority of the same name", stranger.server(t, "pool.example"), known, "certificate signed by unknown authority"},
		{"an authority for other names", narrow.server(t, "pool.example", "other."+strange), narrow, "a root or intermediate certificate is not authorized to sign for this name: "},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			e := unstarted(serve(goodSet()))
			e.TLS = row.server
			e.StartTLS()
			t.Cleanup(e.Close)
			set, _ := newSet(t, e, func(c *jwks.Config) {
				transport := jwks.DefaultTransport(row.trusted.pool())
				transport.TLSClientConfig.ServerName, transport.TLSClientConfig.Time = "pool.example", func() time.Time { return at }
				c.RootCAs, c.Transport = nil, transport
			})
			if row.want == "" {
				wantKey(t, set, "first")
				return
			}
			_, err := set.KeyRead(t.Context(), "first")
			checkError(t, err, jwks.ErrUnavailable)
			checkEqual(t, err.Error(), "jwks: key set unavailable: jwks: GET "+e.URL+": TLS: tls: failed to verify certificate: x509: "+row.want)
		})
	}
}

// An authority signs the certificates of servers.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// newAuthority makes one that may sign for the permitted names, or for all if there
// are none.
func newAuthority(t *testing.T, name string, permitted ...string) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := authority{&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, PermittedDNSDomains: permitted,
	}, key}
	a.certificate, err = x509.ParseCertificate(a.sign(t, a.certificate))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (a authority) sign(t *testing.T, certificate *x509.Certificate) []byte {
	t.Helper()
	signed, err := x509.CreateCertificate(rand.Reader, certificate, a.certificate, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// server is a server whose certificate claims to have these names.
func (a authority) server(t *testing.T, names ...string) *tls.Config {
	t.Helper()
	return a.serverUntil(t, time.Now().Add(time.Hour), names...)
}

func (a authority) serverUntil(t *testing.T, notAfter time.Time, names ...string) *tls.Config {
	t.Helper()
	signed := a.sign(t, &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: notAfter, DNSNames: names})
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{signed}, PrivateKey: a.key}}}
}

func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}
