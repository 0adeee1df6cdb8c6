package cognito_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

func TestAlgorithm(t *testing.T) {
	t.Parallel()
	const none = jwt.UnsafeAllowNoneSignatureType
	public, err := x509.MarshalPKIXPublicKey(&keys().pool.Private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	inPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	rsa := keys().pool.Private
	run(t, access, []row{
		{"none", head("alg", "none"), cognito.ReasonAlgorithm, 0},
		{"None", head("alg", "None"), cognito.ReasonAlgorithm, 0},
		{"NONE", head("alg", "NONE"), cognito.ReasonAlgorithm, 0},
		{"nOnE", head("alg", "nOnE"), cognito.ReasonAlgorithm, 0},
		{"none and no signature", alg(jwt.SigningMethodNone, none), cognito.ReasonMalformed, 0},
		{"RS256 and no signature", both(alg(jwt.SigningMethodNone, none), head("alg", "RS256")), cognito.ReasonMalformed, 0},
		{"HS256 with the public key in PEM", alg(jwt.SigningMethodHS256, inPEM), cognito.ReasonAlgorithm, 0},
		{"HS256 with the public key in DER", alg(jwt.SigningMethodHS256, public), cognito.ReasonAlgorithm, 0},
		{"HS256 with the modulus", alg(jwt.SigningMethodHS256, rsa.N.Bytes()), cognito.ReasonAlgorithm, 0},
		{"HS256 with nothing", alg(jwt.SigningMethodHS256, []byte{}), cognito.ReasonAlgorithm, 0},
		{"HS384", alg(jwt.SigningMethodHS384, inPEM), cognito.ReasonAlgorithm, 0},
		{"HS512", alg(jwt.SigningMethodHS512, inPEM), cognito.ReasonAlgorithm, 0},
		{"RS384", alg(jwt.SigningMethodRS384, rsa), cognito.ReasonAlgorithm, 0},
		{"RS512", alg(jwt.SigningMethodRS512, rsa), cognito.ReasonAlgorithm, 0},
		{"PS256", alg(jwt.SigningMethodPS256, rsa), cognito.ReasonAlgorithm, 0},
		{"PS512", alg(jwt.SigningMethodPS512, rsa), cognito.ReasonAlgorithm, 0},
		{"ES256", alg(jwt.SigningMethodES256, keys().ec), cognito.ReasonAlgorithm, 0},
		{"EdDSA", alg(jwt.SigningMethodEdDSA, keys().ed), cognito.ReasonAlgorithm, 0},
		{"in lower case", head("alg", "rs256"), cognito.ReasonAlgorithm, 0},
		{"with a blank", head("alg", "RS256 "), cognito.ReasonAlgorithm, 0},
		{"with a NUL", head("alg", "RS256\x00"), cognito.ReasonAlgorithm, 0},
		{"missing", noHead("alg"), cognito.ReasonAlgorithm, 0},
		{"empty", head("alg", ""), cognito.ReasonAlgorithm, 0},
		{"null", head("alg", nil), cognito.ReasonMalformed, 0},
		{"number", head("alg", 256), cognito.ReasonMalformed, 0},
		{"array", head("alg", []string{"RS256"}), cognito.ReasonMalformed, 0},
	})
}

func TestKeyID(t *testing.T) {
	t.Parallel()
	run(t, access, []row{
		{"missing", noHead("kid"), cognito.ReasonMalformed, 0},
		{"empty", head("kid", ""), cognito.ReasonMalformed, 0},
		{"null", head("kid", nil), cognito.ReasonMalformed, 0},
		{"number", head("kid", 12345678), cognito.ReasonMalformed, 0},
		{"array", head("kid", []string{keys().pool.KID}), cognito.ReasonMalformed, 0},
		{"object", head("kid", map[string]any{"kid": keys().pool.KID}), cognito.ReasonMalformed, 0},
		{"of 256 bytes", head("kid", strings.Repeat("kid ", 64)), cognito.ReasonUnknownKey, 1},
		{"of 257 bytes", head("kid", strings.Repeat("k", 257)), cognito.ReasonMalformed, 0},
		{"of 10 KB", head("kid", strings.Repeat("k", 10_000)), cognito.ReasonMalformed, 0},
		{"like a path", head("kid", "../../../../etc/passwd"), cognito.ReasonUnknownKey, 1},
		{"like a URL", head("kid", "https://attacker.example/jwks.json"), cognito.ReasonUnknownKey, 1},
		{"like a query", head("kid", "x' UNION SELECT 'secret"), cognito.ReasonUnknownKey, 1},
		{"with lines", head("kid", "first line\r\nsecond line"), cognito.ReasonUnknownKey, 1},
		{"in another case", head("kid", strings.ToLower(keys().pool.KID)), cognito.ReasonUnknownKey, 1},
		{"with a blank", head("kid", keys().pool.KID+" "), cognito.ReasonUnknownKey, 1},
		{"of another pool", head("kid", keys().stranger.KID), cognito.ReasonUnknownKey, 1},
		{"of another pool, and signed there", both(head("kid", keys().stranger.KID), signedBy(keys().stranger)), cognito.ReasonUnknownKey, 1},
	})
}

// Whatever a header brings along to be verified with, or otherwise than as a
// plain signature, is refused and never followed.
func TestHeaderExtensions(t *testing.T) {
	t.Parallel()
	stranger := keys().stranger.Private
	own := map[string]any{
		"kty": "RSA", "alg": "RS256", "kid": keys().pool.KID,
		"n": base64.RawURLEncoding.EncodeToString(stranger.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(stranger.E)).Bytes()),
	}
	rows := []row{
		{"key embedded, and signed with it", both(head("jwk", own), signedBy(keys().stranger)), cognito.ReasonMalformed, 0},
	}
	for name, values := range map[string][]any{
		"crit": {[]string{"exp"}, []string{}, "exp", nil},
		"b64":  {false, true, nil},
		"jwk":  {own, nil, "", map[string]any{}},
		"jku":  {"https://attacker.example/jwks.json", issuer + jwksPath, nil},
		"x5c":  {[]string{"MIIB"}, nil},
		"x5u":  {"https://attacker.example/certificate", nil},
	} {
		for _, value := range values {
			rows = append(rows, row{name + " " + text(map[string]any{"": value}), head(name, value), cognito.ReasonMalformed, 0})
		}
	}
	run(t, access, append(rows,
		row{"typ JWT", head("typ", "JWT"), "", 1},
		row{"typ at+jwt", head("typ", "at+jwt"), "", 1},
		row{"typ a number", head("typ", 1), "", 1},
		row{"thumbprint", head("x5t", "c2hhMQ"), "", 1},
		row{"number beyond a float64", headerText(func(s string) string { return `{"note":1e400,` + s[1:] }), cognito.ReasonMalformed, 0},
		row{"member nobody knows", head("note", map[string]any{"alg": "none", "kid": 1}), "", 1},
	))
}

// alg signs with another algorithm, and says so.
func alg(method jwt.SigningMethod, key any) func(*request) {
	return func(r *request) {
		r.header["alg"] = method.Alg()
		r.method, r.key = method, key
	}
}

// signedBy signs with another key, under the same kid.
func signedBy(key cognitotest.Key) func(*request) {
	return func(r *request) { r.key = key.Private }
}
