package cognito_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

func TestSignature(t *testing.T) {
	t.Parallel()
	bad := func(rule string, change func([]byte) []byte) row {
		return row{rule, signature(change), cognito.ReasonSignature, 1}
	}
	flip := func(at int) func([]byte) []byte {
		return func(s []byte) []byte { s[(len(s)+at)%len(s)] ^= 1; return s }
	}
	run(t, access, []row{
		bad("first bit changed", flip(0)),
		bad("last bit changed", flip(-1)),
		bad("truncated", func(s []byte) []byte { return s[:len(s)-1] }),
		bad("truncated to a byte", func(s []byte) []byte { return s[:1] }),
		bad("without its first byte", func(s []byte) []byte { return s[1:] }),
		bad("extended", func(s []byte) []byte { return append(s, 0) }),
		bad("extended at its beginning", func(s []byte) []byte { return append([]byte{0}, s...) }),
		bad("twice", func(s []byte) []byte { return append(s, s...) }),
		bad("zero", func(s []byte) []byte { return make([]byte, len(s)) }),
		bad("one", func(s []byte) []byte { return append(make([]byte, len(s)-1), 1) }),
		bad("the modulus", func([]byte) []byte { return keys().pool.Private.N.Bytes() }),
		bad("all ones", func(s []byte) []byte { return bytes.Repeat([]byte{0xff}, len(s)) }),
		{"of another token", token(func(string) string {
			mine, theirs := parts(t, access()), parts(t, from(access, claim("sub", otherUser))())
			return mine[0] + "." + mine[1] + "." + theirs[2]
		}), cognito.ReasonSignature, 1},
		{"payload of another token", token(func(string) string {
			mine, theirs := parts(t, access()), parts(t, from(access, claim("sub", otherUser))())
			return mine[0] + "." + theirs[1] + "." + mine[2]
		}), cognito.ReasonSignature, 1},
		{"header of another token", token(func(string) string {
			mine, theirs := parts(t, access()), parts(t, from(access, head("typ", "JWT"))())
			return theirs[0] + "." + mine[1] + "." + mine[2]
		}), cognito.ReasonSignature, 1},
		{"of a stranger under our kid", signedBy(keys().stranger), cognito.ReasonSignature, 1},
		{"RS384 under alg RS256", method(jwt.SigningMethodRS384), cognito.ReasonSignature, 1},
		{"RS512 under alg RS256", method(jwt.SigningMethodRS512), cognito.ReasonSignature, 1},
		{"PS256 under alg RS256", method(jwt.SigningMethodPS256), cognito.ReasonSignature, 1},
		{"HS256 under alg RS256", both(alg(jwt.SigningMethodHS256, keys().pool.Private.N.Bytes()), head("alg", "RS256")), cognito.ReasonSignature, 1},
	})
}

// Two pools use the same kid for different keys: each key signs for its own.
func TestSameKIDInTwoPools(t *testing.T) {
	t.Parallel()
	two := twoPools(t, cognitotest.Key{KID: keys().pool.KID, Private: keys().stranger.Private})
	run(t, two, []row{
		{"of the other pool, by its key", both(claim("iss", foreign), signedBy(keys().stranger)), "", 1},
		{"of this pool, by the other's key", signedBy(keys().stranger), cognito.ReasonSignature, 1},
	})

	r := two()
	r.claims["iss"] = foreign
	_, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
	if got, want := wantRefusal(t, err, cognito.ReasonSignature).Pool, "eu-west-1_Stranger"; got != want {
		t.Errorf("got pool %q, want %q", got, want)
	}
	if got, want := r.cloud.asked[0], foreign+jwksPath; got != want || len(r.cloud.asked) != 1 {
		t.Errorf("got requests %q, want one for %q", r.cloud.asked, want)
	}
}

// Two pools use different kids: that of the other pool is unknown, although this
// verifier trusts it, and whether or not its key set is at hand.
func TestKIDOfTheOtherPool(t *testing.T) {
	t.Parallel()
	two := twoPools(t, keys().stranger)
	kid := head("kid", keys().stranger.KID)
	theirs := both(kid, signedBy(keys().stranger))
	run(t, two, []row{
		{"of the other pool, by its key", both(claim("iss", foreign), theirs), "", 1},
		{"under the other pool's kid", kid, cognito.ReasonUnknownKey, 1},
		{"under the other pool's kid, and signed there", theirs, cognito.ReasonUnknownKey, 1},
	})

	r := two()
	v := r.verifier(t)
	for _, step := range []struct {
		rule   string
		change func(*request)
		want   cognito.Reason
	}{
		{"of the other pool", both(claim("iss", foreign), theirs), ""},
		{"under the kid it has just shown", theirs, cognito.ReasonUnknownKey},
	} {
		_, err := v.Verify(t.Context(), from(two, step.change)().authorization(t))
		if got := cognito.ReasonOf(err); got != step.want {
			t.Errorf("%s: got reason %q, want %q", step.rule, got, step.want)
		}
	}
	if diff := cmp.Diff([]string{foreign + jwksPath, issuer + jwksPath}, r.cloud.asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// twoPools is a good request to a verifier of two pools, the second of which
// publishes theirs.
func twoPools(t *testing.T, theirs cognitotest.Key) func() *request {
	t.Helper()
	pool, err := cognito.PoolByID("eu-west-1_Stranger")
	if err != nil {
		t.Fatal(err)
	}
	return from(access, func(r *request) {
		r.cloud.published = map[string][]cognitotest.Key{issuer: {keys().pool}, foreign: {theirs}}
		r.config.Pools = append(r.config.Pools, pool)
	})
}

// signature changes the bytes of the signature.
func signature(change func([]byte) []byte) func(*request) {
	return token(func(token string) string {
		signed := token[:strings.LastIndex(token, ".")+1]
		bytes, err := base64.RawURLEncoding.DecodeString(token[len(signed):])
		if err != nil {
			panic(err)
		}
		return signed + base64.RawURLEncoding.EncodeToString(change(bytes))
	})
}

func method(m jwt.SigningMethod) func(*request) { return func(r *request) { r.method = m } }

// parts are the segments of a request's token.
func parts(t testing.TB, r *request) []string {
	t.Helper()
	return strings.Split(strings.TrimPrefix(r.authorization(t), "Bearer "), ".")
}
