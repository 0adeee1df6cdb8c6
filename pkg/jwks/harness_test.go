package jwks_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/jwks"
)

// endpoint publishes key sets over https, by script, and counts what it is
// asked.
type endpoint struct {
	*httptest.Server
	requests atomic.Int64
	script   atomic.Pointer[http.HandlerFunc]
}

func newEndpoint(t testing.TB, script http.HandlerFunc) *endpoint {
	t.Helper()
	e := unstarted(script)
	e.StartTLS()
	t.Cleanup(e.Close)
	return e
}

// newPlainEndpoint is one over plain http.
func newPlainEndpoint(t testing.TB, script http.HandlerFunc) *endpoint {
	t.Helper()
	e := unstarted(script)
	e.Start()
	t.Cleanup(e.Close)
	return e
}

func unstarted(script http.HandlerFunc) *endpoint {
	e := &endpoint{}
	e.answer(script)
	e.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.requests.Add(1)
		(*e.script.Load())(w, r)
	}))
	e.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of every refused certificate
	return e
}

func (e *endpoint) answer(script http.HandlerFunc) { e.script.Store(&script) }

// wantRequests asserts how often the key set has been asked for so far.
func (e *endpoint) wantRequests(t testing.TB, want int64) {
	t.Helper()
	if got := e.requests.Load(); got != want {
		t.Fatalf("got %d requests, want %d", got, want)
	}
}

// roots trusts the endpoint's certificate.
func (e *endpoint) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(e.Certificate())
	return pool
}

// clock stands still unless it is moved.
type clock struct{ offset atomic.Int64 }

var epoch = time.Unix(1_750_000_000, 0)

func (c *clock) now() time.Time          { return epoch.Add(time.Duration(c.offset.Load())) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// newSet is the set that the endpoint publishes, under a clock of its own.
func newSet(t testing.TB, e *endpoint, edit ...func(*jwks.Config)) (*jwks.Set, *clock) {
	t.Helper()
	clock := &clock{}
	cfg := jwks.Config{URL: e.URL, RootCAs: e.roots(), Now: clock.now, Timeout: time.Minute} // a busy machine is no outage
	for _, change := range edit {
		change(&cfg)
	}
	set, err := jwks.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return set, clock
}

// A story is a set, the endpoint that publishes it, and their clock. Its methods
// also assert how often the key set has been asked for by then.
type story struct {
	*endpoint
	*clock
	t   *testing.T
	set *jwks.Set
}

func newStory(t *testing.T, script http.HandlerFunc, edit ...func(*jwks.Config)) *story {
	t.Helper()
	s := &story{endpoint: newEndpoint(t, script), t: t}
	s.set, s.clock = newSet(t, s.endpoint, edit...)
	return s
}

func (s *story) wantKey(kid string, requests int64) {
	s.t.Helper()
	wantKey(s.t, s.set, kid)
	s.wantRequests(s.t, requests)
}

func (s *story) wantError(kid string, want error, requests int64) {
	s.t.Helper()
	wantError(s.t, s.set, kid, want)
	s.wantRequests(s.t, requests)
}

// serve answers 200 with a document.
func serve(document string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(document)) }
}

// status answers with a code and the good document, so that only the code can
// be the reason to refuse it.
func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		w.Write([]byte(goodSet()))
	}
}

// wantKey asserts that the set has the key.
func wantKey(t testing.TB, set *jwks.Set, kid string) {
	t.Helper()
	key, err := set.KeyRead(t.Context(), kid)
	if err != nil {
		t.Fatalf("kid %q: %v", kid, err)
	}
	if got := key.Marshal().KID; got != kid {
		t.Fatalf("got the key %q, want %q", got, kid)
	}
}

// wantError asserts which of the two errors a key id gets, and that the text is
// one line.
func wantError(t testing.TB, set *jwks.Set, kid string, want error) {
	t.Helper()
	_, err := set.KeyRead(t.Context(), kid)
	checkError(t, err, want)
}

func checkError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
	for _, other := range []error{jwks.ErrUnavailable, jwkset.ErrKeyNotFound} {
		if other != want && errors.Is(err, other) {
			t.Fatalf("got error %v, which is also %v", err, other)
		}
	}
	if strings.ContainsAny(err.Error(), "\r\n") {
		t.Fatalf("error has more than one line: %q", err)
	}
}

// member is a JSON Web Key as it is published.
type member map[string]any

// rsaKeys are made once: only their being two, and good, matters.
var rsaKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var keys [2]*rsa.PrivateKey
	for i := range keys {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = key
	}
	return keys
})

// good is a key as Cognito publishes it, changed by edit.
func good(kid string, edit ...func(member)) member {
	public := rsaKeys()[0].PublicKey
	k := member{
		"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256",
		"n": encode(public.N), "e": encode(big.NewInt(int64(public.E))),
	}
	for _, change := range edit {
		change(k)
	}
	return k
}

func encode(i *big.Int) string { return base64.RawURLEncoding.EncodeToString(i.Bytes()) }

// with sets one member of a key.
func with(name string, value any) func(member) {
	return func(k member) { k[name] = value }
}

func setOf(keys ...member) string {
	document, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return string(document)
}

var goodSet = sync.OnceValue(func() string { return setOf(good("first")) })

func checkEqual[T any](t testing.TB, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
