package cognitotest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
)

// ClientID is the app client that a [Pool]'s tokens are issued to.
const ClientID = "1h57kf5cpq17m0eml12example"

// A Pool is a user pool with one signing key, see [Pool.Rotate].
type Pool struct {
	cognito.UserPool

	server   *httptest.Server
	requests atomic.Int64

	mu        sync.Mutex
	signing   Key
	published []Key
	trouble   trouble
}

// A Key is a signing key under its key id.
type Key struct {
	KID     string
	Private *rsa.PrivateKey
}

// NewPool returns a pool that serves its key set until the test ends. It signs
// with key, or with a new one: keys take time to make, and most tests can share
// one.
func NewPool(t testing.TB, key ...Key) *Pool {
	t.Helper()
	p := &Pool{}
	p.server = httptest.NewServer(http.HandlerFunc(p.serveKeySet))
	t.Cleanup(func() {
		p.Recover() // or else Close waits for the answers that are delayed
		p.server.Close()
	})
	issuer := p.server.URL + "/eu-west-1_Example"
	pool, err := cognito.PoolByIssuer(issuer, issuer+"/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	p.UserPool = pool
	p.Rotate(t, key...)
	return p
}

// Issuer is the iss of the pool's tokens.
func (p *Pool) Issuer() string { return p.Issuers[0].URL }

// Requests counts how often the key set was asked for.
func (p *Pool) Requests() int { return int(p.requests.Load()) }

// Key returns the key that signs now.
func (p *Pool) Key() Key {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.signing
}

// Rotate signs with key from now on, or with a new one, and publishes it beside
// the old ones.
func (p *Pool) Rotate(t testing.TB, key ...Key) {
	t.Helper()
	if len(key) == 0 {
		key = []Key{NewKey(t)}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signing = key[0]
	p.published = append(p.published, key[0])
}

// Withdraw leaves only the signing key in the key set.
func (p *Pool) Withdraw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.published = []Key{p.signing}
}

// NewKey makes an RSA key of 2048 bits and a key id like Cognito's.
func NewKey(t testing.TB) Key {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	kid := make([]byte, 32)
	rand.Read(kid)
	return Key{KID: base64.StdEncoding.EncodeToString(kid), Private: private}
}

// SignRaw returns the compact token of two documents, be they JSON or not.
func (k Key) SignRaw(t testing.TB, header, payload []byte) string {
	t.Helper()
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := jwt.SigningMethodRS256.Sign(signed, k.Private)
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// Document returns the key set document of keys. The error is jwkset's,
// about a key that it does not take.
func Document(ctx context.Context, keys []Key) ([]byte, error) {
	set := jwkset.NewMemoryStorage()
	for _, key := range keys {
		public, err := jwkset.NewJWKFromKey(&key.Private.PublicKey, jwkset.JWKOptions{
			Metadata: jwkset.JWKMetadataOptions{KID: key.KID, ALG: jwkset.AlgRS256, USE: jwkset.UseSig},
		})
		if err != nil {
			return nil, err
		}
		if err := set.KeyWrite(ctx, public); err != nil {
			return nil, err
		}
	}
	return set.JSONPublic(ctx)
}

// trouble is what is wrong with the key set's answers; the zero value is nothing.
type trouble struct {
	status int
	delay  time.Duration
	over   chan struct{} // closed when the pool recovers; nil if nothing is wrong
}

// Fail makes every request for the key set end in this status from now on, until
// [Pool.Recover]: http.StatusServiceUnavailable is an outage.
func (p *Pool) Fail(status int) { p.set(trouble{status: status}) }

// Delay makes every answer of the key set come so much later from now on, until
// [Pool.Recover], which also answers those who wait. An hour is longer than
// anybody waits.
func (p *Pool) Delay(d time.Duration) { p.set(trouble{delay: d}) }

// Recover ends what Fail or Delay began.
func (p *Pool) Recover() { p.set(trouble{}) }

func (p *Pool) set(next trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trouble.over != nil {
		close(p.trouble.over)
	}
	if next != (trouble{}) {
		next.over = make(chan struct{})
	}
	p.trouble = next
}

func (p *Pool) serveKeySet(w http.ResponseWriter, r *http.Request) {
	p.requests.Add(1)
	p.mu.Lock()
	now := p.trouble
	p.mu.Unlock()
	if now.delay > 0 {
		later := time.NewTimer(now.delay)
		defer later.Stop()
		select {
		case <-later.C:
		case <-now.over:
		case <-r.Context().Done():
			return
		}
	}
	if now.status != 0 {
		http.Error(w, http.StatusText(now.status), now.status)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	document, err := Document(r.Context(), p.published)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(document)
}
