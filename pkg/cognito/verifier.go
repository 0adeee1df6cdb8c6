package cognito

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A Verifier decides about tokens. It is safe for concurrent use and starts no
// goroutine that outlives a call.
type Verifier struct {
	cfg     Config
	issuers map[string]issuer
	first   []prefetcher // the key set of each pool's first issuer
	readers sync.Pool    // of *reader
	parser  *jwt.Parser
}

// NewVerifier returns a verifier, or one error that names everything that is
// wrong with cfg. It does not fetch.
func NewVerifier(cfg Config) (*Verifier, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.ClientIDs = slices.Clone(cfg.ClientIDs) // what is trusted does not change under a verifier
	cfg.RequiredScopes = slices.Clone(cfg.RequiredScopes)
	cfg.RequiredGroups = slices.Clone(cfg.RequiredGroups)
	cfg.TokenUse = cmp.Or(cfg.TokenUse, AccessToken)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	v := &Verifier{cfg: cfg, issuers: make(map[string]issuer), parser: newParser(cfg)}
	v.readers.New = func() any { return new(reader) }
	for _, pool := range cfg.Pools {
		if err := v.trust(pool); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Verify decides about the value of an Authorization header, in the order that
// the package comment gives. It returns the claims of a token that passed every
// check, or a *[Refusal].
func (v *Verifier) Verify(ctx context.Context, authorization string) (*Claims, error) {
	token, refused := v.read(authorization)
	if refused != nil {
		return nil, refused
	}
	iss, ok := v.issuers[token.claims.issuer]
	if !ok {
		return nil, refuse(ReasonIssuer, "iss is not one of the configured issuers")
	}
	refused = v.checkCheaply(&token.claims)
	if refused == nil {
		refused = v.checkSigned(ctx, iss, token)
	}
	var claims *Claims
	if refused == nil {
		claims = v.claims(iss, &token.claims)
		refused = v.checkRights(claims)
	}
	if refused != nil {
		return nil, refused.of(iss.pool, token.claims.client(v.cfg.TokenUse), v.cfg.ClientIDs)
	}
	return claims, nil
}

// Prefetch fetches the key set of each pool's first issuer that has none yet.
// Use it at a start with time to spare; its failure has no consequence. The error
// is one line, whatever number of pools it tells of.
func (v *Verifier) Prefetch(ctx context.Context) (err error) {
	for _, set := range v.first {
		switch failed := set.Prefetch(ctx); {
		case err == nil:
			err = failed
		case failed != nil:
			err = fmt.Errorf("%w; %w", err, failed)
		}
	}
	return err
}

// trust adds a pool's issuers.
func (v *Verifier) trust(pool UserPool) error {
	if len(pool.Issuers) == 0 {
		return fmt.Errorf("cognito: user pool %q has no issuer", pool.Name)
	}
	for i, from := range pool.Issuers {
		if _, twice := v.issuers[from.URL]; twice || from.URL == "" {
			return fmt.Errorf("cognito: issuer %q must not be empty and not be configured twice", from.URL)
		}
		keys, err := from.keySet(v.cfg.Now)
		if err == nil {
			v.issuers[from.URL], err = newIssuer(pool.Name, keys)
		}
		if err != nil {
			return fmt.Errorf("cognito: user pool %q: %w", pool.Name, err)
		}
		if set, ok := keys.(prefetcher); ok && i == 0 {
			v.first = append(v.first, set)
		}
	}
	return nil
}
