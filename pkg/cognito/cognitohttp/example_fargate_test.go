package cognitohttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitohttp"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

// serve is the service, until ctx ends. In main, let SIGTERM end it, which
// Fargate sends 30 seconds before it kills the task (stopTimeout):
//
//	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
//	defer stop()
func serve(ctx context.Context, listener net.Listener, pool cognito.UserPool) error {
	verifier, err := cognito.NewVerifier(cognito.Config{
		Pools:     []cognito.UserPool{pool},
		ClientIDs: []string{cognitotest.ClientID},
	})
	if err != nil {
		return err
	}

	// Fetch the key set while the task starts, so that no request waits for it. If
	// that fails, the first request that needs a key tries again.
	soon, cancel := context.WithTimeout(ctx, jwks.Timeout)
	defer cancel()
	if err := verifier.Prefetch(soon); err != nil {
		slog.Warn("key set not prefetched", "error", err)
	}

	auth := cognitohttp.New(verifier, cognitohttp.OnRefusal(func(r *http.Request, refusal cognitohttp.Refusal) {
		slog.Warn("refused", "status", refusal.Status, "reason", refusal.Reason, "error", refusal.Err)
	}))
	mux := http.NewServeMux()
	// The load balancer's health check has no token. It does not ask for the key set
	// either: replacing the task would not end an outage of the user pool.
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {})
	mux.Handle("GET /orders", auth.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := cognitohttp.ClaimsFrom(r.Context()) // there, or the request had not come here
		fmt.Fprintf(w, "the orders of %s", claims.Username)
	})))

	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       75 * time.Second, // longer than the load balancer's 60
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		soon, cancel := context.WithTimeout(context.Background(), 25*time.Second)
		defer cancel()
		stopped <- server.Shutdown(soon) // lets requests that are under way end
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// A service on Fargate, or in any container: it fetches the key set as it starts,
// answers health checks without a token, and ends gracefully.
func Example_fargate() {
	t := cognitotest.NewT() // in a test: its *testing.T
	defer t.Close()
	pool := cognitotest.NewPool(t) // in production: cognito.PoolByID("eu-west-1_AbCdEfGhI")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	ctx, sigterm := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- serve(ctx, listener, pool.UserPool) }()

	ask := func(path, authorization string) {
		r, err := http.NewRequest(http.MethodGet, "http://"+listener.Addr().String()+path, nil)
		if err != nil {
			log.Fatal(err)
		}
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			log.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		fmt.Println(path, response.StatusCode, string(body), err)
	}
	ask("/healthz", "")
	pool.Fail(http.StatusServiceUnavailable) // the key set is known already
	ask("/orders", "Bearer "+pool.AccessToken(t, time.Now(), cognitotest.ForUser("ann")))
	ask("/orders", "")
	sigterm()
	fmt.Println("ended:", <-ended)
	// Output:
	// /healthz 200  <nil>
	// /orders 200 the orders of ann <nil>
	// /orders 401 {"message":"Unauthorized"} <nil>
	// ended: <nil>
}
