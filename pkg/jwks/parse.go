package jwks

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

const (
	maxKeys     = 100
	maxKIDBytes = 256
	minRSABits  = 2048
	maxRSABits  = 8192 // verifying costs the cube of the length
)

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
// that leaves none is an error. Duplicate member names are malformed.
func parse(document []byte) (*snapshot, error) {
	keys, err := split(document)
	if err != nil {
		return nil, errors.New("answer is not a JSON Web Key Set")
	}
	if len(keys) > maxKeys {
		return nil, fmt.Errorf("answer holds %d keys, want at most %d", len(keys), maxKeys)
	}
	set := &snapshot{keys: make(map[string]jwkset.JWK, len(keys))}
	ambiguous := make(map[string]bool)
	for _, raw := range keys {
		key, err := parseKey(raw)
		if err != nil {
			continue
		}
		kid := key.Marshal().KID
		if _, twice := set.keys[kid]; twice {
			ambiguous[kid] = true
		}
		set.keys[kid] = key
	}
	for kid := range ambiguous { // which of two keys is meant cannot be told
		delete(set.keys, kid)
	}
	set.skipped = len(keys) - len(set.keys)
	if len(set.keys) == 0 {
		return nil, fmt.Errorf("answer holds no usable key (%d skipped)", set.skipped)
	}
	return set, nil
}

// split returns the members of the set, each a JSON value of any type.
func split(document []byte) (keys [][]byte, err error) {
	var r strictjson.Reader
	err = r.Object(document, func(name string) error {
		if name != "keys" {
			return r.SkipValue()
		}
		return r.Elements(func() error {
			key, err := r.ReadValue()
			keys = append(keys, bytes.Clone(key))
			return err
		})
	})
	return keys, err
}

// jwk holds the members of a JSON Web Key (RFC 7517 section 4, RFC 7518 section
// 6.3) that decide. Certificates and their URLs are not among them: nothing
// that a key set points to is ever fetched.
type jwk struct {
	kty, kid, use, alg, n, e string
	keyOps                   []string
	private                  bool // holds private or secret members: nobody's public key
}

func (k *jwk) read(document []byte) error {
	var r strictjson.Reader
	return r.Object(document, func(name string) error {
		switch name {
		case "kty":
			return r.String(&k.kty)
		case "kid":
			return r.String(&k.kid)
		case "use", "key_ops", "alg": // optional; some servers write null for what they leave out
			return k.readOptional(&r, name)
		case "n":
			return r.String(&k.n)
		case "e":
			return r.String(&k.e)
		case "d", "p", "q", "dp", "dq", "qi", "oth", "k":
			k.private = true
		}
		return r.SkipValue()
	})
}

func (k *jwk) readOptional(r *strictjson.Reader, name string) error {
	switch {
	case r.Null():
		return nil
	case name == "key_ops":
		k.keyOps = []string{}
		return r.Strings(&k.keyOps)
	case name == "use":
		return r.String(&k.use)
	}
	return r.String(&k.alg)
}

func parseKey(raw []byte) (jwkset.JWK, error) {
	var k jwk
	if err := k.read(raw); err != nil {
		return jwkset.JWK{}, err
	}
	switch {
	case k.kty != "RSA":
		return jwkset.JWK{}, errors.New("not an RSA key")
	case k.private:
		return jwkset.JWK{}, errors.New("private members")
	case k.kid == "" || len(k.kid) > maxKIDBytes:
		return jwkset.JWK{}, errors.New("no kid, or one too long")
	case k.use != "" && k.use != "sig", k.keyOps != nil && !slices.Contains(k.keyOps, "verify"):
		return jwkset.JWK{}, errors.New("not for signatures")
	case k.alg != "" && k.alg != "RS256":
		return jwkset.JWK{}, errors.New("not for RS256")
	}
	return k.public()
}

func (k jwk) public() (jwkset.JWK, error) {
	key, err := jwkset.NewJWKFromMarshal(jwkset.JWKMarshal{
		KTY: jwkset.KtyRSA, KID: k.kid, USE: jwkset.USE(k.use), ALG: jwkset.ALG(k.alg), N: k.n, E: k.e,
	}, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{StrictPadding: true})
	if err != nil {
		return jwkset.JWK{}, err
	}
	return key, CheckKey(key.Key())
}

// CheckKey returns an error unless the key is an RSA public key that may verify
// RS256 signatures: of 2048 to 8192 bits, with an odd exponent of at least 3.
func CheckKey(key any) error {
	pub, ok := key.(*rsa.PublicKey)
	switch {
	case !ok:
		return errors.New("jwks: not an RSA public key")
	case pub.N.BitLen() < minRSABits || pub.N.BitLen() > maxRSABits:
		return errors.New("jwks: modulus too short or too long")
	case pub.N.Bit(0) == 0:
		return errors.New("jwks: modulus is even")
	case pub.E < 3 || pub.E%2 == 0: // jwkset refuses what crypto/rsa finds too great
		return errors.New("jwks: exponent is even or below 3")
	}
	return nil
}
