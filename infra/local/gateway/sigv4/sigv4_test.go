package sigv4_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/notegate/notegate/infra/local/gateway/sigv4"
)

var (
	now    = time.Date(2026, 5, 15, 6, 1, 9, 0, time.UTC)
	secret = aws.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "not a secret", SessionToken: "token"}
)

// signed is a request as the AWS SDK signs it.
func signed(t *testing.T, method, target, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Own", " a  b ")
	sum := sha256.Sum256([]byte(body))
	r.URL.Scheme, r.URL.Host = "http", r.Host
	if err := v4.NewSigner().SignHTTP(t.Context(), secret, r, hex.EncodeToString(sum[:]), "execute-api", "us-east-1", now); err != nil {
		t.Fatal(err)
	}
	return r
}

func check(r *http.Request, body string, key aws.Credentials) error {
	s, err := sigv4.Read(r.Header)
	if err != nil {
		return err
	}
	return s.Check(r, []byte(body), key)
}

// Each request is a signed one with a single thing changed.
func TestCheck(t *testing.T) {
	t.Parallel()
	const body = `{"a":1}`
	other := secret
	other.SecretAccessKey = "another"
	for _, tt := range []struct {
		rule   string
		change func(r *http.Request)
		key    aws.Credentials
		want   error
	}{
		{"as signed", func(*http.Request) {}, secret, nil},
		{"a header that is not signed", func(r *http.Request) { r.Header.Set("X-New", "1") }, secret, nil},
		{"another secret", func(*http.Request) {}, other, sigv4.ErrMismatch},
		{"another method", func(r *http.Request) { r.Method = "PUT" }, secret, sigv4.ErrMismatch},
		{"another path", func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/notes/b", "" }, secret, sigv4.ErrMismatch},
		{"another query", func(r *http.Request) { r.URL.RawQuery = "b=2" }, secret, sigv4.ErrMismatch},
		{"another host", func(r *http.Request) { r.Host = "evil.example.com" }, secret, sigv4.ErrMismatch},
		{"another header", func(r *http.Request) { r.Header.Set("X-Own", "c") }, secret, sigv4.ErrMismatch},
		{"another session token", func(r *http.Request) { r.Header.Set("X-Amz-Security-Token", "x") }, aws.Credentials{SecretAccessKey: secret.SecretAccessKey, SessionToken: "x"}, sigv4.ErrMismatch},
		{"another time", func(r *http.Request) { r.Header.Set("X-Amz-Date", "20260515T060110Z") }, secret, sigv4.ErrMismatch},
		{"no Authorization", func(r *http.Request) { r.Header.Del("Authorization") }, secret, sigv4.ErrIncomplete},
		{"another scheme", func(r *http.Request) { r.Header.Set("Authorization", "Bearer a.b.c") }, secret, sigv4.ErrIncomplete},
		{"the same words of another scheme", replacing("AWS4-HMAC-SHA256 ", "Digest realm=a, "), secret, sigv4.ErrIncomplete},
		{"no date", func(r *http.Request) { r.Header.Del("X-Amz-Date") }, secret, sigv4.ErrIncomplete},
		{"no signature", replacing("Signature=", "Sig="), secret, sigv4.ErrIncomplete},
		{"no host among the headers", replacing("host;", ""), secret, sigv4.ErrIncomplete},
		{"no date among the headers", replacing("x-amz-date;", ""), secret, sigv4.ErrIncomplete},
		{"half a scope", replacing("/us-east-1/", "/"), secret, sigv4.ErrIncomplete},
		{"another end of the scope", replacing("aws4_request", "aws5_request"), secret, sigv4.ErrIncomplete},
		{"another region", replacing("us-east-1", "us-east-2"), secret, sigv4.ErrMismatch},
		{"fewer headers", replacing(";x-own", ""), secret, sigv4.ErrMismatch},
	} {
		r := signed(t, "POST", "/notes/a%2Fb%20c?b=1&a=%20&a", body)
		tt.change(r)
		if err := check(r, body, tt.key); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.rule, err, tt.want)
		}
	}
	if err := check(signed(t, "POST", "/notes", body), body+" ", secret); !errors.Is(err, sigv4.ErrMismatch) {
		t.Errorf("another body: %v, want %v", err, sigv4.ErrMismatch)
	}
	if err := check(signed(t, "GET", "/", ""), "", secret); err != nil {
		t.Errorf("no body: %v", err)
	}
}

func replacing(from, to string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	s, err := sigv4.Read(signed(t, "GET", "/", "").Header)
	if err != nil {
		t.Fatal(err)
	}
	if s.AccessKey != "ASIAEXAMPLE" || s.Date != "20260515" || s.Region != "us-east-1" || s.Service != "execute-api" || !s.Time.Equal(now) {
		t.Errorf("got %+v", s)
	}
}
