package jwks_test

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"testing"
)

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
