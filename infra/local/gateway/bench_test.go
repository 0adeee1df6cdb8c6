package gateway_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// A request under a cached policy: what the gateway itself costs.
func BenchmarkCachedPolicy(b *testing.B) {
	authorizer := allowing()
	notes := function(func(context.Context, []byte) ([]byte, error) { return []byte(hello), nil })
	g, err := gateway.New(real(authorizer, notes))
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/notes/a", nil)
	r.Header.Set("Authorization", token)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		if g.ServeHTTP(w, r); w.Code != 200 {
			b.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	if n := authorizer.calls(); n != 1 {
		b.Errorf("the authorizer was called %d times, want 1", n)
	}
}
