package gate

import (
	"context"
	"log/slog"
	"slices"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/internal/invocation"
	"github.com/notegate/notegate/pkg/jwks"
)

// Open returns the handler that settings describe and fetches the key set, if
// it is not bundled, while there is time: a Lambda environment initialises with
// more CPU than it is later given, and the first request is spared a TLS
// handshake. A failure of that fetch has no consequence, and all pools together
// get the time of one, because initialisation must end too. The error is that of
// [Settings.Verifier] or of [New].
func Open(ctx context.Context, s Settings, logger *slog.Logger) (*Handler, error) {
	keySets := new(keySetCounts)
	verifier, err := s.verifier(logger, keySets)
	if err != nil {
		return nil, err
	}
	soon, cancel := context.WithTimeout(ctx, jwks.Timeout)
	defer cancel()
	if err := verifier.Prefetch(soon); err != nil {
		logger.Warn("key set not prefetched", "error", err)
	}
	if pools := len(s.Tokens.Pools); pools > 1 {
		logger.Warn("principalId is the token's sub, which is unique within one user pool only, and nothing in the context tells the pools apart: use one authorizer for each pool", "pools", pools)
	}
	return newHandler(s.Config(verifier, logger), keySets)
}

// Config returns what [Open] makes the handler of, for who makes it with [New]: the
// same except for the metrics' counts of key set fetches, which stay at zero.
func (s Settings) Config(verifier Verifier, logger *slog.Logger) Config {
	return Config{
		Verifier:      verifier,
		TokenFrom:     s.TokenFrom,
		Rules:         s.Rules,
		OnReject:      s.OnReject,
		HTTPResponse:  s.HTTPResponse,
		ContextClaims: s.ContextClaims,
		Context:       s.Context,
		Logger:        logger,
		Now:           s.Tokens.Now,
		Metrics:       s.Metrics,
		FunctionName:  s.FunctionName,
		Observe:       s.Observe,
	}
}

// Verifier returns the verifier of Tokens. Each issuer without keys of its own
// gets a key set, fetched as the settings say, whose troubles go to logger. The
// error is jwks.New's or cognito.NewVerifier's, about what they do not take.
func (s Settings) Verifier(logger *slog.Logger) (*cognito.Verifier, error) {
	return s.verifier(logger, new(keySetCounts))
}

func (s Settings) verifier(logger *slog.Logger, counts *keySetCounts) (*cognito.Verifier, error) {
	observe := func(ctx context.Context, e jwks.Event) {
		counts.add(e)
		if s.ObserveKeySet != nil {
			s.ObserveKeySet(ctx, e)
		}
	}
	tokens := s.Tokens
	tokens.Pools = nil
	for _, pool := range s.Tokens.Pools {
		pool.Issuers = slices.Clone(pool.Issuers)
		for i, issuer := range pool.Issuers {
			if issuer.Keys != nil {
				continue
			}
			set, err := jwks.New(jwks.Config{
				URL: issuer.KeySetURL, Fallbacks: issuer.Fallbacks, Seed: s.Seed,
				AllowInsecureHTTP: s.AllowInsecureHTTP, RootCAs: s.RootCAs, Now: tokens.Now, Logger: invocation.Traced(logger), Observe: observe,
			})
			if err != nil {
				return nil, err
			}
			pool.Issuers[i].Keys = set
		}
		tokens.Pools = append(tokens.Pools, pool)
	}
	return cognito.NewVerifier(tokens)
}
