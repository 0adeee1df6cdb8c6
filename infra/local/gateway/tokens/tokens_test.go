package tokens_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway/tokens"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

var now = time.Date(2026, 5, 15, 6, 1, 9, 0, time.UTC)

func verifier(t *testing.T, pool *cognitotest.Pool, audiences ...string) *tokens.Verifier {
	t.Helper()
	keys, err := jwks.New(jwks.Config{URL: pool.Issuer() + "/.well-known/jwks.json", Now: clock.At(now).Now})
	if err != nil {
		t.Fatal(err)
	}
	return &tokens.Verifier{
		Issuers:    []tokens.Issuer{{URL: pool.Issuer(), Audiences: audiences, ClientID: true, Keys: keys}},
		Algorithms: []string{"RS256"}, Now: clock.At(now).Now,
	}
}

// Each token is a good one with a single thing changed.
func TestVerify(t *testing.T) {
	t.Parallel()
	pool, other := cognitotest.NewPool(t), cognitotest.NewPool(t)
	set := func(name string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[name] = value }
	}
	without := func(name string) func(map[string]any) {
		return func(claims map[string]any) { delete(claims, name) }
	}
	header := func(name string, value any) string {
		h := pool.Header()
		h[name] = value
		return pool.Sign(t, h, pool.AccessClaims(now))
	}
	good := pool.AccessToken(t, now)
	for _, tt := range []struct {
		rule, token string
		want        error
	}{
		{"an access token, by its client_id", good, nil},
		{"an ID token, by its aud", pool.IDToken(t, now), nil},
		{"aud among several", pool.AccessToken(t, now, set("aud", []string{"x", cognitotest.ClientID})), nil},
		{"aud comes before client_id", pool.AccessToken(t, now, set("aud", "x")), tokens.ErrAudience},
		{"empty aud is an aud", pool.AccessToken(t, now, set("aud", []string{})), tokens.ErrAudience},
		{"no aud and no client_id", pool.AccessToken(t, now, without("client_id")), tokens.ErrAudience},
		{"another client", pool.AccessToken(t, now, set("client_id", "x")), tokens.ErrAudience},
		{"another issuer", other.AccessToken(t, now), tokens.ErrIssuer},
		{"another issuer's key", other.AccessToken(t, now, set("iss", pool.Issuer())), tokens.ErrKey},
		{"no issuer", pool.AccessToken(t, now, without("iss")), tokens.ErrIssuer},
		{"signature of another token", good[:strings.LastIndex(good, ".")] + pool.IDToken(t, now)[strings.LastIndex(pool.IDToken(t, now), "."):], tokens.ErrSignature},
		{"expired", pool.AccessToken(t, now, set("exp", now.Unix())), tokens.ErrExpired},
		{"no exp", pool.AccessToken(t, now, without("exp")), tokens.ErrNoExpiry},
		{"exp of words", pool.AccessToken(t, now, set("exp", "never")), tokens.ErrMalformed},
		{"nbf ahead", pool.AccessToken(t, now, set("nbf", now.Unix()+1)), tokens.ErrNotYetValid},
		{"iat ahead", pool.AccessToken(t, now, set("iat", now.Unix()+1)), tokens.ErrNotYetValid},
		{"another algorithm", header("alg", "HS256"), tokens.ErrAlgorithm},
		{"no algorithm", header("alg", "none"), tokens.ErrAlgorithm},
		{"an RSA algorithm that is not listed", header("alg", "RS512"), tokens.ErrAlgorithm},
		{"unknown key id", header("kid", "x"), tokens.ErrKey},
		{"one segment", "x", tokens.ErrMalformed},
		{"a header and nothing else", good[:strings.Index(good, ".")], tokens.ErrMalformed},
		{"a header of words", "x" + good[strings.Index(good, "."):], tokens.ErrMalformed},
		{"a header that ends in words", "eyJhbGciOiJSUzI1NiJ9!.e30.eA", tokens.ErrMalformed},
		{"four segments", good + ".x", tokens.ErrMalformed},
		{"a claim twice", pool.Key().SignRaw(t, []byte(`{"alg":"RS256","kid":"`+pool.Key().KID+`"}`), []byte(`{"iss":"a","iss":"b"}`)), tokens.ErrMalformed},
		{"claims that are null", "eyJhbGciOiJSUzI1NiJ9.bnVsbA.eA", tokens.ErrMalformed},
		{"as long as a header may be", ofLength(t, pool, 16<<10), nil},
		{"longer than a header may be", ofLength(t, pool, 16<<10+1), tokens.ErrMalformed},
	} {
		got, err := verifier(t, pool, cognitotest.ClientID).Verify(t.Context(), tt.token)
		if !errors.Is(err, tt.want) || (got == nil) != (tt.want != nil) {
			t.Errorf("%s: %v, want %v", tt.rule, err, tt.want)
		}
	}
}

// ofLength is a good token of so many bytes. Base64 takes three bytes in four, so
// the header is padded as well.
func ofLength(t *testing.T, pool *cognitotest.Pool, n int) string {
	t.Helper()
	for more := range 3 {
		header, pad := pool.Header(), ""
		header["x"] = strings.Repeat("a", more)
		for {
			token := pool.Sign(t, header, pool.AccessClaims(now, func(c map[string]any) { c["x"] = pad }))
			if len(token) == n {
				return token
			}
			if len(token) > n {
				break
			}
			pad += strings.Repeat("a", max(1, (n-len(token))*3/4-2))
		}
	}
	t.Fatalf("no token has %d bytes", n)
	return ""
}

// A user pool's authorizer of a REST API asks for no audience.
func TestNoAudience(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	if _, err := verifier(t, pool).Verify(t.Context(), pool.AccessToken(t, now, func(c map[string]any) { c["client_id"] = "x" })); err != nil {
		t.Errorf("any client: %v", err)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	for _, tt := range []struct {
		claim string
		value any
		want  []string
	}{
		{"scope", "a b", []string{"a", "b"}}, {"scope", []string{"a", "b"}, []string{"a", "b"}}, {"scp", "a b", []string{"a", "b"}}, {"scope", 1, nil}, {"other", "a", nil},
	} {
		got, err := verifier(t, pool).Verify(t.Context(), pool.AccessToken(t, now, func(c map[string]any) { delete(c, "scope"); c[tt.claim] = tt.value }))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got.Scopes(), cmp.Transformer("len", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", tt.claim, tt.value, diff)
		}
	}
}

// The key set is where the discovery document says, and a document of another
// issuer is none.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	var document map[string]string
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.URL.Path != "/p/.well-known/openid-configuration" || document == nil {
			http.NotFound(w, r)
			return
		}
		json.NewEncoder(w).Encode(document)
	}))
	defer server.Close()
	watch := clock.At(now)
	issuer := server.URL + "/p"
	v := &tokens.Verifier{Algorithms: []string{"RS256"}, Now: watch.Now, Issuers: []tokens.Issuer{{URL: issuer, Find: &tokens.Discovery{Issuer: issuer, Now: watch.Now}}}}
	token := pool.AccessToken(t, now, func(c map[string]any) { c["iss"] = issuer })
	check := func(rule string, want error, requests int) {
		t.Helper()
		if _, err := v.Verify(t.Context(), token); !errors.Is(err, want) || asked != requests {
			t.Errorf("%s: %v after %d requests, want %v after %d", rule, err, asked, want, requests)
		}
	}
	check("no document", tokens.ErrKeysUnavailable, 1)
	document = map[string]string{"issuer": "https://other.example.com", "jwks_uri": pool.Issuer() + "/.well-known/jwks.json"}
	check("a failure is remembered", tokens.ErrKeysUnavailable, 1)
	watch.Forward(10 * time.Second)
	check("another issuer's document", tokens.ErrKeysUnavailable, 2)
	watch.Forward(10 * time.Second)
	document["issuer"] = issuer
	check("its own", nil, 3)
	check("once found", nil, 3)
	pool.Withdraw()
	check("the keys stay cached", nil, 3)
}

// Where client_id does not count, a token without aud is meant for nobody.
func TestClientIDDoesNotCount(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	v := verifier(t, pool, cognitotest.ClientID)
	v.Issuers[0].ClientID = false
	if _, err := v.Verify(t.Context(), pool.AccessToken(t, now)); !errors.Is(err, tokens.ErrAudience) {
		t.Errorf("an access token: %v, want %v", err, tokens.ErrAudience)
	}
	if _, err := v.Verify(t.Context(), pool.IDToken(t, now)); err != nil {
		t.Errorf("an ID token: %v", err)
	}
}
