package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
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
		switch err := s.build(filepath.Join("..", ".."), l.folder); {
		case errors.Is(err, errNoNode) && os.Getenv("CI") != "true":
			t.Skip(err)
		case err != nil:
			t.Fatal(err)
		}
		p, err := start(context.WithoutCancel(t.Context()), s.command, l.bundled, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.stop)
		all = append(all, other{s.name, p.takes})
	}
	return append(all, other{"go-oidc (Go)", l.openIDConnect(t)})
}

// takes tells whether the token is let in, by an answer that says so.
func (p *process) takes(t *testing.T, token string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.alive, time.Minute) // one that hangs decides nothing
	defer cancel()
	answer, err := p.api.Invoke(ctx, authorizerEvent(token))
	if err != nil || answer.Failed && !strings.Contains(answer.Body, "Unauthorized") {
		t.Fatalf("%v: %s, %v", p.cmd.Args, answer.Body, err)
	}
	return !answer.Failed && strings.Contains(answer.Body, `"Allow"`)
}

// openIDConnect is go-oidc's verifier of ID tokens, with what Cognito's access
// tokens take: they have no aud to look at, but a token_use and a client_id.
func (l *lab) openIDConnect(t *testing.T) func(*testing.T, string) bool {
	t.Helper()
	verifier := oidc.NewVerifier(issuer, oidc.NewRemoteKeySet(t.Context(), l.keySet.url), &oidc.Config{SkipClientIDCheck: true})
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
