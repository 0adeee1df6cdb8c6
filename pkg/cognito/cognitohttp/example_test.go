package cognitohttp_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitohttp"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// Routes of the standard mux, each with what it asks for. The refusals are
// counted by reason.
func Example() {
	t := cognitotest.NewT() // in a test: its *testing.T
	defer t.Close()
	pool := cognitotest.NewPool(t) // in production: cognito.PoolByID("eu-west-1_AbCdEfGhI")

	verifier, err := cognito.NewVerifier(cognito.Config{
		Pools:     []cognito.UserPool{pool.UserPool},
		ClientIDs: []string{cognitotest.ClientID},
	})
	if err != nil {
		log.Fatal(err)
	}
	auth := cognitohttp.New(verifier, cognitohttp.OnRefusal(func(r *http.Request, refusal cognitohttp.Refusal) {
		fmt.Println("refused:", refusal.Reason)
	}))
	orders := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if claims, ok := cognitohttp.ClaimsFrom(r.Context()); ok {
			fmt.Fprintf(w, "the orders of %s", claims.Username)
			return
		}
		fmt.Fprint(w, "what everybody may see")
	})
	mux := http.NewServeMux()
	mux.Handle("GET /orders", auth.Require("orders/read")(orders))
	mux.Handle("DELETE /orders", auth.RequireGroup("admins")(orders))
	mux.Handle("GET /catalogue", auth.Optional()(orders))

	ask := func(method, path, token string) {
		r := httptest.NewRequest(method, path, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(method, path, w.Code, w.Body)
	}
	ann := []cognitotest.Edit{cognitotest.ForUser("ann"), cognitotest.WithScopes("orders/read")}
	ask("GET", "/orders", pool.AccessToken(t, time.Now(), ann...))
	ask("GET", "/orders", "")
	ask("GET", "/orders", pool.AccessToken(t, time.Now(), cognitotest.Expired))
	ask("DELETE", "/orders", pool.AccessToken(t, time.Now(), ann...))
	ask("GET", "/catalogue", "")
	// Output:
	// GET /orders 200 the orders of ann
	// refused: missing_token
	// GET /orders 401 {"message":"Unauthorized"}
	// refused: expired
	// GET /orders 401 {"message":"Unauthorized"}
	// refused: insufficient_group
	// DELETE /orders 403 {"message":"Forbidden"}
	// GET /catalogue 200 what everybody may see
}
