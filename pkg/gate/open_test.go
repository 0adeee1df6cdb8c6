package gate_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
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

// Users of two pools may have the same sub, and so the same principal: who starts
// such an authorizer is told.
func TestOpenTellsOfPrincipalsThatMeet(t *testing.T) {
	t.Parallel()
	const warning = "unique within one user pool only"
	tokens := cognito.Config{ClientIDs: []string{"app"}}
	for pools := 1; pools <= 3; pools++ {
		pool, err := cognito.PoolByID(fmt.Sprintf("eu-west-1_%d", pools))
		if err != nil {
			t.Fatal(err)
		}
		for i, issuer := range pool.Issuers {
			if pool.Issuers[i].Keys, err = jwks.New(jwks.Config{URL: issuer.KeySetURL, Transport: refusal{}}); err != nil {
				t.Fatal(err)
			}
		}
		tokens.Pools = append(tokens.Pools, pool)
		var log bytes.Buffer
		if _, err := gate.Open(t.Context(), gate.Settings{Tokens: tokens}, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Count(log.String(), warning), min(pools-1, 1); got != want {
			t.Errorf("%d pools: got the warning %d times, want %d:\n%s", pools, got, want, &log)
		}
	}
}

// refusal is a network that answers nobody.
type refusal struct{}

func (refusal) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no network")
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
