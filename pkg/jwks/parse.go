package jwks

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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
}

func (s *snapshot) find(kid string) (jwkset.JWK, bool) {
	if s == nil {
		return jwkset.JWK{}, false
	}
	key, ok := s.keys[kid]
	return key, ok
}

// parse reads a JWK Set document (RFC 7517 section 5). Keys that cannot verify
// an RS256 signature are skipped one by one, as that section asks; a document
// that leaves none is an error. Duplicate member names are malformed.
func parse(document []byte) (*snapshot, error) {
	var doc struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, errors.New("answer is not a JSON Web Key Set")
	}
	if len(doc.Keys) > maxKeys {
		return nil, fmt.Errorf("answer holds %d keys, want at most %d", len(doc.Keys), maxKeys)
	}
	set := &snapshot{keys: make(map[string]jwkset.JWK, len(doc.Keys))}
	ambiguous := make(map[string]bool)
	for _, raw := range doc.Keys {
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
	set.skipped = len(doc.Keys) - len(set.keys)
	if len(set.keys) == 0 {
		return nil, fmt.Errorf("answer holds no usable key (%d skipped)", set.skipped)
	}
	return set, nil
}

// jwk holds the members of a JSON Web Key (RFC 7517 section 4, RFC 7518 section
// 6.3) that decide. Certificates and their URLs are not among them: nothing
// that a key set points to is ever fetched.
type jwk struct {
	KTY    string   `json:"kty"`
	KID    string   `json:"kid"`
	Use    string   `json:"use"`
	KeyOps []string `json:"key_ops"`
	Alg    string   `json:"alg"`
	N      string   `json:"n"`
	E      string   `json:"e"`

	// A set that publishes private or secret members is nobody's public key.
	D   jsontext.Value `json:"d"`
	P   jsontext.Value `json:"p"`
	Q   jsontext.Value `json:"q"`
	DP  jsontext.Value `json:"dp"`
	DQ  jsontext.Value `json:"dq"`
	QI  jsontext.Value `json:"qi"`
	Oth jsontext.Value `json:"oth"`
	K   jsontext.Value `json:"k"`
}

func parseKey(raw jsontext.Value) (jwkset.JWK, error) {
	var k jwk
	if err := json.Unmarshal(raw, &k); err != nil {
		return jwkset.JWK{}, err
	}
	switch {
	case k.KTY != "RSA":
		return jwkset.JWK{}, errors.New("not an RSA key")
	case slices.ContainsFunc([]jsontext.Value{k.D, k.P, k.Q, k.DP, k.DQ, k.QI, k.Oth, k.K}, func(v jsontext.Value) bool { return v != nil }):
		return jwkset.JWK{}, errors.New("private members")
	case k.KID == "" || len(k.KID) > maxKIDBytes:
		return jwkset.JWK{}, errors.New("no kid, or one too long")
	case k.Use != "" && k.Use != "sig", k.KeyOps != nil && !slices.Contains(k.KeyOps, "verify"):
		return jwkset.JWK{}, errors.New("not for signatures")
	case k.Alg != "" && k.Alg != "RS256":
		return jwkset.JWK{}, errors.New("not for RS256")
	}
	return k.public()
}

func (k jwk) public() (jwkset.JWK, error) {
	key, err := jwkset.NewJWKFromMarshal(jwkset.JWKMarshal{
		KTY: jwkset.KtyRSA, KID: k.KID, USE: jwkset.USE(k.Use), ALG: jwkset.ALG(k.Alg), N: k.N, E: k.E,
	}, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{StrictPadding: true})
	if err != nil {
		return jwkset.JWK{}, err
	}
	pub, ok := key.Key().(*rsa.PublicKey)
	switch {
	case !ok:
		return jwkset.JWK{}, errors.New("not an RSA public key")
	case pub.N.BitLen() < minRSABits || pub.N.BitLen() > maxRSABits:
		return jwkset.JWK{}, errors.New("modulus too short or too long")
	case pub.N.Bit(0) == 0:
		return jwkset.JWK{}, errors.New("modulus is even")
	case pub.E < 3 || pub.E%2 == 0: // jwkset refuses what crypto/rsa finds too great
		return jwkset.JWK{}, errors.New("exponent is even or below 3")
	}
	return key, nil
}
