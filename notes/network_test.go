package main_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
)

// The function reaches its table through a proxy, or under a private CA, or
// both, as the AWS SDK's own settings say.
func TestProxyAndPrivateCA(t *testing.T) {
	t.Parallel()
	answer := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"Attributes":{"noteId":{"S":"1"}}}`) }
	private := httptest.NewUnstartedServer(http.HandlerFunc(answer))
	private.Config.ErrorLog = log.New(io.Discard, "", 0) // it would print the handshakes that fail on purpose
	private.StartTLS()                                   // with a certificate for 127.0.0.1 and example.com
	t.Cleanup(private.Close)
	proxy := newProxy(t, private.Listener.Addr().String())

	folder := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bundle := write("bundle.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: private.Certificate().Raw}))
	config := write("config", []byte("[default]\nca_bundle = "+bundle+"\n"))

	create := proxyEvent(`"resource":"/notes","httpMethod":"POST","body":"{\"noteid\":\"1\",\"note\":\"x\"}",`, "1", "token")
	const far = "https://example.com" // no proxy is used for 127.0.0.1
	binary := lambdatest.Build(t, ".")
	for name, tt := range map[string]struct {
		endpoint string
		env      []string
		status   any
		tunnels  int64
	}{
		"private CA":                  {private.URL, []string{"AWS_CA_BUNDLE=" + bundle}, 200.0, 0},
		"private CA, not trusted":     {private.URL, nil, 503.0, 0},
		"private CA, by shared files": {private.URL, []string{"AWS_CONFIG_FILE=" + config}, 200.0, 0},
		"proxy and private CA":        {far, []string{"AWS_CA_BUNDLE=" + bundle, "HTTPS_PROXY=" + proxy.URL}, 200.0, 1},
		"proxy, CA not trusted":       {far, []string{"HTTPS_PROXY=" + proxy.URL}, 503.0, 1},
	} {
		t.Run(name, func(t *testing.T) { // in turn, for they share the proxy's count
			proxy.tunnels.Store(0)
			f := lambdatest.Start(t, binary, append(tt.env, "AWS_ENDPOINT_URL_DYNAMODB="+tt.endpoint,
				"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_MAX_ATTEMPTS=1")...)
			f.Invoke(t, create)
			output := f.Stop()
			if diff := cmp.Diff([]any{tt.status}, lambdatest.Logged(output, "request", "status")); diff != "" {
				t.Errorf("status (-want +got):\n%s%s", diff, output)
			}
			if got := proxy.tunnels.Load(); got != tt.tunnels {
				t.Errorf("tunnels: got %d, want %d", got, tt.tunnels)
			}
		})
	}
}

// A bundle that cannot be used is a reason not to start.
func TestUnusableCABundle(t *testing.T) {
	t.Parallel()
	f := lambdatest.Start(t, lambdatest.Build(t, "."), "AWS_CA_BUNDLE="+filepath.Join(t.TempDir(), "nowhere.pem"))
	if code := f.Wait(); code != 1 {
		t.Errorf("exit code: got %d, want 1", code)
	}
	if lines := lambdatest.Lines(t, f.Output()); len(lines) != 1 || lines[0]["msg"] != "cannot start" {
		t.Errorf("got %v, want one line that says why", lines)
	}
}

// A proxy opens tunnels (RFC 9110, section 9.3.6), all of them to one address.
type proxy struct {
	*httptest.Server
	tunnels atomic.Int64
}

func newProxy(t *testing.T, to string) *proxy {
	p := &proxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != "example.com:443" {
			http.Error(w, "want CONNECT example.com:443", http.StatusBadRequest)
			return
		}
		p.tunnels.Add(1)
		server, err := net.Dial("tcp", to)
		if err != nil {
			http.Error(w, "no such server", http.StatusBadGateway)
			return
		}
		defer server.Close()
		client, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer client.Close()
		fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		ended := make(chan struct{}, 2)
		for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
			go func() {
				_, _ = io.Copy(pair[0], pair[1])
				ended <- struct{}{}
			}()
		}
		<-ended // then both connections are closed, which ends the other direction
	}))
	t.Cleanup(p.Server.Close)
	return p
}
