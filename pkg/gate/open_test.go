package gate_test

import (
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/jwks"
)

// silence is a network on which nobody ever answers.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// However many pools are unreachable, starting takes the time of one fetch.
func TestOpenWaitsForOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := cognito.Config{ClientIDs: []string{"app"}}
		for _, id := range []string{"eu-west-1_A", "eu-west-1_B", "eu-west-1_C", "eu-west-1_D"} {
			pool, err := cognito.PoolByID(id)
			if err != nil {
				t.Fatal(err)
			}
			for i, issuer := range pool.Issuers {
				if pool.Issuers[i].Keys, err = jwks.New(jwks.Config{URL: issuer.KeySetURL, Transport: silence{}}); err != nil {
					t.Fatal(err)
				}
			}
			tokens.Pools = append(tokens.Pools, pool)
		}
		began := time.Now() // the bubble's
		if _, err := gate.Open(t.Context(), gate.Settings{Tokens: tokens}, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(began); got != jwks.Timeout {
			t.Errorf("got %s, want %s", got, jwks.Timeout)
		}
	})
}

// Settings that no environment gave are checked too, before anything is fetched.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	pool, err := cognito.PoolByIssuer("https://x.test", "http://x.test/keys")
	if err != nil {
		t.Fatal(err)
	}
	good := gate.Settings{Tokens: cognito.Config{Pools: []cognito.UserPool{pool}, ClientIDs: []string{"app"}}, AllowInsecureHTTP: true}
	if _, err := good.Verifier(slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	for rule, change := range map[string]func(*gate.Settings){
		"no client":                 func(s *gate.Settings) { s.Tokens.ClientIDs = nil },
		"a key set over plain http": func(s *gate.Settings) { s.AllowInsecureHTTP = false },
	} {
		s := good
		change(&s)
		if h, err := gate.Open(t.Context(), s, slog.New(slog.DiscardHandler)); err == nil || h != nil {
			t.Errorf("%s: got %v, %v, want an error alone", rule, h, err)
		}
	}
}
