package cognito

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/MicahParks/jwkset"
)

// A UserPool is what a [Verifier] must know of one user pool: under which
// issuers its tokens come, and where the keys of each are published. Make it
// with [PoolByID] or [PoolByIssuer].
type UserPool struct {
	Name    string // for logs: the pool id, or the issuer
	Issuers []Issuer
}

// An Issuer is one value of the iss claim, compared byte for byte, and the keys
// that may sign for it.
type Issuer struct {
	URL       string
	KeySetURL string
	Fallbacks []string // further sources of the same key set, see jwks.Config

	// Keys are used instead of a key set fetched from KeySetURL and Fallbacks:
	// a jwks.Set with settings of its own, or a static storage for tests and for
	// services without a way out. Whatever a storage holds, only RSA keys that a
	// jwks.Set would take verify tokens.
	Keys jwkset.Storage
}

// PoolByID returns the user pool with this id, {region}_{name}, under both
// forms of issuer that Cognito has for it: the original one and the one of
// IssuerConfiguration UPDATED. Which of the two a pool uses may change at any
// time; only the key set of the form that a token names is ever fetched.
//
// For a pool that is replicated to further Regions, replicaRegions adds their
// issuers, whose key sets also serve when the first cannot be reached and none
// of its own is cached.
//
// Errors: an id of another form or of more than 55 bytes, a text that is not like
// the name of a Region, and a Region whose issuer AWS does not document.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html
func PoolByID(id string, replicaRegions ...string) (UserPool, error) {
	home, name, _ := strings.Cut(id, "_")
	if !isPoolID(home, name) || len(id) > 55 {
		return UserPool{}, fmt.Errorf("cognito: user pool id %q must be {region}_{name}, as in eu-west-1_AbCdEfGhI", id)
	}
	var issuers []string
	for _, region := range append([]string{home}, replicaRegions...) {
		if !isRegion(region) {
			return UserPool{}, fmt.Errorf("cognito: Region %q must be a name like eu-west-1", region)
		}
		if isUndocumented(region) {
			return UserPool{}, fmt.Errorf("cognito: Region %q: AWS documents no issuer for it; give the issuer and the key set URL instead of the pool id", region)
		}
		issuers = append(issuers, "https://cognito-idp."+region+".amazonaws.com/"+id)
	}
	pool := UserPool{Name: id}
	for i, issuer := range issuers {
		pool.add(issuer, slices.Delete(slices.Clone(issuers), i, i+1))
	}
	pool.add("https://issuer-cognito-idp."+home+".amazonaws.com/"+id, issuers[1:])
	return pool, nil
}

// PoolByIssuer returns a user pool that is not at Cognito's own address, such
// as an emulator's: tokens with exactly this iss, keys from keySetURL. An empty one
// of the two is an error. What else a URL must be, jwks.New says.
func PoolByIssuer(issuer, keySetURL string) (UserPool, error) {
	if issuer == "" || keySetURL == "" {
		return UserPool{}, errors.New("cognito: issuer or URL of the key set is empty")
	}
	return UserPool{Name: issuer, Issuers: []Issuer{{URL: issuer, KeySetURL: keySetURL}}}, nil
}

func (p *UserPool) add(issuer string, others []string) {
	i := Issuer{URL: issuer, KeySetURL: keySetOf(issuer)}
	for _, other := range others {
		i.Fallbacks = append(i.Fallbacks, keySetOf(other))
	}
	p.Issuers = append(p.Issuers, i)
}

func keySetOf(issuer string) string { return issuer + "/.well-known/jwks.json" }
