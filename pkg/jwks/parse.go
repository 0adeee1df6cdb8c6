package jwks

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

const maxKeys = 100

// snapshot is one answer of the pool. It does not change once it is stored.
type snapshot struct {
	keys    map[string]jwkset.JWK // by kid
	skipped int                   // keys in the document that cannot be used
	fetched time.Time
	source  int // which of the sources gave it; the last for a seed
}

func (s *snapshot) find(kid string) (jwkset.JWK, bool) {
	if s == nil {
		return jwkset.JWK{}, false
	}
	key, ok := s.keys[kid]
	return key, ok
}

// CheckDocument returns an error unless the document is a key set with at least
// one usable key, as a [Set] takes it for its Seed.
func CheckDocument(document []byte) error {
	if _, err := parse(document); err != nil {
		return fmt.Errorf("jwks: %w", err)
	}
	return nil
}

// parse reads a JWK Set document (RFC 7517 section 5). Keys that cannot verify
// an RS256 signature are skipped one by one, as that section asks; a document
// that leaves none is an error. Duplicate member names are malformed. A byte order
// mark is ignored, as RFC 8259 section 8.1 allows.
func parse(document []byte) (*snapshot, error) {
	set, held := &snapshot{keys: make(map[string]jwkset.JWK)}, 0
	ambiguous := make(map[string]bool)
	var r strictjson.Reader
	err := r.Object(bytes.TrimPrefix(document, []byte("\ufeff")), func(name string) error {
		if name != "keys" {
			return r.SkipValue()
		}
		return r.Elements(func() error {
			held++
			raw, err := r.ReadValue()
			if err == nil {
				set.add(raw, ambiguous)
			}
			return err
		})
	})
	switch {
	case err != nil:
		return nil, errors.New("answer is not a JSON Web Key Set")
	case held > maxKeys:
		return nil, fmt.Errorf("answer holds %d keys, want at most %d", held, maxKeys)
	}
	maps.DeleteFunc(set.keys, func(kid string, _ jwkset.JWK) bool { return ambiguous[kid] })
	set.skipped = held - len(set.keys)
	if len(set.keys) == 0 {
		return nil, fmt.Errorf("answer holds no usable key (%d skipped)", set.skipped)
	}
	return set, nil
}

// add adds a key if it can be used. A key id that names two keys is ambiguous.
func (s *snapshot) add(raw []byte, ambiguous map[string]bool) {
	key, err := parseKey(raw)
	if err != nil {
		return
	}
	kid := key.Marshal().KID
	if before, twice := s.keys[kid]; twice && !before.Key().(*rsa.PublicKey).Equal(key.Key()) {
		ambiguous[kid] = true
	}
	s.keys[kid] = key
}
