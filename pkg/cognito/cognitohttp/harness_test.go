package cognitohttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitohttp"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// at is when every token of the tests is verified.
var at = time.Unix(1_750_000_000, 0)

// key is made once, because that takes time.
var key = sync.OnceValue(func() cognitotest.Key { return cognitotest.NewKey(cognitotest.NewT()) })

// A site is a pool, a verifier of its tokens, and what the hook was told.
type site struct {
	*cognitotest.Pool
	verifier *cognito.Verifier
	refusals []cognitohttp.Refusal
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{Pool: cognitotest.NewPool(t, key())}
	var err error
	s.verifier, err = cognito.NewVerifier(cognito.Config{
		Pools: []cognito.UserPool{s.UserPool}, ClientIDs: []string{cognitotest.ClientID}, Now: func() time.Time { return at },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) auth() *cognitohttp.Middleware {
	return cognitohttp.New(s.verifier, cognitohttp.OnRefusal(func(_ *http.Request, refusal cognitohttp.Refusal) {
		s.refusals = append(s.refusals, refusal)
	}))
}

func (s *site) bearer(t testing.TB, edit ...cognitotest.Edit) string {
	t.Helper()
	return "Bearer " + s.AccessToken(t, at, edit...)
}

// hello answers who is calling.
var hello = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if claims, ok := cognitohttp.ClaimsFrom(r.Context()); ok {
		w.Write([]byte("hello, " + claims.Subject))
		return
	}
	w.Write([]byte("hello, stranger"))
})

// ask sends a request with these Authorization headers.
func ask(t testing.TB, handler http.Handler, authorization ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/orders", nil)
	for _, value := range authorization {
		r.Header.Add("Authorization", value)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

type verifierFunc func(ctx context.Context, authorization string) (*cognito.Claims, error)

func (f verifierFunc) Verify(ctx context.Context, authorization string) (*cognito.Claims, error) {
	return f(ctx, authorization)
}
