package gateway_test

import (
	"net/http/httptest"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// Each exchange names the decision that it came by, even if that was made for an
// earlier request.
func TestObserveNamesTheDecision(t *testing.T) {
	t.Parallel()
	authorizer := returns(policy("Deny", "*"))
	var got []gateway.Exchange
	config := real(authorizer, returns(hello))
	config.Observe = func(e gateway.Exchange) { got = append(got, e) }
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/notes", "/notes/a", "/nowhere"} {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Authorization", token)
		g.ServeHTTP(httptest.NewRecorder(), r)
	}
	if len(got) != 3 || len(authorizer.ids) != 1 || authorizer.ids[0] == "" {
		t.Fatalf("got %d exchanges and the decisions %q, want 3 and one", len(got), authorizer.ids)
	}
	for i, want := range []gateway.Exchange{{Decision: authorizer.ids[0]}, {Decision: authorizer.ids[0], Cached: true}, {}} {
		if got := (gateway.Exchange{Decision: got[i].Decision, Cached: got[i].Cached}); got != want {
			t.Errorf("exchange %d: got %+v, want %+v", i, got, want)
		}
	}
}
