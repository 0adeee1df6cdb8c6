package jwks_test

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/env"
	"github.com/notegate/notegate/pkg/jwks"
)

// net/http reads the proxy variables once, and never uses a proxy for a loopback
// host. So these tests fetch in a process of their own, from a host that only the
// proxy can reach and for which the endpoint has a certificate.
const (
	fetchVariable = "TEST_FETCH" // makes the test binary fetch from this URL
	behindProxy   = "https://example.com/keys"
	fetched       = "fetched"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(fetchVariable); url != "" {
		fmt.Println(fetch(url))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fetch fetches as a program does whose settings are in the environment.
func fetch(url string) string {
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial:     func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed },
	}
	r := env.New(os.Getenv)
	cfg := jwks.Config{URL: url, RootCAs: r.CertPool("AWS_CA_BUNDLE"), Timeout: time.Minute}
	if err := r.Err(); err != nil {
		return err.Error()
	}
	set, err := jwks.New(cfg)
	if err == nil {
		_, err = set.KeyRead(context.Background(), "first")
	}
	if err != nil {
		return err.Error()
	}
	return fetched
}

func TestProxyAndBundle(t *testing.T) {
	t.Parallel()
	pool, other := newEndpoint(t, serve(goodSet())), httptest.NewUnstartedServer(http.NotFoundHandler())
	other.TLS = newAuthority(t, "").server(t)
	other.StartTLS()
	t.Cleanup(other.Close)
	bundle, foreign := "AWS_CA_BUNDLE="+bundleOf(t, pool.Server), "AWS_CA_BUNDLE="+bundleOf(t, other)
	system := "SSL_CERT_FILE=" + strings.TrimPrefix(bundle, "AWS_CA_BUNDLE=")
	proxy, closed := newProxy(t, pool, http.StatusOK), newProxy(t, pool, http.StatusProxyAuthRequired)
	proxy.Start()
	closed.Start()
	overTLS := newProxy(t, pool, http.StatusOK)
	overTLS.StartTLS()

	const certificate, noRoute = "TLS: tls: failed to verify certificate", "DNS: (check the VPC's route out)"
	rows := []struct {
		rule        string
		environment []string
		want        string
		through     *proxyServer // the proxy that is asked
	}{
		{"proxy and bundle", []string{"HTTPS_PROXY=" + proxy.URL, bundle}, fetched, proxy},
		{"proxy over TLS and bundle", []string{"HTTPS_PROXY=" + overTLS.URL, bundle}, fetched, overTLS},
		{"the system's roots", []string{"HTTPS_PROXY=" + proxy.URL, system}, fetched, proxy},
		{"no roots for the pool", []string{"HTTPS_PROXY=" + proxy.URL}, certificate, proxy},
		{"the bundle replaces the system's roots", []string{"HTTPS_PROXY=" + proxy.URL, system, foreign}, certificate, proxy},
		{"no proxy", []string{bundle}, noRoute, nil},
		{"excepted by NO_PROXY", []string{"HTTPS_PROXY=" + proxy.URL, "NO_PROXY=example.com", bundle}, noRoute, nil},
		{"a proxy for plain http only", []string{"HTTP_PROXY=" + proxy.URL, bundle}, noRoute, nil},
		{"the proxy refuses", []string{"HTTPS_PROXY=" + closed.URL, bundle}, "proxy: answered 407 to CONNECT, want 200", closed},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			before := map[*proxyServer]int64{proxy: proxy.asked.Load(), overTLS: overTLS.asked.Load(), closed: closed.asked.Load()}
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(row.environment, fetchVariable+"="+behindProxy, "GORACE=atexit_sleep_ms=0",
				"NOTEGATE_MUTANT="+os.Getenv("NOTEGATE_MUTANT"), "NOTEGATE_REACHED="+os.Getenv("NOTEGATE_REACHED")) // a mutant's child is one too
			out, err := child.Output()
			if err != nil {
				t.Fatal(err)
			}
			if got := string(out); !strings.Contains(got, row.want) {
				t.Errorf("got %q, want it to hold %q", got, row.want)
			}
			for server, n := range before {
				if got, want := server.asked.Load() != n, server == row.through; got != want {
					t.Errorf("%s: asked is %t, want %t", server.URL, got, want)
				}
			}
		})
	}
}

// bundleOf writes the server's certificate to a file, and returns its name.
func bundleOf(t *testing.T, server *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// proxyServer is a CONNECT proxy that has a route to the pool alone.
type proxyServer struct {
	*httptest.Server
	asked atomic.Int64
}

// newProxy returns a proxy that answers CONNECT with this status.
func newProxy(t *testing.T, pool *endpoint, status int) *proxyServer {
	t.Helper()
	p := &proxyServer{}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked.Add(1)
		switch {
		case r.Method != http.MethodConnect || r.Host != "example.com:443":
			w.WriteHeader(http.StatusBadGateway)
		case status != http.StatusOK:
			w.WriteHeader(status)
		default:
			forward(w, pool.Listener.Addr().String())
		}
	}))
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(p.Close)
	return p
}

// forward joins the connection to the one that it opens, until either ends.
func forward(w http.ResponseWriter, address string) {
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer client.Close()
	fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	over := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{server, client}, {client, server}} {
		go func() {
			io.Copy(pair[0], pair[1])
			over <- struct{}{}
		}()
	}
	<-over
}
