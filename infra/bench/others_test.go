package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/notegate/notegate/infra/lambda"
)

// other is somebody else's way to decide about a token.
type other struct {
	name  string
	takes func(t *testing.T, token string) bool
}

// others are the authorizers that are measured beside ours, running with the
// key set bundled, and go-oidc.
func (l *lab) others(t *testing.T) (all []other) {
	t.Helper()
	candidates, err := subjects(l.pool, l.began)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range candidates {
		if s.bogus == nil || s.name == ours {
			continue
		}
		switch err := s.build(l); {
		case errors.Is(err, errNoNode) && os.Getenv("CI") != "true":
			t.Skip(err)
		case err != nil:
			t.Fatal(err)
		}
		f, err := s.start(l.bundled)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Stop() })
		all = append(all, other{s.name, func(t *testing.T, token string) bool { return takes(t, f, token) }})
	}
	return append(all, other{"go-oidc (Go)", l.openIDConnect(t)})
}

// takes tells whether the token is let in, by an answer that says so.
func takes(t *testing.T, f *lambda.Function, token string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // one that hangs decides nothing
	defer cancel()
	answer, err := f.Invoke(ctx, authorizerEvent(token))
	if err != nil || answer.Failed && !strings.Contains(answer.Body, "Unauthorized") {
		t.Fatalf("%s, %v: %s", answer.Body, err, f.Output())
	}
	return !answer.Failed && strings.Contains(answer.Body, `"Allow"`)
}

// openIDConnect is go-oidc's verifier of ID tokens, with what Cognito's access
// tokens take: they have no aud to look at, but a token_use and a client_id.
func (l *lab) openIDConnect(t *testing.T) func(*testing.T, string) bool {
	t.Helper()
	verifier := oidc.NewVerifier(issuer, oidc.NewRemoteKeySet(t.Context(), l.keys.URL), &oidc.Config{SkipClientIDCheck: true})
	return func(t *testing.T, token string) bool {
		verified, err := verifier.Verify(t.Context(), token)
		if err != nil {
			return false
		}
		var claims struct {
			TokenUse string `json:"token_use"`
			ClientID string `json:"client_id"`
		}
		return verified.Claims(&claims) == nil && claims.TokenUse == "access" && claims.ClientID == clientID
	}
}
