package gateway_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
)

// With ON_REJECT=deny a refusal is cached for 300 s. One that time can heal must
// not be, or else a stranger's made-up kid could lock a good caller out: it starts
// the cool-down in which the kid of a rotation is unknown.
func TestRefusalThatTimeHealsIsNotCached(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		good    bool // healed in the end
		token   func(p *cognitotest.Pool, at time.Time) string
		before  func(t *testing.T, p *cognitotest.Pool, request func(token string) int)
		refused int
	}{
		"kid of a rotation within the cool-down": {true,
			func(p *cognitotest.Pool, at time.Time) string {
				p.Rotate(t)
				return p.AccessToken(t, at)
			},
			func(t *testing.T, p *cognitotest.Pool, request func(string) int) {
				known := p.AccessToken(t, start)
				header := p.Header()
				header["kid"] = "made up"
				if got := request(known); got != http.StatusOK {
					t.Errorf("known kid: %d, want 200", got)
				}
				if got := request(p.Sign(t, header, p.AccessClaims(start))); got != http.StatusUnauthorized {
					t.Errorf("made-up kid: %d, want 401", got)
				}
			}, http.StatusUnauthorized},
		"nbf in eleven seconds": {true,
			func(p *cognitotest.Pool, at time.Time) string {
				return p.AccessToken(t, at, func(c map[string]any) { c["nbf"] = at.Add(11 * time.Second).Unix() })
			}, nil, http.StatusUnauthorized},
		"expired": {false,
			func(p *cognitotest.Pool, at time.Time) string { return p.AccessToken(t, at.Add(-2*time.Hour)) }, nil, http.StatusForbidden},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			now := clock.At(start)
			pool := cognitotest.NewPool(t)
			config := real(denying(t, pool, now.Now), returns(hello))
			config.Now = now.Now
			s := serve(t, config)
			request := func(token string) int {
				return s.do(t, "GET", "/notes", "", "Authorization: Bearer "+token).status
			}
			if tt.before != nil {
				tt.before(t, pool, request)
			}
			token := tt.token(pool, now.Now())
			if got := request(token); got != tt.refused {
				t.Errorf("at once: %d, want %d", got, tt.refused)
			}
			want := map[bool]int{true: http.StatusOK, false: http.StatusForbidden}[tt.good]
			for _, wait := range []time.Duration{11 * time.Second, 189 * time.Second} {
				now.Forward(wait)
				if got := request(token); got != want {
					t.Errorf("%s later: %d, want %d", wait, got, want)
				}
			}
		})
	}
}

// In no shape of event is a refusal that time can heal answered with a policy or
// a simple answer, and in every shape the others are.
func TestRefusalThatTimeHealsIsAnError(t *testing.T) {
	t.Parallel()
	now := clock.At(start)
	pool := cognitotest.NewPool(t)
	denies := denying(t, pool, now.Now)
	header := pool.Header()
	header["kid"] = "made up"
	const arn = `arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/v1/GET/notes`
	for shape, event := range map[string]string{
		"REST TOKEN":   `{"type":"TOKEN","methodArn":"` + arn + `","authorizationToken":"TOKEN_HERE"}`,
		"REST REQUEST": `{"type":"REQUEST","methodArn":"` + arn + `","headers":{"Authorization":"TOKEN_HERE"}}`,
		"HTTP 1.0":     `{"version":"1.0","type":"REQUEST","methodArn":"` + arn + `","headers":{"Authorization":"TOKEN_HERE"}}`,
		"HTTP 2.0":     `{"version":"2.0","type":"REQUEST","routeArn":"` + arn + `","headers":{"authorization":"TOKEN_HERE"}}`,
	} {
		for rule, tt := range map[string]struct {
			token string
			heals bool
		}{
			"unknown kid":   {pool.Sign(t, header, pool.AccessClaims(now.Now())), true},
			"nbf to come":   {pool.AccessToken(t, now.Now(), func(c map[string]any) { c["nbf"] = now.Now().Add(time.Hour).Unix() }), true},
			"expired":       {pool.AccessToken(t, now.Now().Add(-2*time.Hour)), false},
			"another token": {"a.b.c", false},
		} {
			answer, err := denies.Invoke(t.Context(), []byte(strings.Replace(event, "TOKEN_HERE", tt.token, 1)))
			switch {
			case tt.heals && (err != gate.ErrUnauthorized || answer != nil):
				t.Errorf("%s, %s: got %s, %v, want no answer and Unauthorized", shape, rule, answer, err)
			case !tt.heals && (err != nil || !json.Valid(answer)):
				t.Errorf("%s, %s: got %s, %v, want a denial", shape, rule, answer, err)
			}
		}
	}
}

// Of several Authorization values the cache's key may be a good one, which must
// not be locked out for the sake of the others.
func TestSeveralValuesAreNeverDenied(t *testing.T) {
	t.Parallel()
	now := clock.At(start)
	pool := cognitotest.NewPool(t)
	event := `{"type":"REQUEST","methodArn":"arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/v1/GET/notes",
		"headers":{"Authorization":"GOOD"},"multiValueHeaders":{"Authorization":["Bearer x","GOOD"]}}`
	event = strings.ReplaceAll(event, "GOOD", "Bearer "+pool.AccessToken(t, now.Now()))
	if answer, err := denying(t, pool, now.Now).Invoke(t.Context(), []byte(event)); err != gate.ErrUnauthorized || answer != nil {
		t.Errorf("got %s, %v, want no answer and Unauthorized", answer, err)
	}
}

// denying is the authorizer with ON_REJECT=deny.
func denying(t *testing.T, pool *cognitotest.Pool, now func() time.Time) *gate.Handler {
	t.Helper()
	h, err := gate.Open(t.Context(), gate.Settings{
		Tokens:   cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}, Now: now},
		OnReject: gate.Deny,
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return h
}
