package cognito_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/jwks"
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
		{"alg", head("alg", "none"), cognito.ReasonAlgorithm, 0},
		{"issuer", claim("iss", foreign), cognito.ReasonIssuer, 0},
		{"expired", claim("exp", at.Unix()), cognito.ReasonExpired, 0},
		{"segments", token(func(string) string { return strings.Repeat(".", 16<<10) }), cognito.ReasonMalformed, 0},
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

// BenchmarkPlain is golang-jwt with keyfunc as their documentation shows them,
// and the checks of a user pool's token that they leave to the caller.
func BenchmarkPlain(b *testing.B) {
	r := offline(b)
	set, err := jwks.New(jwks.Config{URL: issuer + jwksPath, Seed: r.keySets.Seed, Now: r.config.Now})
	if err != nil {
		b.Fatal(err)
	}
	keys, err := keyfunc.New(keyfunc.Options{Storage: set})
	if err != nil {
		b.Fatal(err)
	}
	for name, change := range map[string]func(*request){"good": func(*request) {}, "expired": claim("exp", at.Unix())} {
		b.Run(name, func(b *testing.B) {
			change(r)
			raw := strings.TrimPrefix(r.authorization(b), "Bearer ")
			b.ReportAllocs()
			for b.Loop() {
				token, err := jwt.Parse(raw, keys.KeyfuncCtx(b.Context()), jwt.WithValidMethods([]string{"RS256"}),
					jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithTimeFunc(r.config.Now))
				if (err == nil) != (name == "good") {
					b.Fatal(err)
				}
				if claims := token.Claims.(jwt.MapClaims); claims["token_use"] != "access" || claims["client_id"] != clientID {
					b.Fatal("of another kind")
				}
			}
		})
	}
}
