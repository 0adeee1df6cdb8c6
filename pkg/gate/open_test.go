package gate_test

import (
	"bytes"
	"encoding/json"
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
		tokens := cognito.Config{ClientIDs: []string{"app"}, Pools: poolsOn(t, 4, silence{})}
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
	for pools := 1; pools <= 3; pools++ {
		tokens := cognito.Config{ClientIDs: []string{"app"}, Pools: poolsOn(t, pools, refusal{})}
		var log bytes.Buffer
		if _, err := gate.Open(t.Context(), gate.Settings{Tokens: tokens}, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Count(log.String(), warning), min(pools-1, 1); got != want {
			t.Errorf("%d pools: got the warning %d times, want %d:\n%s", pools, got, want, &log)
		}
	}
}

// The failures of several pools are one line, in one record.
func TestOpenTellsOfFailuresInOneLine(t *testing.T) {
	t.Parallel()
	tokens := cognito.Config{ClientIDs: []string{"app"}, Pools: poolsOn(t, 3, refusal{})}
	var log bytes.Buffer
	if _, err := gate.Open(t.Context(), gate.Settings{Tokens: tokens}, slog.New(slog.NewJSONHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	var record struct{ Error string }
	if err := json.NewDecoder(&log).Decode(&record); err != nil {
		t.Fatal(err)
	}
	failures := strings.Split(record.Error, "; ")
	if len(failures) != len(tokens.Pools) || strings.Contains(record.Error, "\n") {
		t.Fatalf("got %q, want one line with %d failures", record.Error, len(tokens.Pools))
	}
	for i, pool := range tokens.Pools {
		if !strings.HasPrefix(failures[i], "jwks: key set unavailable: ") || !strings.Contains(failures[i], pool.Name) {
			t.Errorf("got %q, want the failure of %s", failures[i], pool.Name)
		}
	}
}

// poolsOn returns that many pools, whose key sets lie behind that network.
func poolsOn(t *testing.T, count int, network http.RoundTripper) (pools []cognito.UserPool) {
	t.Helper()
	for i := range count {
		pool, err := cognito.PoolByID(fmt.Sprintf("eu-west-1_%d", i))
		if err != nil {
			t.Fatal(err)
		}
		for i, issuer := range pool.Issuers {
			if pool.Issuers[i].Keys, err = jwks.New(jwks.Config{URL: issuer.KeySetURL, Transport: network}); err != nil {
				t.Fatal(err)
			}
		}
		pools = append(pools, pool)
	}
	return pools
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
	for want, change := range map[string]func(*gate.Settings){
		"no app client id":                       func(s *gate.Settings) { s.Tokens.ClientIDs = nil },
		`URL "http://x.test/keys" must be https`: func(s *gate.Settings) { s.AllowInsecureHTTP = false },
	} {
		s := good
		change(&s)
		if h, err := gate.Open(t.Context(), s, slog.New(slog.DiscardHandler)); err == nil || h != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, %v, want an error alone: %s", h, err, want)
		}
	}
}
