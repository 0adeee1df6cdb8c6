package jwks

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/MicahParks/jwkset"
)

var _ jwkset.Storage = (*Set)(nil)

var (
	errReadOnly = errors.New("jwks: the set is the pool's: it is read-only")
	errListed   = errors.New("jwks: keys are looked up by kid, not tried in turn")
)

// KeyReadAll always fails. Libraries list the keys to try each of them on a
// token without a key id (RFC 7515 section 4.1.4 makes it optional); such a token
// is refused here.
func (s *Set) KeyReadAll(context.Context) ([]jwkset.JWK, error) { return nil, errListed }

// KeyWrite always fails: only a fetch changes the set.
func (s *Set) KeyWrite(context.Context, jwkset.JWK) error { return errReadOnly }

// KeyReplaceAll always fails: only a fetch changes the set.
func (s *Set) KeyReplaceAll(context.Context, []jwkset.JWK) error { return errReadOnly }

// KeyDelete always fails: only a fetch changes the set.
func (s *Set) KeyDelete(context.Context, string) (bool, error) { return false, errReadOnly }

// JSON returns the cached set as a JWK Set document, in order of key id, without
// a fetch. If no usable set is cached, the document has no keys. It has no error of
// its own: the keys have been read from such a document.
func (s *Set) JSON(ctx context.Context) (json.RawMessage, error) { return s.cached().JSON(ctx) }

// JSONPublic is [Set.JSON], with its errors: all keys are public.
func (s *Set) JSONPublic(ctx context.Context) (json.RawMessage, error) { return s.JSON(ctx) }

// JSONPrivate is [Set.JSON], with its errors: no key is private.
func (s *Set) JSONPrivate(ctx context.Context) (json.RawMessage, error) { return s.JSON(ctx) }

// JSONWithOptions is [Set.JSON] with jwkset's options, and jwkset's errors about them.
func (s *Set) JSONWithOptions(ctx context.Context, m jwkset.JWKMarshalOptions, v jwkset.JWKValidateOptions) (json.RawMessage, error) {
	return s.cached().JSONWithOptions(ctx, m, v)
}

// Marshal is [Set.JSON] as a Go value. Like it, it has no error of its own.
func (s *Set) Marshal(ctx context.Context) (jwkset.JWKSMarshal, error) {
	return s.cached().Marshal(ctx)
}

// MarshalWithOptions is [Set.Marshal] with jwkset's options, and jwkset's errors about them.
func (s *Set) MarshalWithOptions(ctx context.Context, m jwkset.JWKMarshalOptions, v jwkset.JWKValidateOptions) (jwkset.JWKSMarshal, error) {
	return s.cached().MarshalWithOptions(ctx, m, v)
}

func (s *Set) cached() jwkset.Storage {
	memory := jwkset.NewMemoryStorage()
	if set := s.usable(); set != nil {
		for _, kid := range slices.Sorted(maps.Keys(set.keys)) {
			_ = memory.KeyWrite(context.Background(), set.keys[kid]) // memory does not fail
		}
	}
	return memory
}
