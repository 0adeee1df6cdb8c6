package jwks_test

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"strings"
	"testing"

	"github.com/MicahParks/jwkset"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/jwks"
)

// Each row changes one thing about a good key that is published beside another
// good one. A key that cannot be used is skipped alone.
func TestUnusableKeysAreSkipped(t *testing.T) {
	t.Parallel()
	rows := []struct {
		rule string
		edit func(member)
	}{
		{"oct key", whole(member{"kty": "oct", "alg": "HS256", "k": encode(modulus(256))})},
		{"EC key", whole(member{"kty": "EC", "alg": "ES256", "crv": "P-256", "x": encode(modulus(256)), "y": encode(modulus(255))})},
		{"Ed25519 key", whole(member{"kty": "OKP", "alg": "EdDSA", "crv": "Ed25519", "x": encode(modulus(256))})},
		{"encryption key", whole(member{"kty": "RSA", "alg": "RSA-OAEP-256", "use": "enc", "n": encode(modulus(2048)), "e": "AQAB"})},
		{"kty missing", without("kty")},
		{"kty oct", with("kty", "oct")},
		{"kty EC", with("kty", "EC")},
		{"kty OKP", with("kty", "OKP")},
		{"kty in lower case", with("kty", "rsa")},
		{"kty null", with("kty", nil)},
		{"kty a number", with("kty", 1)},
		{"kid missing", without("kid")},
		{"kid empty", with("kid", "")},
		{"kid of 257 bytes", with("kid", strings.Repeat("k", 257))},
		{"kid a number", with("kid", 7)},
		{"kid null", with("kid", nil)},
		{"use enc", with("use", "enc")},
		{"use in upper case", with("use", "SIG")},
		{"use unknown", with("use", "tls")},
		{"use an array", with("use", []string{"sig"})},
		{"key_ops without verify", with("key_ops", []string{"encrypt", "wrapKey"})},
		{"key_ops empty", with("key_ops", []string{})},
		{"key_ops with a null", with("key_ops", []any{"verify", nil})},
		{"key_ops that contradict use", with("key_ops", []string{"encrypt"})},
		{"key_ops a string", with("key_ops", "verify")},
		{"alg RS512", with("alg", "RS512")},
		{"alg PS256", with("alg", "PS256")},
		{"alg RSA-OAEP", with("alg", "RSA-OAEP")},
		{"alg HS256", with("alg", "HS256")},
		{"private exponent", with("d", "AQAB")},
		{"first prime", with("p", "AQAB")},
		{"second prime", with("q", "AQAB")},
		{"first CRT exponent", with("dp", "AQAB")},
		{"second CRT exponent", with("dq", "AQAB")},
		{"CRT coefficient", with("qi", "AQAB")},
		{"further primes", with("oth", []string{})},
		{"secret", with("k", "AQAB")},
		{"private exponent empty", with("d", "")},
		{"modulus missing", without("n")},
		{"modulus of 1024 bits", with("n", encode(modulus(1024)))},
		{"modulus of 2047 bits", with("n", encode(modulus(2047)))},
		{"modulus of 8193 bits", with("n", encode(modulus(8193)))},
		{"modulus even", with("n", encode(new(big.Int).Sub(modulus(2048), big.NewInt(1))))},
		{"modulus null", with("n", nil)},
		{"modulus in the standard alphabet", with("n", base64.RawStdEncoding.EncodeToString(ones().Bytes()))},
		{"modulus with bits after the last byte", with("n", strings.TrimSuffix(encode(ones()), "w")+"x")},
		{"modulus with more after it", with("n", strings.Repeat("_", 344)+".")},
		{"modulus with padding inside", with("n", "="+encode(ones()))},
		{"certificate in place of modulus and exponent", whole(member{"kty": "RSA", "alg": "RS256", "use": "sig", "x5c": []string{"MIIB"}})},
		{"exponent missing", without("e")},
		{"exponent null", with("e", nil)},
		{"exponent with more after it", with("e", "AQAB.")},
		{"exponent zero", with("e", exponent(0))},
		{"exponent 1", with("e", exponent(1))},
		{"exponent 2", with("e", exponent(2))},
		{"exponent even", with("e", exponent(65536))},
		{"exponent of 32 bits", with("e", exponent(1<<31+1))},
		{"exponent 2^32+65537", with("e", exponent(1<<32+65537))},
		{"exponent 2^64+65537", with("e", encode(new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 64), big.NewInt(65537))))},
		{"exponent a number", with("e", 65537)},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			bad := good("second", row.edit)

			beside := newEndpoint(t, serve(setOf(good("first"), bad)))
			set, _ := newSet(t, beside)
			wantKey(t, set, "first")
			if got, want := cachedKIDs(t, set), []string{"first"}; !cmp.Equal(got, want) {
				t.Errorf("got keys %q, want %q", got, want)
			}
			beside.wantRequests(t, 1)
			wantError(t, set, "second", jwkset.ErrKeyNotFound)
			beside.wantRequests(t, 2)

			alone := newEndpoint(t, serve(setOf(bad)))
			set, _ = newSet(t, alone)
			wantError(t, set, "second", jwks.ErrUnavailable)
			alone.wantRequests(t, 1)
		})
	}
}

// Each row changes one thing about a good key that does not matter.
func TestUsableKeys(t *testing.T) {
	t.Parallel()
	rows := []struct {
		rule string
		edit func(member)
	}{
		{"unchanged", func(member) {}},
		{"use missing", without("use")},
		{"alg missing", without("alg")},
		{"use null", with("use", nil)},
		{"use empty", with("use", "")},
		{"alg null", with("alg", nil)},
		{"alg empty", with("alg", "")},
		{"key_ops null", with("key_ops", nil)},
		{"key_ops with verify", with("key_ops", []string{"sign", "verify"})},
		{"key_ops with verify and unknown ones", with("key_ops", []string{"verify", "audit"})},
		{"private members null", func(k member) {
			for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
				k[name] = nil
			}
		}},
		{"kid of 256 bytes", with("kid", strings.Repeat("k", 256))},
		{"kid like a path", with("kid", "../../etc/passwd")},
		{"modulus of 8192 bits", with("n", encode(modulus(8192)))},
		{"modulus of ones", with("n", encode(ones()))},
		{"exponent 3", with("e", exponent(3))},
		{"exponent of 31 bits", with("e", exponent(1<<31-1))},
		{"certificates and their URL", func(k member) { k["x5u"], k["x5c"] = "https://192.0.2.1/", []string{"MIIB"} }},
		{"certificates null", func(k member) { k["x5u"], k["x5c"], k["x5t"] = nil, nil, nil }},
		{"certificates as one string", with("x5c", "MIIB")},
		{"members nobody knows", with("issued", map[string]any{"by": []int{1}})},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			key := good("first", row.edit)
			e := newEndpoint(t, serve(setOf(key)))
			set, _ := newSet(t, e)
			wantKey(t, set, key["kid"].(string))
			e.wantRequests(t, 1)
		})
	}
}

// A key id that names two keys names none. The same key twice is one key.
func TestKeyIDsThatAreThereTwice(t *testing.T) {
	t.Parallel()
	other := with("n", encode(rsaKeys()[1].N))
	e := newEndpoint(t, serve(setOf(good("first"), good("first"), good("twice"), good("twice", other), good("twice", other),
		good("thrice"), good("thrice", with("e", exponent(3))), good("thrice"))))
	set, _ := newSet(t, e)
	wantKey(t, set, "first")
	e.wantRequests(t, 1)
	wantError(t, set, "twice", jwkset.ErrKeyNotFound)
	wantError(t, set, "thrice", jwkset.ErrKeyNotFound)
	e.wantRequests(t, 2)
}

// A document is good or bad as a whole.
func TestDocuments(t *testing.T) {
	t.Parallel()
	key := marshal(good("first"))
	rows := []struct {
		rule, document string
		good           bool
	}{
		{"unchanged", `{"keys":[` + key + `]}`, true},
		{"members nobody knows", `{"keys":[` + key + `],"next":{"a":[1]}}`, true},
		{"100 keys", setOf(many(100)...), true},
		{"101 keys", setOf(many(101)...), false},
		{"10,000 keys", setOf(many(10_000)...), false},
		{"empty", ``, false},
		{"null", `null`, false},
		{"an array", `[` + key + `]`, false},
		{"a bare key", key, false},
		{"no keys", `{}`, false},
		{"keys null", `{"keys":null}`, false},
		{"keys empty", `{"keys":[]}`, false},
		{"a null among the keys", `{"keys":[null,` + key + `]}`, true},
		{"nothing but a null among the keys", `{"keys":[null]}`, false},
		{"a byte order mark", "\ufeff" + `{"keys":[` + key + `]}`, true},
		{"two byte order marks", "\ufeff\ufeff" + `{"keys":[` + key + `]}`, false},
		{"UTF-16", utf16(`{"keys":[` + key + `]}`), false},
		{"keys an object", `{"keys":{"first":` + key + `}}`, false},
		{"keys in upper case", `{"KEYS":[` + key + `]}`, false},
		{"keys twice", `{"keys":[],"keys":[` + key + `]}`, false},
		{"a member of a key twice", `{"keys":[{"kid":"x",` + key[1:] + `]}`, false},
		{"a key that is no object", `{"keys":["` + "first" + `"]}`, false},
		{"trailing bytes", `{"keys":[` + key + `]} x`, false},
		{"cut short", `{"keys":[` + key + `]`, false},
		{"not UTF-8", `{"keys":[` + key + "],\"x\":\"\xff\"}", false},
		{"HTML", `<!doctype html><title>down</title>`, false},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			err := jwks.CheckDocument([]byte(row.document))
			if got := err == nil; got != row.good {
				t.Errorf("got error %v, want a good document: %t", err, row.good)
			}
			_, err = jwks.New(jwks.Config{URL: "https://pool.example/", Seed: []byte(row.document)})
			if got := err == nil; got != row.good {
				t.Errorf("as a seed: got error %v, want a good document: %t", err, row.good)
			}
		})
	}
}

// whole makes another key of one, and leaves it only the kid.
func whole(other member) func(member) {
	return func(k member) {
		kid := k["kid"]
		clear(k)
		maps.Copy(k, other)
		k["kid"] = kid
	}
}

func without(name string) func(member) { return func(k member) { delete(k, name) } }

// utf16 encodes ASCII text in little-endian order, with a byte order mark.
func utf16(text string) string {
	encoded := "\xff\xfe"
	for _, c := range []byte(text) {
		encoded += string([]byte{c, 0})
	}
	return encoded
}

func exponent(i int64) string { return encode(big.NewInt(i)) }

// modulus is an odd number of so many bits. Nobody signs with it.
func modulus(bits uint) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return n.SetBit(n, 0, 1)
}

// ones is the modulus of 2048 bits whose text is 341 times _, and w.
func ones() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), 2048)
	return n.Sub(n, big.NewInt(1))
}

func many(n int) []member {
	keys := make([]member, n)
	for i := range keys {
		keys[i] = good(big.NewInt(int64(i)).String())
	}
	return keys
}

func marshal(k member) string {
	document, err := json.Marshal(k)
	if err != nil {
		panic(err)
	}
	return string(document)
}

func cachedKIDs(t testing.TB, set *jwks.Set) []string {
	t.Helper()
	all, err := set.Marshal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var kids []string
	for _, key := range all.Keys {
		kids = append(kids, key.KID)
	}
	return kids
}

// Each row writes the numbers of a good key in another way that changes neither.
// The set holds the same key, and shows it as RFC 7518 section 6.3.1 says.
func TestNumbersWrittenInAnotherWay(t *testing.T) {
	t.Parallel()
	public := rsaKeys()[0].PublicKey
	e := big.NewInt(int64(public.E))
	rows := []struct{ rule, n, e string }{
		{"unchanged", encode(public.N), encode(e)},
		{"a leading zero byte in n", withZeros(1, public.N), encode(e)},
		{"two leading zero bytes in n", withZeros(2, public.N), encode(e)},
		{"a leading zero byte in e", encode(public.N), withZeros(1, e)},
		{"e of eight bytes", encode(public.N), withZeros(5, e)},
		{"padding in n", encode(public.N) + "==", encode(e)},
		{"padding in e", encode(public.N), withZeros(1, e) + "=="},
		{"a leading zero byte and padding", withZeros(1, public.N) + "=", withZeros(1, e) + "=="},
		{"line breaks in n", encode(public.N)[:76] + "\r\n" + encode(public.N)[76:] + "\n", encode(e)},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			endpoint := newEndpoint(t, serve(setOf(good("first", with("n", row.n), with("e", row.e)))))
			set, _ := newSet(t, endpoint)
			key, err := set.KeyRead(t.Context(), "first")
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := key.Key().(*rsa.PublicKey); !ok || !got.Equal(&public) {
				t.Error("got another key")
			}
			checkEqual(t, [2]string{key.Marshal().N, key.Marshal().E}, [2]string{encode(public.N), encode(e)})
			endpoint.wantRequests(t, 1)
		})
	}
}

// withZeros encodes a number with leading zero bytes, as those libraries do that
// put a sign bit before it.
func withZeros(n int, i *big.Int) string {
	return base64.RawURLEncoding.EncodeToString(append(make([]byte, n), i.Bytes()...))
}
