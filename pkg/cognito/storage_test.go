package cognito_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/jwks"
)

// An issuer takes any storage for its keys, and holds it to the rules of a
// jwks.Set: whatever is in there, a token that passes is signed by a strong RSA
// key with that kid, for signatures with RS256.
func TestKeysOfAnyStorage(t *testing.T) {
	t.Parallel()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	public := &keys().pool.Private.PublicKey
	for rule, row := range map[string]struct {
		stored jwkset.Storage
		change func(*request)
		want   cognito.Reason
	}{
		"the pool's key":             {storage{keys().pool.KID, public, "RS256", "sig"}.make(t), nil, ""},
		"without alg and use":        {storage{keys().pool.KID, public, "", ""}.make(t), nil, ""},
		"another key under that kid": {storage{keys().pool.KID, &keys().stranger.Private.PublicKey, "RS256", "sig"}.make(t), nil, cognito.ReasonSignature},
		"the key under another kid":  {storage{"another", public, "RS256", "sig"}.make(t), nil, cognito.ReasonUnknownKey},
		"for encryption":             {storage{keys().pool.KID, public, "RS256", "enc"}.make(t), nil, cognito.ReasonUnknownKey},
		"for another algorithm":      {storage{keys().pool.KID, public, "RS512", "sig"}.make(t), nil, cognito.ReasonUnknownKey},
		"of 1024 bits":               {storage{keys().pool.KID, &weak.PublicKey, "RS256", "sig"}.make(t), func(r *request) { r.key = weak }, cognito.ReasonUnknownKey},
		"a secret":                   {storage{keys().pool.KID, []byte(strings.Repeat("s", 32)), "", ""}.make(t), nil, cognito.ReasonUnknownKey},
		"a kid that is not asked":    {anyKID{storage{"another", public, "RS256", "sig"}.make(t)}, nil, cognito.ReasonUnknownKey},
		"for encryption, by key_ops": {keyOps{storage{keys().pool.KID, public, "", ""}.make(t), []jwkset.KEYOPS{jwkset.KeyOpsEncrypt}}, nil, cognito.ReasonUnknownKey},
		"for nothing, by key_ops":    {keyOps{storage{keys().pool.KID, public, "", ""}.make(t), []jwkset.KEYOPS{}}, nil, cognito.ReasonUnknownKey},
		"for signatures, by key_ops": {keyOps{storage{keys().pool.KID, public, "", ""}.make(t), []jwkset.KEYOPS{jwkset.KeyOpsVerify}}, nil, ""},
		"the pool's private key":     {storage{keys().pool.KID, keys().pool.Private, "RS256", "sig"}.make(t), nil, cognito.ReasonUnknownKey},
		"one that fails":             {failing{jwkset.NewMemoryStorage(), errors.New("hidden detail")}, nil, cognito.ReasonKeysUnavailable},
		"one whose own token ran out": {
			failing{jwkset.NewMemoryStorage(), errors.Join(jwt.ErrTokenInvalidClaims, jwt.ErrTokenExpired)}, nil, cognito.ReasonKeysUnavailable,
		},
		"one that reads a malformed token": {failing{jwkset.NewMemoryStorage(), jwt.ErrTokenMalformed}, nil, cognito.ReasonKeysUnavailable},
		"one behind a bad signature":       {failing{jwkset.NewMemoryStorage(), jwt.ErrTokenSignatureInvalid}, nil, cognito.ReasonKeysUnavailable},
		"one that is unreachable": {
			failing{jwkset.NewMemoryStorage(), errors.Join(jwkset.ErrKeyNotFound, &jwks.UnavailableError{Cause: errors.New("hidden\ndetail")})}, nil, cognito.ReasonKeysUnavailable,
		},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			r := access()
			if row.change != nil {
				row.change(r)
			}
			cfg := r.config
			cfg.Pools = []cognito.UserPool{{Name: poolID, Issuers: []cognito.Issuer{{URL: issuer, Keys: row.stored}}}}
			v, err := cognito.NewVerifier(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := v.Prefetch(t.Context()); err != nil {
				t.Errorf("prefetch: %v", err)
			}
			_, err = v.Verify(t.Context(), r.authorization(t))
			if row.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if text := wantRefusal(t, err, row.want).Error(); strings.Contains(text, "hidden") {
				t.Errorf("the error %q quotes the storage's", text)
			}
		})
	}
}

// A storage of one key.
type storage struct {
	kid      string
	key      any
	alg, use string
}

func (s storage) make(t testing.TB) jwkset.Storage {
	t.Helper()
	key, err := jwkset.NewJWKFromKey(s.key, jwkset.JWKOptions{
		Marshal:  jwkset.JWKMarshalOptions{Private: true},
		Metadata: jwkset.JWKMetadataOptions{KID: s.kid, ALG: jwkset.ALG(s.alg), USE: jwkset.USE(s.use)},
	})
	if err != nil {
		t.Fatal(err)
	}
	memory := jwkset.NewMemoryStorage()
	if err := memory.KeyWrite(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	return memory
}

// anyKID returns the only key, whatever kid is asked for.
type anyKID struct{ jwkset.Storage }

func (s anyKID) KeyRead(ctx context.Context, _ string) (jwkset.JWK, error) {
	return s.Storage.KeyRead(ctx, "another")
}

type failing struct {
	jwkset.Storage
	err error
}

func (f failing) KeyRead(context.Context, string) (jwkset.JWK, error) { return jwkset.JWK{}, f.err }

// keyOps returns the key with these key_ops.
type keyOps struct {
	jwkset.Storage
	only []jwkset.KEYOPS
}

func (s keyOps) KeyRead(ctx context.Context, kid string) (jwkset.JWK, error) {
	key, err := s.Storage.KeyRead(ctx, kid)
	if err != nil {
		return jwkset.JWK{}, err
	}
	m := key.Marshal()
	m.KEYOPS = s.only
	return jwkset.NewJWKFromMarshal(m, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{SkipAll: true})
}

// A nil storage is refused when the verifier is made, not by a panic later, and none
// is asked for keys to be tried in turn.
func TestStoragesThatCannotServe(t *testing.T) {
	t.Parallel()
	r := access()
	cfg := r.config
	for _, none := range []jwkset.Storage{(*jwks.Set)(nil), (*jwkset.MemoryJWKSet)(nil)} {
		cfg.Pools = []cognito.UserPool{{Name: poolID, Issuers: []cognito.Issuer{{URL: issuer, Keys: none}}}}
		if v, err := cognito.NewVerifier(cfg); err == nil || v != nil {
			t.Errorf("a nil %T: got %v, %v, want an error", none, v, err)
		}
	}
	cfg.Pools[0].Issuers[0].Keys = storage{keys().pool.KID, &keys().pool.Private.PublicKey, "", ""}.make(t)
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.value = func(token string) string { return token }
	if err := v.LibraryAlone(t.Context(), issuer, r.authorization(t)); err != nil {
		t.Errorf("with kid: %v", err)
	}
	noHead("kid")(r)
	if err := v.LibraryAlone(t.Context(), issuer, r.authorization(t)); !errors.Is(err, jwt.ErrTokenUnverifiable) {
		t.Errorf("without kid: got error %v, want %v", err, jwt.ErrTokenUnverifiable)
	}
}

// anyAlgorithm is a key set document whose keys name no algorithm.
func anyAlgorithm(t testing.TB) []byte {
	t.Helper()
	document, err := cognitotest.Document(t.Context(), []cognitotest.Key{keys().pool})
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.Unmarshal(document, &set); err != nil {
		t.Fatal(err)
	}
	for _, key := range set.Keys {
		delete(key, "alg")
	}
	if document, err = json.Marshal(set); err != nil {
		t.Fatal(err)
	}
	return document
}
