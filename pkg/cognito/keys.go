package cognito

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"

	"github.com/notegate/notegate/pkg/jwks"
)

// issuer is a configured iss with the keys that may sign for it.
type issuer struct {
	pool string
	keys keyfunc.Keyfunc
}

// prefetcher is a key set that can be fetched before it is needed, as a
// jwks.Set can.
type prefetcher interface {
	Prefetch(ctx context.Context) error
}

// keySet returns the issuer's keys: those that it was given, or a set that is
// fetched from its URL.
func (i Issuer) keySet(now func() time.Time) (jwkset.Storage, error) {
	if i.Keys != nil {
		return i.Keys, nil
	}
	return jwks.New(jwks.Config{URL: i.KeySetURL, Fallbacks: i.Fallbacks, Now: now})
}

func newIssuer(pool string, keys jwkset.Storage) (issuer, error) {
	if storage := reflect.ValueOf(keys); storage.Kind() == reflect.Pointer && storage.IsNil() {
		return issuer{}, fmt.Errorf("its keys are a nil %T", keys)
	}
	if _, isSet := keys.(*jwks.Set); !isSet {
		keys = vetted{keys}
	}
	kf, err := keyfunc.New(keyfunc.Options{Storage: keys})
	if err != nil {
		return issuer{}, fmt.Errorf("keyfunc: %w", err)
	}
	return issuer{pool: pool, keys: kf}, nil
}

// vetted holds the keys of a storage that is not ours to the rules for ours.
type vetted struct{ jwkset.Storage }

var (
	errStorage = errors.New("the storage could not read the key")
	errListed  = errors.New("keys are looked up by kid, not tried in turn")
)

// KeyRead returns a key that may verify an RS256 signature. Every other key
// counts as not found: it is not one that this issuer signs tokens with. Errors
// are ours: a storage's own may quote the kid, and may be taken for golang-jwt's.
func (v vetted) KeyRead(ctx context.Context, kid string) (jwkset.JWK, error) {
	key, err := v.Storage.KeyRead(ctx, kid)
	switch {
	case err == nil:
	case errors.Is(err, jwkset.ErrKeyNotFound) && !errors.Is(err, jwks.ErrUnavailable):
		return jwkset.JWK{}, jwkset.ErrKeyNotFound
	default:
		return jwkset.JWK{}, errStorage
	}
	m := key.Marshal()
	switch {
	case m.KID != kid,
		m.USE != "" && m.USE != jwkset.UseSig,
		m.KEYOPS != nil && !slices.Contains(m.KEYOPS, jwkset.KeyOpsVerify),
		m.ALG != "" && m.ALG != jwkset.AlgRS256,
		jwks.CheckKey(key.Key()) != nil:
		return jwkset.JWK{}, jwkset.ErrKeyNotFound
	}
	return key, nil
}

// KeyReadAll always fails: keyfunc would try every key on a token without kid.
func (v vetted) KeyReadAll(context.Context) ([]jwkset.JWK, error) { return nil, errListed }
