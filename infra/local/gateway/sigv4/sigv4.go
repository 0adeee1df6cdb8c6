// Package sigv4 checks the signature of a request, with the AWS SDK's own signer:
// what the request claims is signed again and compared.
//
// It reads signatures in the Authorization header, not in the query. Headers that
// the SDK never signs, such as User-Agent, cannot be among those that are signed.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var (
	// ErrIncomplete says that a request has no signature that could be read.
	ErrIncomplete = errors.New("sigv4: incomplete signature")

	// ErrMismatch says that the signature is of another request or by another key.
	ErrMismatch = errors.New("sigv4: signature does not match")
)

const (
	scheme = "AWS4-HMAC-SHA256"
	layout = "20060102T150405Z"
	end    = "aws4_request"
)

// A Signature is what a request says of how it was signed.
type Signature struct {
	AccessKey string
	Date      string // of the scope
	Region    string
	Service   string
	Time      time.Time // of the request

	headers   []string // that were signed, in lower case
	signature string
}

// Read returns the request's signature. The error is [ErrIncomplete].
func Read(h http.Header) (*Signature, error) {
	rest, ok := strings.CutPrefix(h.Get("Authorization"), scheme+" ")
	if !ok {
		return nil, ErrIncomplete
	}
	fields := map[string]string{}
	for pair := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	s := &Signature{signature: fields["Signature"], headers: strings.Split(fields["SignedHeaders"], ";")}
	if len(scope) != 5 || scope[4] != end || s.signature == "" || !slices.Contains(s.headers, "host") {
		return nil, ErrIncomplete
	}
	s.AccessKey, s.Date, s.Region, s.Service = scope[0], scope[1], scope[2], scope[3]
	var err error
	if s.Time, err = time.Parse(layout, h.Get("X-Amz-Date")); err != nil || !slices.Contains(s.headers, "x-amz-date") {
		return nil, ErrIncomplete
	}
	return s, nil
}

// Check signs the request again, with the secret and, if it was signed, the
// session token. The error is [ErrMismatch].
func (s *Signature) Check(r *http.Request, body []byte, secret aws.Credentials) error {
	again := &http.Request{Method: r.Method, Host: r.Host, Header: http.Header{}, URL: &url.URL{
		Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery,
	}}
	for _, name := range s.headers {
		switch name {
		case "host", "x-amz-date":
		case "content-length":
			again.ContentLength = int64(len(body))
		default:
			again.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	if !slices.Contains(s.headers, "x-amz-security-token") {
		secret.SessionToken = ""
	}
	secret.AccessKeyID = s.AccessKey
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), secret, again, hex.EncodeToString(sum[:]), s.Service, s.Region, s.Time); err != nil {
		return ErrMismatch
	}
	_, signature, _ := strings.Cut(again.Header.Get("Authorization"), "Signature=")
	if !hmac.Equal([]byte(signature), []byte(s.signature)) {
		return ErrMismatch
	}
	return nil
}
