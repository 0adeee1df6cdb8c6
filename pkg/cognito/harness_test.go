package cognito_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

const (
	poolID    = "eu-west-1_AbCdEfGhI"
	issuer    = "https://cognito-idp.eu-west-1.amazonaws.com/" + poolID
	updated   = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/" + poolID
	foreign   = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Stranger"
	jwksPath  = "/.well-known/jwks.json"
	clientID  = cognitotest.ClientID
	subject   = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
	otherUser = "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee"
)

// at is when every token of the tables is verified.
var at = time.Unix(1_750_000_000, 0)

// keys are made once: the pool's, and a stranger's.
var keys = sync.OnceValue(func() (k struct {
	pool, stranger cognitotest.Key
	ec             *ecdsa.PrivateKey
	ed             ed25519.PrivateKey
}) {
	k.pool, k.stranger = newKey(), newKey()
	k.ec, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, k.ed, _ = ed25519.GenerateKey(rand.Reader)
	return k
})

func newKey() cognitotest.Key {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return cognitotest.Key{KID: rand.Text() + "/+=", Private: private}
}

// cloud stands in for Cognito: it publishes key sets by URL, and remembers what
// it was asked.
type cloud struct {
	mu        sync.Mutex
	published map[string][]cognitotest.Key
	asked     []string
}

// RoundTrip implements http.RoundTripper. What is not published is a 404.
func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, r.URL.String())
	published, ok := c.published[strings.TrimSuffix(r.URL.String(), jwksPath)]
	if !ok {
		return &http.Response{StatusCode: 404, Body: http.NoBody, Request: r}, nil
	}
	document, err := cognitotest.Document(r.Context(), published)
	return &http.Response{StatusCode: 200, Body: io.NopCloser(bytes.NewReader(document)), Request: r}, err
}

// A request is a good token on its way to a verifier that accepts it. Each row
// of the tables changes one thing about one.
type request struct {
	config         cognito.Config
	keySets        jwks.Config // how every issuer's is fetched
	cloud          *cloud
	header, claims map[string]any
	headerText     func(string) string       // changes the header's JSON
	payloadText    func(string) string       // changes the payload's JSON
	method         jwt.SigningMethod         // signs
	key            any                       // with this
	token          func(token string) string // changes the compact token
	value          func(token string) string // makes the Authorization value
}

// good is a request whose token has these claims.
func good(claims map[string]any) *request {
	same := func(text string) string { return text }
	c := &cloud{published: map[string][]cognitotest.Key{issuer: {keys().pool}, foreign: {keys().stranger}}}
	pool, err := cognito.PoolByID(poolID)
	if err != nil {
		panic(err)
	}
	return &request{
		cloud: c,
		config: cognito.Config{
			Pools:     []cognito.UserPool{pool},
			ClientIDs: []string{"3n4b5urk1ft4fl3mg5eanother", clientID},
			Now:       func() time.Time { return at },
		},
		keySets:     jwks.Config{Transport: c},
		header:      map[string]any{"alg": "RS256", "kid": keys().pool.KID},
		claims:      claims,
		headerText:  same,
		payloadText: same,
		method:      jwt.SigningMethodRS256,
		key:         keys().pool.Private,
		token:       same,
		value:       func(token string) string { return "Bearer " + token },
	}
}

// authorization is the value that the request carries.
func (r *request) authorization(t testing.TB) string {
	t.Helper()
	signed := segment(r.headerText(text(r.header))) + "." + segment(r.payloadText(text(r.claims)))
	signature, err := r.method.Sign(signed, r.key)
	if err != nil {
		t.Fatal(err)
	}
	return r.value(r.token(signed + "." + base64.RawURLEncoding.EncodeToString(signature)))
}

func (r *request) verifier(t testing.TB) *cognito.Verifier {
	t.Helper()
	all := r.config
	all.Pools = slices.Clone(r.config.Pools) // rows share them
	for p, pool := range all.Pools {
		pool.Issuers = slices.Clone(pool.Issuers)
		all.Pools[p] = pool
		for i, issuer := range pool.Issuers {
			cfg := r.keySets
			cfg.URL, cfg.Fallbacks, cfg.Now = issuer.KeySetURL, issuer.Fallbacks, r.config.Now
			set, err := jwks.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			pool.Issuers[i].Keys = set
		}
	}
	v, err := cognito.NewVerifier(all)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A row of a rule's table. want is "" where the change must not matter; asks is
// how often the key set may be asked for, from a cold start.
type row struct {
	rule   string
	change func(*request)
	want   cognito.Reason
	asks   int
}

// run verifies the unchanged request, and then each row's.
func run(t *testing.T, unchanged func() *request, rows []row) {
	t.Helper()
	rows = append([]row{{"unchanged", func(*request) {}, "", 1}}, rows...)
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			r := unchanged()
			row.change(r)
			row.check(t, r)
		})
	}
}

func (row row) check(t *testing.T, r *request) {
	t.Helper()
	value := r.authorization(t)
	claims, err := r.verifier(t).Verify(t.Context(), value)
	if got := len(r.cloud.asked); got != row.asks {
		t.Errorf("got %d requests for a key set, want %d", got, row.asks)
	}
	if row.want == "" {
		if err != nil {
			t.Fatalf("got error %v, want none", err)
		}
		if claims == nil {
			t.Fatal("got neither claims nor an error")
		}
		return
	}
	if claims != nil {
		t.Errorf("got claims %+v beside an error", claims)
	}
	refusal := wantRefusal(t, err, row.want)
	if got, want := refusal.Pool, poolOf[row.want]; got != want && row.want != cognito.ReasonMalformed {
		t.Errorf("got pool %q, want %q", got, want)
	}
	if refusal.ClientID != "" && !slices.Contains(r.config.ClientIDs, refusal.ClientID) {
		t.Errorf("got client id %q, which is not configured", refusal.ClientID)
	}
	if got, want := refusal.Claims != nil, row.want == cognito.ReasonScope || row.want == cognito.ReasonGroup; got != want {
		t.Errorf("got claims %+v for %s, want some: %t", refusal.Claims, row.want, want)
	}
	wantNothingOf(t, err, value, r)
}

// sentinels are those of all reasons that there are.
var sentinels = map[cognito.Reason]error{
	cognito.ReasonMissingToken: cognito.ErrMissingToken, cognito.ReasonMalformed: cognito.ErrMalformed,
	cognito.ReasonAlgorithm: cognito.ErrAlgorithm, cognito.ReasonIssuer: cognito.ErrIssuer,
	cognito.ReasonUnknownKey: cognito.ErrUnknownKey, cognito.ReasonSignature: cognito.ErrSignature,
	cognito.ReasonExpired: cognito.ErrExpired, cognito.ReasonNotYetValid: cognito.ErrNotYetValid,
	cognito.ReasonTokenUse: cognito.ErrTokenUse, cognito.ReasonClient: cognito.ErrClient,
	cognito.ReasonSubject: cognito.ErrSubject, cognito.ReasonScope: cognito.ErrScope,
	cognito.ReasonGroup: cognito.ErrGroup, cognito.ReasonKeysUnavailable: cognito.ErrKeysUnavailable,
}

// wantRefusal asserts that err is a refusal for this reason and no other.
func wantRefusal(t testing.TB, err error, want cognito.Reason) *cognito.Refusal {
	t.Helper()
	var refusal *cognito.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("got error %v, want a refusal: %s", err, want)
	}
	if got := cognito.ReasonOf(err); got != want || refusal.Reason != want {
		t.Fatalf("got reason %q (%v), want %q", got, err, want)
	}
	for reason, sentinel := range sentinels {
		if got := errors.Is(err, sentinel); got != (reason == want) {
			t.Errorf("errors.Is(%v, %s): got %t", err, reason, got)
		}
	}
	if got, want := err.Error(), "cognito: "+string(want); !strings.HasPrefix(got, want) || strings.ContainsAny(got, "\r\n") {
		t.Errorf("got the text %q, want one line that begins with %q", got, want)
	}
	return refusal
}

// poolOf is the pool that a refusal names: the issuer has selected one by then.
// A token may be malformed before and after that.
var poolOf = map[cognito.Reason]string{
	cognito.ReasonUnknownKey: poolID, cognito.ReasonSignature: poolID, cognito.ReasonExpired: poolID, cognito.ReasonNotYetValid: poolID,
	cognito.ReasonTokenUse: poolID, cognito.ReasonClient: poolID, cognito.ReasonSubject: poolID, cognito.ReasonScope: poolID,
	cognito.ReasonGroup: poolID, cognito.ReasonKeysUnavailable: poolID,
}

// wantNothingOf asserts that an error's text holds no eight bytes of the
// Authorization value, of the header's values or of the claims'.
func wantNothingOf(t testing.TB, err error, value string, r *request) {
	t.Helper()
	secrets := value + "\n" + values(r.header) + values(r.claims)
	secrets = strings.ReplaceAll(secrets, "\n"+issuer+"\n", "\n") // configured, and named when its key set cannot be had
	text := fmt.Sprintf("%v %+v", err, err)
	for i := range len(text) - 7 {
		if run := text[i : i+8]; strings.Contains(secrets, run) {
			t.Fatalf("the error %q holds %q, which is the token's", text, run)
		}
	}
}

// values are all strings and numbers in a JSON value, a line each.
func values(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var all strings.Builder
		for _, element := range v {
			all.WriteString(values(element))
		}
		return all.String()
	case []string:
		return strings.Join(v, "\n") + "\n"
	}
	return fmt.Sprint(v) + "\n"
}

func text(object map[string]any) string {
	document, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return string(document)
}

func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// The changes that rows are made of.

func head(name string, value any) func(*request) {
	return func(r *request) { r.header[name] = value }
}

func noHead(name string) func(*request) { return func(r *request) { delete(r.header, name) } }

func claim(name string, value any) func(*request) {
	return func(r *request) { r.claims[name] = value }
}

func noClaim(name string) func(*request) { return func(r *request) { delete(r.claims, name) } }

func rawClaim(name, document string) func(*request) { return claim(name, json.RawMessage(document)) }

func headerText(change func(string) string) func(*request) {
	return func(r *request) { r.headerText = change }
}

func payloadText(change func(string) string) func(*request) {
	return func(r *request) { r.payloadText = change }
}

func token(change func(string) string) func(*request) { return func(r *request) { r.token = change } }

func value(change func(token string) string) func(*request) {
	return func(r *request) { r.value = change }
}

func config(change func(*cognito.Config)) func(*request) {
	return func(r *request) { change(&r.config) }
}

// both is one change that takes two steps.
func both(first, second func(*request)) func(*request) {
	return func(r *request) { first(r); second(r) }
}

// from starts a table from a request that has been changed already.
func from(unchanged func() *request, change func(*request)) func() *request {
	return func() *request {
		r := unchanged()
		change(r)
		return r
	}
}
