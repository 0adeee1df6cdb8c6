package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

// Both forms of issuer are one pool. Only the key set of the form that a token
// names is asked for, so that a form which the pool does not have harms nobody.
func TestIssuerForms(t *testing.T) {
	t.Parallel()
	for _, form := range []string{issuer, updated} {
		r := access()
		r.cloud.published = map[string][]cognitotest.Key{form: {keys().pool}}
		r.claims["iss"] = form
		claims, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := claims.Pool+" "+claims.Issuer, poolID+" "+form; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if diff := cmp.Diff([]string{form + jwksPath}, r.cloud.asked); diff != "" {
			t.Error(diff)
		}
	}
}

// A replica's issuer has the home Region's key set to fall back on, and the
// other way round.
func TestReplicaRegions(t *testing.T) {
	t.Parallel()
	const replica = "https://cognito-idp.us-east-1.amazonaws.com/" + poolID
	rows := []struct{ rule, iss, publishes, asked string }{
		{"home", issuer, issuer, issuer},
		{"replica", replica, replica, replica},
		{"updated form", updated, updated, updated},
		{"home is down", issuer, replica, issuer + " " + replica},
		{"replica is down", replica, issuer, replica + " " + issuer},
		{"updated form is down", updated, replica, updated + " " + replica},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			pool, err := cognito.PoolByID(poolID, "us-east-1")
			if err != nil {
				t.Fatal(err)
			}
			r := access()
			r.config.Pools = []cognito.UserPool{pool}
			r.cloud.published = map[string][]cognitotest.Key{row.publishes: {keys().pool}}
			r.claims["iss"] = row.iss
			if _, err := r.verifier(t).Verify(t.Context(), r.authorization(t)); err != nil {
				t.Fatal(err)
			}
			if got, want := strings.ReplaceAll(strings.Join(r.cloud.asked, " "), jwksPath, ""), row.asked; got != want {
				t.Errorf("got requests %q, want %q", got, want)
			}
		})
	}
	r := access()
	r.claims["iss"] = replica
	_, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
	wantRefusal(t, err, cognito.ReasonIssuer) // without the replica in the configuration
}

// No key set is no verdict on the token.
func TestKeysUnavailable(t *testing.T) {
	t.Parallel()
	run(t, access, []row{
		{"key set down", func(r *request) { r.cloud.published = nil }, cognito.ReasonKeysUnavailable, 1},
		{"key set without a key", func(r *request) { r.cloud.published[issuer] = nil }, cognito.ReasonKeysUnavailable, 1},
		{"key set down, and a token that could never pass", both(claim("exp", at.Unix()), func(r *request) { r.cloud.published = nil }), cognito.ReasonExpired, 0},
	})

	r := access()
	r.cloud.published = nil
	_, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
	if !errors.Is(err, jwks.ErrUnavailable) {
		t.Errorf("got error %v, want %v", err, jwks.ErrUnavailable)
	}
	if got, want := err.Error(), "cognito: keys_unavailable: jwks: key set unavailable: jwks: GET "+issuer+jwksPath+": answered 404, want 200"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r = access()
	r.keySets.Transport = hanging{}
	_, err = r.verifier(t).Verify(ctx, r.authorization(t))
	wantRefusal(t, err, cognito.ReasonKeysUnavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

// A context may end for any reason, one of golang-jwt's too. That is no verdict on
// the token either.
func TestContextThatEndsForAnyReason(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{
		jwt.ErrTokenInvalidClaims, errors.Join(jwt.ErrTokenInvalidClaims, jwt.ErrTokenExpired), jwt.ErrTokenExpired,
		jwt.ErrTokenMalformed, jwt.ErrTokenSignatureInvalid, jwt.ErrTokenUnverifiable, jwkset.ErrKeyNotFound, errors.New("two\r\nlines"),
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		r := access()
		_, err := r.verifier(t).Verify(ctx, r.authorization(t))
		wantRefusal(t, err, cognito.ReasonKeysUnavailable)
		if !errors.Is(err, cause) {
			t.Errorf("got error %v, want it to hold %v", err, cause)
		}
	}
}

// hanging is a network on which nothing answers.
type hanging struct{}

func (hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// The pool rotates: new tokens pass at once, old ones until the key is gone.
func TestRotation(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, keys().pool)
	var offset atomic.Int64
	now := func() time.Time { return at.Add(time.Duration(offset.Load())) }
	v, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{clientID}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	verify := func(token string, want cognito.Reason, requests int) {
		t.Helper()
		if _, err := v.Verify(t.Context(), token); cognito.ReasonOf(err) != want {
			t.Errorf("got error %v, want %q", err, want)
		}
		if got := pool.Requests(); got != requests {
			t.Errorf("got %d requests, want %d", got, requests)
		}
	}
	long := func(claims map[string]any) { claims["exp"] = at.Add(24 * time.Hour).Unix() }
	before := pool.AccessToken(t, at, long)
	verify(before, "", 1)
	pool.Rotate(t, keys().stranger)
	after := pool.AccessToken(t, at, long)
	verify(after, "", 2)
	verify(before, "", 2)
	pool.Withdraw()
	verify(before, "", 2)
	offset.Store(int64(jwks.MaxAge))
	verify(before, cognito.ReasonUnknownKey, 3)
	verify(after, "", 3)
}

func TestPrefetch(t *testing.T) {
	t.Parallel()
	r := access()
	v := r.verifier(t)
	for range 2 {
		if err := v.Prefetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{issuer + jwksPath}, r.cloud.asked); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := v.Verify(t.Context(), r.authorization(t)); err != nil {
		t.Error(err)
	}
	if got, want := len(r.cloud.asked), 1; got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}

	// One that fails is told, and has no consequence.
	r = access()
	published := r.cloud.published
	r.cloud.published = nil
	v = r.verifier(t)
	if err := v.Prefetch(t.Context()); !errors.Is(err, jwks.ErrUnavailable) {
		t.Errorf("got error %v, want %v", err, jwks.ErrUnavailable)
	}
	r.cloud.published = published
	if _, err := v.Verify(t.Context(), r.authorization(t)); err != nil {
		t.Error(err)
	}
}

// All pools are tried, and what they fail by stands on one line.
func TestPrefetchOfTwoPools(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		published map[string][]cognitotest.Key
		failed    []string
	}{
		"both serve":       {map[string][]cognitotest.Key{issuer: {keys().pool}, foreign: {keys().stranger}}, nil},
		"the first fails":  {map[string][]cognitotest.Key{foreign: {keys().stranger}}, []string{issuer}},
		"the second fails": {map[string][]cognitotest.Key{issuer: {keys().pool}}, []string{foreign}},
		"both fail":        {nil, []string{issuer, foreign}},
	} {
		r := twoPools(t, keys().stranger)()
		r.cloud.published = row.published
		var want []string
		for _, failed := range row.failed {
			want = append(want, "jwks: key set unavailable: jwks: GET "+failed+jwksPath+": answered 404, want 200")
		}
		switch err := r.verifier(t).Prefetch(t.Context()); {
		case err == nil:
			if want != nil {
				t.Errorf("%s: got no error, want %q", rule, want)
			}
		case err.Error() != strings.Join(want, "; ") || !errors.Is(err, jwks.ErrUnavailable):
			t.Errorf("%s: got error %q, want %q", rule, err, want)
		}
		if diff := cmp.Diff([]string{issuer + jwksPath, foreign + jwksPath}, r.cloud.asked); diff != "" {
			t.Errorf("%s: requests (-want +got):\n%s", rule, diff)
		}
	}
}

// A seed makes the first decisions without any network.
func TestSeed(t *testing.T) {
	t.Parallel()
	document, err := cognitotest.Document(t.Context(), []cognitotest.Key{keys().pool})
	if err != nil {
		t.Fatal(err)
	}
	run(t, from(access, func(r *request) { r.cloud.published = map[string][]cognitotest.Key{issuer: {keys().pool}} }), []row{
		{"forged kid", both(seed(document), head("kid", "invented")), cognito.ReasonUnknownKey, 1},
		{"stranger's key", both(seed(document), signedBy(keys().stranger)), cognito.ReasonSignature, 0},
		{"nothing else", seed(document), "", 0},
	})
}

func seed(document []byte) func(*request) {
	return func(r *request) { r.keySets.Seed = document }
}

// A jwks.Set serves keyfunc and golang-jwt as it is, and even there no token
// without a kid is tried on every key.
func TestSetWithKeyfunc(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, keys().pool)
	set, err := jwks.New(jwks.Config{URL: pool.Issuers[0].KeySetURL})
	if err != nil {
		t.Fatal(err)
	}
	kf, err := keyfunc.New(keyfunc.Options{Storage: set})
	if err != nil {
		t.Fatal(err)
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(func() time.Time { return at }))
	if _, err := parser.Parse(pool.AccessToken(t, at), kf.Keyfunc); err != nil {
		t.Error(err)
	}
	if got, want := pool.Requests(), 1; got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}

	nameless := pool.Header()
	delete(nameless, "kid")
	if _, err := parser.Parse(pool.Sign(t, nameless, pool.AccessClaims(at)), kf.Keyfunc); !errors.Is(err, jwt.ErrTokenUnverifiable) {
		t.Errorf("without kid: got error %v, want %v", err, jwt.ErrTokenUnverifiable)
	}
	stranger := pool.Header()
	stranger["kid"] = keys().stranger.KID
	if _, err := parser.Parse(pool.Sign(t, stranger, pool.AccessClaims(at)), kf.Keyfunc); !errors.Is(err, jwkset.ErrKeyNotFound) {
		t.Errorf("unknown kid: got error %v, want %v", err, jwkset.ErrKeyNotFound)
	}
}

// A flood of forged tokens that look right costs one request per cool-down.
func TestForgedTokensCostLittle(t *testing.T) {
	t.Parallel()
	r := access()
	v := r.verifier(t)
	for i := range 50 {
		r.header["kid"] = fmt.Sprint("invented ", i)
		_, err := v.Verify(t.Context(), r.authorization(t))
		wantRefusal(t, err, cognito.ReasonUnknownKey)
	}
	if got, want := len(r.cloud.asked), 2; got != want { // the cold start's, and the cool-down's
		t.Errorf("got %d requests, want %d", got, want)
	}
}
