package cognitohttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitohttp"
)

// routes is what the README shows.
func routes(mux *http.ServeMux, orders http.Handler) error {
	pool, err := cognito.PoolByID("eu-west-1_AbCdEfGhI")
	if err != nil {
		return err
	}
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool}, ClientIDs: []string{"1h57kf5cpq17m0eml12example"}})
	if err != nil {
		return err
	}
	auth := cognitohttp.New(verifier)
	mux.Handle("GET /orders", auth.Require("orders/read")(orders)) // reads cognitohttp.ClaimsFrom(r.Context())
	return nil
}

func TestREADME(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	if err := routes(mux, http.NotFoundHandler()); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/orders", nil))
	if w.Code != http.StatusUnauthorized {
		t.Errorf("without a token: got %d, want 401", w.Code)
	}
}
