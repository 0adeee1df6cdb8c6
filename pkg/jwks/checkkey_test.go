package jwks_test

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/jwks"
)

// Each row changes one thing about a good key.
func TestCheckKey(t *testing.T) {
	t.Parallel()
	public := func(edit func(*rsa.PublicKey)) any {
		key := rsaKeys()[0].PublicKey
		edit(&key)
		return &key
	}
	bits := func(n uint) any { return public(func(k *rsa.PublicKey) { k.N = modulus(n) }) }
	exponent := func(e int) any { return public(func(k *rsa.PublicKey) { k.E = e }) }
	rows := []struct {
		rule string
		key  any
		want error
	}{
		{"unchanged", public(func(*rsa.PublicKey) {}), nil},
		{"modulus of 2048 bits", bits(2048), nil},
		{"modulus of 8192 bits", bits(8192), nil},
		{"exponent 3", exponent(3), nil},
		{"exponent of 31 bits", exponent(1<<31 - 1), nil},
		{"nothing", nil, jwks.ErrUnusableKey},
		{"nil", (*rsa.PublicKey)(nil), jwks.ErrUnusableKey},
		{"secret", []byte(strings.Repeat("k", 256)), jwks.ErrUnusableKey},
		{"EC key", new(ecdsa.PublicKey), jwks.ErrUnusableKey},
		{"private key", rsaKeys()[0], jwks.ErrUnusableKey},
		{"not a pointer", rsaKeys()[0].PublicKey, jwks.ErrUnusableKey},
		{"modulus missing", public(func(k *rsa.PublicKey) { k.N = nil }), jwks.ErrUnusableKey},
		{"modulus of 2047 bits", bits(2047), jwks.ErrUnusableKey},
		{"modulus of 8193 bits", bits(8193), jwks.ErrUnusableKey},
		{"modulus even", public(func(k *rsa.PublicKey) { k.N = new(big.Int).Lsh(k.N, 1) }), jwks.ErrUnusableKey},
		{"exponent zero", exponent(0), jwks.ErrUnusableKey},
		{"exponent 1", exponent(1), jwks.ErrUnusableKey},
		{"exponent negative", exponent(-3), jwks.ErrUnusableKey},
		{"exponent even", exponent(65536), jwks.ErrUnusableKey},
		{"exponent of 32 bits", exponent(1<<31 + 1), jwks.ErrUnusableKey},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			err := jwks.CheckKey(row.key)
			if !errors.Is(err, row.want) {
				t.Errorf("got error %v, want %v", err, row.want)
			}
		})
	}
}
