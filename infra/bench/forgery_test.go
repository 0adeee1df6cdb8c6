package main

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha512"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// A forgery is a token whose parts can be spelled in any way before the pool
// signs them.
type forgery struct {
	header, payload string
	encoding        *base64.Encoding
	hash            crypto.Hash
	key             *rsa.PrivateKey
}

// forge starts from the pool's good token.
func forge(t *testing.T, p *pool, now time.Time) forgery {
	t.Helper()
	f := forgery{encoding: base64.RawURLEncoding, hash: crypto.SHA256, key: p.key}
	token, err := p.token(now)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	for i, text := range []*string{&f.header, &f.payload} {
		decoded, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		*text = string(decoded)
	}
	return f
}

// claim gives a claim that is there another value, as JSON.
func (f *forgery) claim(name, value string) {
	before, rest, ok := strings.Cut(f.payload, `"`+name+`":`)
	if !ok {
		panic("no claim " + name)
	}
	end := strings.IndexAny(rest, ",}") // none of those changed has one inside
	f.payload = before + `"` + name + `":` + value + rest[end:]
}

// drop takes a claim away, which is not the last one.
func (f *forgery) drop(name string) {
	f.claim(name, "0")
	f.payload = strings.Replace(f.payload, `"`+name+`":0,`, "", 1)
}

// member adds to the header.
func (f *forgery) member(text string) { f.header = f.header[:len(f.header)-1] + "," + text + "}" }

// token is what the pool's key signs.
func (f forgery) token(t *testing.T) string {
	t.Helper()
	signed := f.encoding.EncodeToString([]byte(f.header)) + "." + f.encoding.EncodeToString([]byte(f.payload))
	digest := f.hash.New()
	digest.Write([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, f.key, f.hash, digest.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + f.encoding.EncodeToString(signature)
}
