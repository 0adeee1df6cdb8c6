package main_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// trusting returns a client that trusts the certificate of the data folder, as any
// client is told to.
func trusting(t *testing.T, folder string) *http.Client {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "tls.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		t.Fatal("no certificate")
	}
	return &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}}}
}

// get returns the answer of an address, which a body would not help to judge.
func get(t *testing.T, client *http.Client, url string, header ...string) *http.Response {
	t.Helper()
	req, err := newRequest(t.Context(), "GET", url, "", header...)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// With TLS=on everything is https, by a certificate that stays.
func TestTLS(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := start(t, folder, "TLS=on")
	for _, url := range []string{s.API, s.Pool, s.Page} {
		if !strings.HasPrefix(url, "https://127.0.0.1:") {
			t.Errorf("got %s, want https", url)
		}
	}
	info, err := os.Stat(filepath.Join(folder, "tls-key.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: got %v (%v), want 0600", info, err)
	}
	client := trusting(t, folder)
	token := s.token(t, "TLS=on", "DATA_DIR="+folder)
	if resp := get(t, client, s.API+"/notes", "Authorization", "Bearer "+token); resp.StatusCode != 200 || resp.ProtoMajor != 2 {
		t.Errorf("got %s %s, want 200 by HTTP/2", resp.Proto, resp.Status)
	}
	login := get(t, client, s.Pool+"/logout?client_id=localnotesapp&logout_uri="+s.Page+"/")
	if cookie := login.Request.Response.Header.Get("Set-Cookie"); !strings.Contains(cookie, "; Secure") {
		t.Errorf("cookie: got %q, want Secure", cookie)
	}
	if resp, err := direct.Get("http" + strings.TrimPrefix(s.API, "https")); err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("plain http: got %s, want 400", resp.Status)
		}
	}

	before := readFile(t, filepath.Join(folder, "tls.pem"))
	s.kill()
	s = start(t, folder, "TLS=on")
	if readFile(t, filepath.Join(folder, "tls.pem")) != before {
		t.Error("another certificate at the next start")
	}
	s.kill()
	s = start(t, folder, "TLS=on", "ALLOWED_HOSTS=10.0.2.2,host.docker.internal")
	block, _ := pem.Decode([]byte(readFile(t, filepath.Join(folder, "tls.pem"))))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "10.0.2.2", "host.docker.internal"} {
		if err := cert.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if cert.IsCA {
		t.Error("the certificate could sign others")
	}
	if err := os.WriteFile(filepath.Join(folder, "tls.pem"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.kill()
	if lines := fails(t, command(folder, "TLS=on")); len(lines) != 1 || !strings.Contains(lines[0], "remove both files") {
		t.Errorf("damaged: got %q, want one line that says what to do", lines)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// token is `local token`.
func (s *system) token(t *testing.T, env ...string) string {
	t.Helper()
	out, err := s.tokenCommand(env...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// The user's own certificate is shown, whatever names it has.
func TestOwnCertificate(t *testing.T) {
	t.Parallel()
	made := t.TempDir()
	first := start(t, made, "TLS=on", "ALLOWED_HOSTS=dev.example.com")
	first.kill()
	cert, key := filepath.Join(made, "tls.pem"), filepath.Join(made, "tls-key.pem")
	folder := t.TempDir()
	s := start(t, folder, "TLS_CERT="+cert, "TLS_KEY="+key)
	token := s.token(t, "TLS_CERT="+cert, "TLS_KEY="+key)
	if resp := get(t, trusting(t, made), s.API+"/notes", "Authorization", "Bearer "+token); resp.StatusCode != 200 {
		t.Errorf("got %s, want 200", resp.Status)
	}
	if _, err := os.Stat(filepath.Join(folder, "tls.pem")); err == nil {
		t.Error("a certificate was made nevertheless")
	}
}

func TestBadReach(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		env  []string
		says string
	}{
		"TLS=true":              {[]string{"TLS=true"}, `TLS: "true" must be "" or "on"`},
		"TLS=off":               {[]string{"TLS=off"}, `TLS: "off"`},
		"a key missing":         {[]string{"TLS_CERT=x"}, "TLS_KEY: required with TLS_CERT"},
		"a certificate missing": {[]string{"TLS_KEY=x"}, "TLS_CERT: required with TLS_KEY"},
		"no such files":         {[]string{"TLS_CERT=/nowhere/x", "TLS_KEY=/nowhere/y"}, "TLS_CERT, TLS_KEY: open /nowhere/x"},
		"URL with a path":       {[]string{"POOL_URL=http://10.0.2.2:9229/pool"}, "POOL_URL"},
		"no URL":                {[]string{"POOL_URL=10.0.2.2:9229"}, "POOL_URL"},
		"plain URL with TLS":    {[]string{"TLS=on", "POOL_URL=http://10.0.2.2:9229"}, "must be https with TLS"},
		"host with a port":      {[]string{"ALLOWED_HOSTS=10.0.2.2:3000"}, "ALLOWED_HOSTS"},
		"host with an asterisk": {[]string{"ALLOWED_HOSTS=*.example.com"}, "ALLOWED_HOSTS"},
		"host with a scheme":    {[]string{"ALLOWED_HOSTS=http://10.0.2.2"}, "ALLOWED_HOSTS"},
		"pool id":               {[]string{"POOL_ID=local"}, "POOL_ID"},
	} {
		if lines := fails(t, command(t.TempDir(), row.env...)); len(lines) != 1 || !strings.Contains(lines[0], row.says) {
			t.Errorf("%s: got %q, want %q", rule, lines, row.says)
		}
	}
}

// Under a name that is not this machine's, each service refuses in its own shape;
// under one of ALLOWED_HOSTS it answers, and takes set-up operations.
func TestAllowedHosts(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "ALLOWED_HOSTS=10.0.2.2,Host.docker.internal", "POOL_URL=http://pool.test:9229")
	token := *s.demo(t).AccessToken
	list := func(url, host, operation string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(`{"UserPoolId":"local_notegate"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
		resp, err := direct.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
	for host, want := range map[string]int{"evil.example": 421, "10.0.2.2:9229": 200, "host.docker.internal": 200, "pool.test:9229": 200, "localhost:9229": 200} {
		resp := list(s.Pool, host, "ListUsers")
		if resp.StatusCode != want || resp.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
			t.Errorf("pool as %s: got %s %s, want %d", host, resp.Status, resp.Header.Get("Content-Type"), want)
		}
		if (resp.Header.Get("X-Amzn-ErrorType") == "MisdirectedRequestException:") != (want == 421) {
			t.Errorf("pool as %s: got %q", host, resp.Header.Get("X-Amzn-ErrorType"))
		}
		resp = get(t, &http.Client{Transport: hostAs(host)}, s.API+"/notes", "Authorization", "Bearer "+token)
		if resp.StatusCode != want || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("API as %s: got %s %s, want %d", host, resp.Status, resp.Header.Get("Content-Type"), want)
		}
		page := get(t, &http.Client{Transport: hostAs(host), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, s.Page)
		if (page.StatusCode == 421) != (want == 421) {
			t.Errorf("page as %s: got %s", host, page.Status)
		}
	}
}

// hostAs sends requests under another name.
type hostAs string

func (h hostAs) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = string(h)
	return direct.Transport.RoundTrip(r)
}

// On every address of the machine, it is reached by each of them without a setting.
func TestAddressOfTheMachine(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "GATEWAY_ADDR=0.0.0.0:0")
	token := *s.demo(t).AccessToken
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.API, "http://"))
	for _, addr := range addrs {
		ip := addr.(*net.IPNet).IP.To4()
		if ip == nil {
			continue
		}
		if resp := get(t, direct, "http://"+net.JoinHostPort(ip.String(), port)+"/notes", "Authorization", "Bearer "+token); resp.StatusCode != 200 {
			t.Errorf("%s: got %s, want 200", ip, resp.Status)
		}
	}
	if resp := get(t, &http.Client{Transport: hostAs("192.0.2.1")}, s.API+"/notes", "Authorization", "Bearer "+token); resp.StatusCode != 421 {
		t.Errorf("another's address: got %s, want 421", resp.Status)
	}
}
