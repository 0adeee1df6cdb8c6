package jwks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const maxBytes = 256 << 10 // Cognito's own document is about 1 KB

// source is where the set comes from: bounded, https, and without redirects,
// which a transport does not follow.
type source struct {
	urls      []string
	transport http.RoundTripper
	timeout   time.Duration
}

func newSource(cfg Config) (source, error) {
	src := source{append([]string{cfg.URL}, cfg.Fallbacks...), cfg.Transport, cfg.Timeout}
	for _, u := range src.urls {
		if err := CheckURL(u, cfg.AllowInsecureHTTP); err != nil {
			return source{}, err
		}
	}
	if src.timeout <= 0 {
		src.timeout = Timeout
	}
	switch {
	case src.transport == nil:
		src.transport = defaultTransport(cfg.RootCAs)
	case cfg.RootCAs != nil:
		return source{}, errors.New("jwks: RootCAs: set them in Transport, which replaces the default one")
	}
	return src, nil
}

// fetch asks the first sources in order until one gives a usable set.
func (s source) fetch(ctx context.Context, sources int) (*snapshot, error) {
	var failures []string
	for i, u := range s.urls[:sources] {
		set, err := s.ask(ctx, u, sources-i)
		if err == nil {
			set.source = i
			return set, nil
		}
		failures = append(failures, err.Error())
	}
	return nil, errors.New(strings.Join(failures, "; ")) // one line, for one log record
}

// ask asks one source, which may take its share of the time that is left.
func (s source) ask(ctx context.Context, u string, sharers int) (*snapshot, error) {
	deadline, _ := ctx.Deadline()
	ctx, cancel := context.WithTimeout(ctx, time.Until(deadline)/time.Duration(sharers))
	defer cancel()
	var hint atomic.Value
	document, err := s.get(httptrace.WithClientTrace(ctx, trace(&hint)), u)
	if err != nil {
		return nil, fmt.Errorf("jwks: GET %s: %s%w", u, hint.Load(), err)
	}
	set, err := parse(document)
	if err != nil {
		return nil, fmt.Errorf("jwks: GET %s: %w", u, err)
	}
	return set, nil
}

func (s source) get(ctx context.Context, u string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := s.transport.RoundTrip(req)
	if err != nil {
		return nil, withoutAnswer(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %d, want 200", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBytes+1))
	if err != nil {
		return nil, withoutAnswer(err)
	}
	if len(body) > maxBytes {
		return nil, fmt.Errorf("answer exceeds %d bytes", maxBytes)
	}
	return body, nil
}

// withoutAnswer drops the words of net/http about an answer that it cannot read,
// and of a certificate all but what is wrong with it: they quote what anybody may
// have written there. It keeps errors of the network.
func withoutAnswer(err error) error {
	var network net.Error // so is a deadline
	var invalid x509.CertificateInvalidError
	var another x509.HostnameError
	switch {
	case errors.As(err, &another):
		return fmt.Errorf("tls: failed to verify certificate: x509: it is not valid for %s", another.Host)
	case errors.As(err, &invalid) && invalid.Reason != x509.Expired: // which says when
		return fmt.Errorf("tls: failed to verify certificate: %w", x509.CertificateInvalidError{Reason: invalid.Reason})
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return fmt.Errorf("tls: failed to verify certificate: %w", x509.UnknownAuthorityError{})
	case errors.As(err, &network), errors.As(err, &invalid), errors.As(err, new(tls.RecordHeaderError)), errors.Is(err, errProxy),
		errors.Is(err, context.Canceled), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return err
	}
	return errors.New("answer is not HTTP")
}

// CheckURL returns an error unless a [Set] takes the URL: it must be absolute,
// without user or fragment, and https, except that allowInsecureHTTP or a loopback
// host allows http.
func CheckURL(raw string, allowInsecureHTTP bool) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("jwks: URL %q must be an absolute https URL without user or fragment", raw)
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && (allowInsecureHTTP || u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()):
		return nil
	}
	return fmt.Errorf("jwks: URL %q must be https, or plain http on a loopback host", raw)
}

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
