package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/jwks"
)

// writeKeySet writes a key set document into target, to be packed beside the
// authorizer, if the authorizer could use it.
func writeKeySet(target string, read func() ([]byte, error)) error {
	document, err := read()
	if err != nil {
		return err
	}
	if err := jwks.CheckDocument(document); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, document, 0o644)
}

// download returns the usable keys of a user pool, which publishes them under
// one form of its issuer, or both.
func download(ctx context.Context, poolID string) ([]byte, error) {
	pool, err := cognito.PoolByID(poolID)
	if err != nil {
		return nil, err
	}
	cfg := jwks.Config{URL: pool.Issuers[0].KeySetURL}
	for _, other := range pool.Issuers[1:] {
		cfg.Fallbacks = append(cfg.Fallbacks, other.KeySetURL)
	}
	return fetch(ctx, cfg)
}

func fetch(ctx context.Context, cfg jwks.Config) ([]byte, error) {
	set, err := jwks.New(cfg)
	if err != nil {
		return nil, err
	}
	if err := set.Prefetch(ctx); err != nil {
		return nil, err
	}
	return set.JSON(ctx)
}
