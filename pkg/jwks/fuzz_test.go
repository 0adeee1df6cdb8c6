package jwks_test

import (
	"bytes"
	"crypto/rsa"
	"os"
	"path/filepath"
	"testing"

	"github.com/notegate/notegate/pkg/jwks"
)

// FuzzKeySet reads any document. What is cached from it can verify RS256
// signatures and nothing else, and reads back as the same set.
func FuzzKeySet(f *testing.F) {
	f.Fuzz(func(t *testing.T, document []byte) {
		if document == nil {
			document = []byte{}
		}
		set, err := jwks.New(jwks.Config{URL: "https://pool.example", Seed: document})
		if err != nil {
			return
		}
		kids := cachedKIDs(t, set)
		if len(kids) == 0 || len(kids) > 100 {
			t.Fatalf("got %d keys, want 1 to 100", len(kids))
		}
		for _, kid := range kids {
			key, err := set.KeyRead(t.Context(), kid)
			if err != nil {
				t.Fatal(err)
			}
			public, ok := key.Key().(*rsa.PublicKey)
			if !ok {
				t.Fatalf("got a %T, want *rsa.PublicKey", key.Key())
			}
			if bits := public.N.BitLen(); bits < 2048 || bits > 8192 || public.N.Bit(0) == 0 {
				t.Errorf("got a modulus of %d bits, want an odd one of 2048 to 8192", bits)
			}
			if e := public.E; e < 3 || e%2 == 0 || e > 1<<31-1 {
				t.Errorf("got the exponent %d", e)
			}
			if kid == "" || len(kid) > 256 {
				t.Errorf("got a kid of %d bytes", len(kid))
			}
		}
		text, err := set.JSON(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, private := range []string{`"d":`, `"p":`, `"q":`, `"k":`} {
			if bytes.Contains(text, []byte(private)) {
				t.Errorf("the set shows the private member %s", private)
			}
		}
		again, err := jwks.New(jwks.Config{URL: "https://pool.example", Seed: text})
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
		checkEqual(t, cachedKIDs(t, again), kids)
	})
}

// Without a corpus a fuzz target would run on nothing, and pass.
func TestFuzzCorpusIsThere(t *testing.T) {
	t.Parallel()
	corpus, err := filepath.Glob("testdata/fuzz/FuzzKeySet/*")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(corpus), 20; got < want {
		t.Errorf("got %d inputs, want at least %d", got, want)
	}
	for _, file := range corpus {
		if text, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(text, []byte("go test fuzz v1\n")) {
			t.Errorf("%s is not an input", file)
		}
	}
}
