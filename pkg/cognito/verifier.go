package cognito

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/internal/strictjson"
	"github.com/notegate/notegate/pkg/jwks"
)

// A Verifier decides about tokens. It is safe for concurrent use and starts no
// goroutine that outlives a call.
type Verifier struct {
	cfg     Config
	issuers map[string]issuer
	first   []*jwks.Set // the key set of each pool's first issuer
	readers strictjson.Pool
}

// issuer is a configured iss with the keys that may sign for it.
type issuer struct {
	pool string
	keys *jwks.Set
}

// NewVerifier returns a verifier, or one error that names all that is wrong
// with cfg. It does not fetch.
func NewVerifier(cfg Config) (*Verifier, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.ClientIDs = slices.Clone(cfg.ClientIDs) // what is trusted does not change under a verifier
	cfg.RequiredScopes = slices.Clone(cfg.RequiredScopes)
	cfg.RequiredGroups = slices.Clone(cfg.RequiredGroups)
	if cfg.TokenUse == "" {
		cfg.TokenUse = AccessToken
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	v := &Verifier{cfg: cfg, issuers: make(map[string]issuer)}
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
	reader := v.readers.Get()
	token, refused := parse(reader, authorization)
	v.readers.Put(reader)
	if refused != nil {
		return nil, refused
	}
	iss, ok := v.issuers[token.claims.issuer]
	if !ok {
		return nil, refuse(ErrIssuer, "iss is not one of the configured issuers")
	}
	claims, refused := v.verify(ctx, iss, token)
	if refused != nil {
		refused.Pool = iss.pool
		if client := token.claims.client(v.cfg.TokenUse); slices.Contains(v.cfg.ClientIDs, client) {
			refused.ClientID = client
		}
		return nil, refused
	}
	return claims, nil
}

func (v *Verifier) verify(ctx context.Context, iss issuer, token *unverifiedToken) (*Claims, *Refusal) {
	if refused := v.checkCheaply(&token.claims); refused != nil {
		return nil, refused
	}
	key, refused := iss.key(ctx, token.header.kid)
	if refused != nil {
		return nil, refused
	}
	digest := sha256.Sum256([]byte(token.signed)) // RS256 is RSASSA-PKCS1-v1_5 over it, RFC 7518 section 3.3
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], token.signature); err != nil {
		return nil, refuse(ErrSignature, "not made by the pool's key over this token")
	}
	return v.checkRest(iss, &token.claims)
}

// Prefetch fetches the key set of each pool's first issuer that has none yet.
// It is for a start with time to spare; its failure has no consequence.
func (v *Verifier) Prefetch(ctx context.Context) error {
	var errs []error
	for _, set := range v.first {
		errs = append(errs, set.Prefetch(ctx))
	}
	return errors.Join(errs...)
}

// trust adds a pool's issuers, each with a key set of its own.
func (v *Verifier) trust(pool UserPool) error {
	if len(pool.Issuers) == 0 {
		return fmt.Errorf("cognito: user pool %q has no issuer", pool.Name)
	}
	for i, from := range pool.Issuers {
		if _, twice := v.issuers[from.URL]; twice || from.URL == "" {
			return fmt.Errorf("cognito: issuer %q: want it once, and not empty", from.URL)
		}
		cfg := v.cfg.KeySets
		cfg.URL, cfg.Fallbacks, cfg.Seed, cfg.Now = from.KeySetURL, from.KeySetMirror, pool.Seed, v.cfg.Now
		set, err := jwks.New(cfg)
		if err != nil {
			return fmt.Errorf("cognito: user pool %q: %w", pool.Name, err)
		}
		v.issuers[from.URL] = issuer{pool: pool.Name, keys: set}
		if i == 0 {
			v.first = append(v.first, set)
		}
	}
	return nil
}

// key returns the issuer's public key with this kid.
func (i issuer) key(ctx context.Context, kid string) (*rsa.PublicKey, *Refusal) {
	key, err := i.keys.KeyRead(ctx, kid)
	switch {
	case err == nil:
		return key.Key().(*rsa.PublicKey), nil // a Set holds no other
	case errors.Is(err, jwkset.ErrKeyNotFound):
		return nil, refuse(ErrUnknownKey, "the pool has no key of this kid")
	}
	refused := refuse(ErrKeysUnavailable, "")
	refused.cause = err
	return nil, refused
}

func refuse(reason Reason, detail string) *Refusal {
	return &Refusal{Reason: reason, detail: detail}
}
