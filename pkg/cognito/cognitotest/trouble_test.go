package cognitotest_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// A rotation shows at the next fetch, and the keys that are withdrawn are gone.
func TestRotation(t *testing.T) {
	t.Parallel()
	pool, now := cognitotest.NewPool(t, key()), time.Now()
	old := pool.AccessToken(t, now)
	pool.Rotate(t)
	for _, token := range []string{old, pool.AccessToken(t, now)} {
		if _, err := newVerifier(t, pool, nil).Verify(t.Context(), token); err != nil {
			t.Errorf("both keys are published: %v", err)
		}
	}
	pool.Withdraw()
	if _, err := newVerifier(t, pool, nil).Verify(t.Context(), old); !errors.Is(err, cognito.ErrUnknownKey) {
		t.Errorf("of the withdrawn key: got error %v, want ErrUnknownKey", err)
	}
	if _, err := newVerifier(t, pool, nil).Verify(t.Context(), pool.AccessToken(t, now)); err != nil {
		t.Errorf("of the signing key: %v", err)
	}
}

// Each way to be unreachable is one, until the pool recovers.
func TestTrouble(t *testing.T) {
	t.Parallel()
	for rule, begin := range map[string]func(*cognitotest.Pool){
		"fails": func(p *cognitotest.Pool) { p.Fail(http.StatusServiceUnavailable) },
		"slow":  func(p *cognitotest.Pool) { p.Delay(time.Hour) },
		"slow, then fails": func(p *cognitotest.Pool) {
			p.Delay(time.Hour)
			p.Fail(http.StatusNotFound)
		},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			pool := cognitotest.NewPool(t, key())
			token := pool.AccessToken(t, time.Now())
			begin(pool)
			soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if _, err := newVerifier(t, pool, nil).Verify(soon, token); !errors.Is(err, cognito.ErrKeysUnavailable) {
				t.Errorf("got error %v, want ErrKeysUnavailable", err)
			}
			if pool.Requests() != 1 {
				t.Errorf("got %d requests, want 1", pool.Requests())
			}
			pool.Recover()
			if _, err := newVerifier(t, pool, nil).Verify(t.Context(), token); err != nil {
				t.Errorf("recovered: %v", err)
			}
		})
	}
}

// What waits for a delayed answer gets it when the pool recovers.
func TestRecoverAnswersThoseWhoWait(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, key())
	pool.Delay(time.Hour)
	status := make(chan int)
	go func() {
		response, err := http.Get(pool.Issuers[0].KeySetURL)
		if err != nil {
			status <- 0
			return
		}
		response.Body.Close()
		status <- response.StatusCode
	}()
	for pool.Requests() == 0 {
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		default:
		}
	}
	pool.Recover()
	if got := <-status; got != http.StatusOK {
		t.Errorf("got status %d, want 200", got)
	}
}

// A short delay is one: the answer comes, and is good.
func TestShortDelay(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, key())
	pool.Delay(time.Millisecond)
	if _, err := newVerifier(t, pool, nil).Verify(t.Context(), pool.AccessToken(t, time.Now())); err != nil {
		t.Error(err)
	}
}
