package cognito_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

// BenchmarkVerify is the whole decision with the key at hand. Set it against
// BenchmarkSignature, which is the part of it that cannot be saved.
func BenchmarkVerify(b *testing.B) {
	r := offline(b)
	v, value := r.verifier(b), r.authorization(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(b.Context(), value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignature(b *testing.B) {
	segments := parts(b, access())
	signature, err := base64.RawURLEncoding.DecodeString(segments[2])
	if err != nil {
		b.Fatal(err)
	}
	signed, key := []byte(strings.Join(segments[:2], ".")), &keys().pool.Private.PublicKey
	b.ReportAllocs()
	for b.Loop() {
		digest := sha256.Sum256(signed)
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRefusal is what a token costs that could never pass: no key is
// looked up.
func BenchmarkRefusal(b *testing.B) {
	for _, row := range []row{
		{"alg", head("alg", "none"), cognito.ErrAlgorithm, 0},
		{"issuer", claim("iss", foreign), cognito.ErrIssuer, 0},
		{"expired", claim("exp", at.Unix()), cognito.ErrExpired, 0},
		{"segments", token(func(string) string { return strings.Repeat(".", 16<<10) }), cognito.ErrMalformed, 0},
	} {
		b.Run(row.rule, func(b *testing.B) {
			r := offline(b)
			row.change(r)
			v, value := r.verifier(b), r.authorization(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(b.Context(), value); cognito.ReasonOf(err) != row.want {
					b.Fatal(err)
				}
			}
		})
	}
}
