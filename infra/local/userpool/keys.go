package userpool

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/MicahParks/jwkset"
	bolt "go.etcd.io/bbolt"
)

const (
	keyBits = 2048

	// maxOldKeys bounds the key set: some verifiers refuse sets of more than a
	// hundred keys. Ten rotations stay good.
	maxOldKeys = 20
)

// A keySet is what one moment signs and accepts. It never changes; a rotation
// puts another in its place.
type keySet struct {
	access, id signingKey
	public     map[string]*rsa.PublicKey // by kid, old keys too
	document   []byte                    // the served key set, RFC 7517 section 5
}

type signingKey struct {
	kid string
	key *rsa.PrivateKey
}

// storedKeys is the key set in the state file. An old key's private half is
// gone: nothing may be signed with it again.
type storedKeys struct {
	Access, ID storedKey   // DER is PKCS #8
	Old        []storedKey // newest first; DER is PKIX
}

type storedKey struct {
	KID string
	DER []byte
}

// loadKeys puts the stored keys to use, or the pool's first ones.
func (p *Pool) loadKeys() error {
	stored, err := read(p, func(tx *bolt.Tx) (*storedKeys, error) { return get[storedKeys](tx, bucketPool, "keys") })
	if err != nil {
		return err
	}
	if stored == nil {
		return p.rotate(false)
	}
	set, err := stored.keySet()
	if err != nil {
		return err
	}
	p.keys.Store(set)
	return nil
}

// rotate makes new signing keys, used from its return on. The old public keys
// stay in the key set, unless they are revoked: then all of them leave it,
// those of earlier rotations too.
func (p *Pool) rotate(revoke bool) error {
	p.rotating.Lock()
	defer p.rotating.Unlock()

	next := newKeys()
	var set *keySet
	err := p.db.Update(func(tx *bolt.Tx) error {
		before, err := get[storedKeys](tx, bucketPool, "keys")
		if err != nil {
			return err
		}
		if before != nil && !revoke {
			if next.Old, err = before.retired(); err != nil {
				return err
			}
		}
		if set, err = next.keySet(); err != nil {
			return err
		}
		return put(tx, bucketPool, "keys", next)
	})
	if err != nil {
		return fmt.Errorf("userpool: rotate keys: %w", err)
	}
	p.keys.Store(set)
	return nil
}

func newKeys() *storedKeys {
	var keys storedKeys
	for _, k := range []*storedKey{&keys.Access, &keys.ID} {
		private := must(rsa.GenerateKey(rand.Reader, keyBits)) // crypto/rand.Reader never fails
		k.DER = must(x509.MarshalPKCS8PrivateKey(private))
		// Cognito's key ids are 44 characters of padded base64.
		k.KID = base64.StdEncoding.EncodeToString(randomBytes(32))
	}
	return &keys
}

// retired returns what a rotation leaves of these keys in the key set.
func (s *storedKeys) retired() ([]storedKey, error) {
	var old []storedKey
	for _, k := range []storedKey{s.Access, s.ID} {
		signing, err := k.signingKey()
		if err != nil {
			return nil, err
		}
		old = append(old, storedKey{k.KID, must(x509.MarshalPKIXPublicKey(&signing.key.PublicKey))})
	}
	old = append(old, s.Old...)
	return old[:min(len(old), maxOldKeys)], nil
}

func (s *storedKeys) keySet() (*keySet, error) {
	set := &keySet{}
	var err error
	if set.access, err = s.Access.signingKey(); err != nil {
		return nil, err
	}
	if set.id, err = s.ID.signingKey(); err != nil {
		return nil, err
	}
	set.public = map[string]*rsa.PublicKey{set.access.kid: &set.access.key.PublicKey, set.id.kid: &set.id.key.PublicKey}
	order := []string{set.id.kid, set.access.kid}
	for _, k := range s.Old {
		if set.public[k.KID], err = rsaKey[*rsa.PublicKey]("old key", x509.ParsePKIXPublicKey, k.DER); err != nil {
			return nil, err
		}
		order = append(order, k.KID)
	}
	var document jwkset.JWKSMarshal
	for _, kid := range order {
		jwk, err := jwkset.NewJWKFromKey(set.public[kid], jwkset.JWKOptions{
			Metadata: jwkset.JWKMetadataOptions{ALG: jwkset.AlgRS256, KID: kid, USE: jwkset.UseSig},
		})
		if err != nil { // an exponent that no key has
			return nil, fmt.Errorf("userpool: build key set: %w", err)
		}
		document.Keys = append(document.Keys, jwk.Marshal())
	}
	set.document = must(json.Marshal(document))
	return set, nil
}

func (k storedKey) signingKey() (signingKey, error) {
	key, err := rsaKey[*rsa.PrivateKey]("signing key", x509.ParsePKCS8PrivateKey, k.DER)
	return signingKey{k.KID, key}, err
}

// rsaKey reads one half of a stored key.
func rsaKey[Half any](name string, parse func([]byte) (any, error), der []byte) (half Half, err error) {
	key, _ := parse(der)
	half, ok := key.(Half)
	if !ok {
		return half, fmt.Errorf("userpool: read state: %s: no RSA key", name)
	}
	return half, nil
}
