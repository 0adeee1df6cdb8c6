package gate

import (
	"context"
	"log/slog"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/jwks"
)

// Open returns the handler that settings describe and fetches the key set, if
// it is not bundled, while there is time: a Lambda environment initialises with
// more CPU than it is later given, and the first request is spared a TLS
// handshake. A failure of that fetch has no consequence, and all pools together
// get the time of one, because initialisation must end too.
func Open(ctx context.Context, s Settings, logger *slog.Logger) (*Handler, error) {
	s.Tokens.KeySets.Logger = logger
	verifier, err := cognito.NewVerifier(s.Tokens)
	if err != nil {
		return nil, err
	}
	soon, cancel := context.WithTimeout(ctx, jwks.Timeout)
	defer cancel()
	if err := verifier.Prefetch(soon); err != nil {
		logger.Warn("key set not prefetched", "error", err)
	}
	return New(Config{Verifier: verifier, Rules: s.Rules, OnReject: s.OnReject, Logger: logger, Now: s.Tokens.Now})
}
