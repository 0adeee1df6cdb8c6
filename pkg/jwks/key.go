package jwks

import (
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/MicahParks/jwkset"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

const (
	maxKIDBytes = 256
	minRSABits  = 2048
	maxRSABits  = 8192 // verifying costs the cube of the length
)

// jwk holds the members of a JSON Web Key (RFC 7517 section 4, RFC 7518 section
// 6.3) that decide. Certificates and their URLs are not among them: nothing
// that a key set points to is ever fetched.
type jwk struct {
	kty, kid, use, alg, n, e string
	keyOps                   []string
	private                  bool
}

var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

func (k *jwk) read(document []byte) error {
	text := map[string]*string{"kty": &k.kty, "kid": &k.kid, "use": &k.use, "alg": &k.alg, "n": &k.n, "e": &k.e}
	var r strictjson.Reader
	return r.Object(document, func(name string) error {
		switch into := text[name]; {
		case r.Null(): // many servers write null for what they leave out
			return nil
		case into != nil:
			return r.String(into)
		case name == "key_ops":
			k.keyOps = []string{}
			return r.Strings(&k.keyOps)
		case slices.Contains(privateMembers, name):
			k.private = true
		}
		return r.SkipValue()
	})
}

func parseKey(raw []byte) (jwkset.JWK, error) {
	var k jwk
	if err := k.read(raw); err != nil {
		return jwkset.JWK{}, err
	}
	n, wrongN := number(k.n)
	e, wrongE := number(k.e)
	switch {
	case k.kty != "RSA",
		k.private,
		k.kid == "" || len(k.kid) > maxKIDBytes,
		k.use != "" && k.use != "sig",
		k.keyOps != nil && !slices.Contains(k.keyOps, "verify"),
		k.alg != "" && k.alg != "RS256",
		wrongN != nil || wrongE != nil || e.BitLen() > 31:
		return jwkset.JWK{}, ErrUnusableKey
	}
	public := &rsa.PublicKey{N: n, E: int(e.Int64())}
	if err := CheckKey(public); err != nil {
		return jwkset.JWK{}, err
	}
	return jwkset.NewJWKFromKey(public, jwkset.JWKOptions{
		Metadata: jwkset.JWKMetadataOptions{KID: k.kid, USE: jwkset.USE(k.use), ALG: jwkset.ALG(k.alg)},
	})
}

// number decodes a Base64urlUInt (RFC 7518 section 2). It also accepts leading
// zero bytes and padding, which that section forbids and many servers write:
// neither changes the number.
func number(text string) (*big.Int, error) {
	octets, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
	return new(big.Int).SetBytes(octets), err
}

// CheckKey returns an error, [ErrUnusableKey], unless key is an RSA public key
// that RS256 signatures may be verified with: an odd modulus of 2048 to 8192 bits
// (RFC 7518 section 3.3 asks for 2048 or more) and an odd exponent of 3 to 2^31-1.
//
// A [Set] holds no other keys. Check what any other jwkset.Storage returns: key is
// then the result of Key of jwkset.JWK.
func CheckKey(key any) error {
	pub, _ := key.(*rsa.PublicKey)
	switch {
	case pub == nil || pub.N == nil:
		return fmt.Errorf("%w: not an RSA public key", ErrUnusableKey)
	case pub.N.BitLen() < minRSABits || pub.N.BitLen() > maxRSABits:
		return fmt.Errorf("%w: modulus of %d bits, want %d to %d", ErrUnusableKey, pub.N.BitLen(), minRSABits, maxRSABits)
	case pub.N.Bit(0) == 0:
		return fmt.Errorf("%w: modulus is even", ErrUnusableKey)
	case pub.E < 3 || pub.E > math.MaxInt32 || pub.E%2 == 0:
		return fmt.Errorf("%w: exponent is even, below 3 or above 2^31-1", ErrUnusableKey)
	}
	return nil
}
