package jwks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

var errProxy = errors.New("proxy")

func defaultTransport(roots *x509.CertPool) *http.Transport {
	onlyHTTP1 := new(http.Protocols)
	onlyHTTP1.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: checkProxy,
		TLSClientConfig:        &tls.Config{RootCAs: roots},
		Protocols:              onlyHTTP1,
		DisableKeepAlives:      true,
		DisableCompression:     true, // 1 KB gains nothing, and no answer can grow when it is unpacked
		MaxResponseHeaderBytes: 32 << 10,
	}
}

// checkProxy reports what a proxy answers. Left to net/http it would be dropped
// with the words of the answer, and 407 is what operators meet first.
func checkProxy(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: answered %d to CONNECT, want 200", errProxy, answer.StatusCode)
	}
	return nil
}

// trace keeps in hint how far a fetch has come, for the operator who reads why it
// failed. Without a connection, the cause is nearly always the network that the
// function runs in.
func trace(hint *atomic.Value) *httptrace.ClientTrace {
	const route = ": (check the VPC's route out) "
	hint.Store("")
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { hint.Store("DNS" + route) },
		ConnectStart:      func(string, string) { hint.Store("connect" + route) },
		TLSHandshakeStart: func() { hint.Store("TLS: ") },
		GotConn:           func(httptrace.GotConnInfo) { hint.Store("response: ") },
	}
}
