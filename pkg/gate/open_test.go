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

// However many pools are out of reach, starting takes the time of one fetch.
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
