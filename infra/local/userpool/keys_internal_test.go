package userpool

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// A rotation that cannot read the keys before it changes nothing.
func TestRotationOfADamagedKey(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	for name, damage := range map[string]func(*storedKeys){
		"signing": func(s *storedKeys) { s.ID.DER = nil },
		"old":     func(s *storedKeys) { s.Old[0].DER = nil },
	} {
		if err := p.rotate(false); err != nil {
			t.Fatal(err)
		}
		before := p.keys.Load()
		if err := p.db.Update(func(tx *bolt.Tx) error {
			stored, err := get[storedKeys](tx, bucketPool, "keys")
			if err != nil {
				return err
			}
			damage(stored)
			return put(tx, bucketPool, "keys", stored)
		}); err != nil {
			t.Fatal(err)
		}
		if err := p.rotate(false); err == nil || p.keys.Load() != before {
			t.Errorf("%s key: got %v, and another set: %t, want an error", name, err, p.keys.Load() != before)
		}
		if err := p.rotate(true); err != nil || p.keys.Load() == before { // which needs none of them
			t.Errorf("%s key, all are revoked: got %v, and another set: %t, want one", name, err, p.keys.Load() != before)
		}
	}
}

// A key set is made of all its keys or not at all.
func TestKeySetOfADamagedKey(t *testing.T) {
	t.Parallel()
	first, second := newKeys(), newKeys()
	var err error
	if second.Old, err = first.retired(); err != nil {
		t.Fatal(err)
	}
	if set, err := second.keySet(); err != nil || len(set.public) != 4 {
		t.Fatalf("the unchanged keys: got %v (%v), want 4", set, err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		key   *storedKey
		other []byte // of another kind of key
	}{
		"access": {&second.Access, private},
		"ID":     {&second.ID, private},
		"old":    {&second.Old[1], public},
	} {
		before := row.key.DER
		damaged := map[string][]byte{"cut": before[1:], "not RSA": row.other, "none": nil}
		if name == "old" { // x509 takes it
			damaged["exponent 1"] = bytes.Replace(before, []byte{2, 3, 1, 0, 1}, []byte{2, 1, 1, 0, 1}, 1)
		}
		for rule, der := range damaged {
			row.key.DER = der
			if set, err := second.keySet(); err == nil || set != nil {
				t.Errorf("%s key, %s: got a set, want an error", name, rule)
			}
			if _, err := second.retired(); (err == nil) != (name == "old") { // old keys go on as they are
				t.Errorf("%s key, %s: retired: got %v", name, rule, err)
			}
		}
		row.key.DER = before
	}
}
