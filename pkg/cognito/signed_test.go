package cognito_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
)

// Each option of the parser decides something, even if nothing stood in front of
// it: without the option, the row that names it is wrong.
func TestLibraryAlone(t *testing.T) {
	t.Parallel()
	const audience = "https://notes.example"
	withAudience := config(func(c *cognito.Config) { c.Audience = audience })
	for _, row := range []struct {
		option    string
		unchanged func() *request
		change    func(*request)
		want      error
	}{
		{"WithTimeFunc, good", access, func(*request) {}, nil},
		{"WithTimeFunc, expired by that clock", access, config(func(c *cognito.Config) { c.Now = func() time.Time { return at.Add(time.Hour) } }), jwt.ErrTokenExpired},
		{"WithValidMethods, PS256", access, alg(jwt.SigningMethodPS256, keys().pool.Private), jwt.ErrTokenSignatureInvalid},
		{"WithValidMethods, PS384", access, alg(jwt.SigningMethodPS384, keys().pool.Private), jwt.ErrTokenSignatureInvalid},
		{"WithValidMethods, PS512", access, alg(jwt.SigningMethodPS512, keys().pool.Private), jwt.ErrTokenSignatureInvalid},
		{"WithValidMethods, RS384", access, alg(jwt.SigningMethodRS384, keys().pool.Private), jwt.ErrTokenSignatureInvalid},
		{"WithValidMethods, RS512", access, alg(jwt.SigningMethodRS512, keys().pool.Private), jwt.ErrTokenSignatureInvalid},
		{"WithStrictDecoding", access, token(lastBitSet), jwt.ErrTokenMalformed},
		{"WithExpirationRequired", access, noClaim("exp"), jwt.ErrTokenRequiredClaimMissing},
		{"WithExpirationRequired, exp passed", access, claim("exp", at.Unix()), jwt.ErrTokenExpired},
		{"WithIssuedAt", access, claim("iat", at.Add(time.Hour).Unix()), jwt.ErrTokenUsedBeforeIssued},
		{"WithIssuedAt, within the grace", access, claim("iat", at.Unix()+60), nil},
		{"WithIssuedAt, beyond the grace", access, claim("iat", at.Unix()+61), jwt.ErrTokenUsedBeforeIssued},
		{"WithIssuedAt, missing", access, noClaim("iat"), nil},
		{"nbf needs no option", access, claim("nbf", at.Unix()+1), jwt.ErrTokenNotValidYet},
		{"WithLeeway, exp", access, both(skew(time.Minute), claim("exp", at.Unix()-59)), nil},
		{"WithLeeway, exp beyond", access, both(skew(time.Minute), claim("exp", at.Unix()-60)), jwt.ErrTokenExpired},
		{"WithLeeway, nbf", access, both(skew(time.Minute), claim("nbf", at.Unix()+60)), nil},
		{"WithLeeway, nbf beyond", access, both(skew(time.Minute), claim("nbf", at.Unix()+61)), jwt.ErrTokenNotValidYet},
		{"WithLeeway, iat", access, both(skew(time.Minute), claim("iat", at.Unix()+120)), nil},
		{"WithLeeway, iat beyond", access, both(skew(time.Minute), claim("iat", at.Unix()+121)), jwt.ErrTokenUsedBeforeIssued},
		{"WithAudience", access, both(withAudience, claim("aud", audience)), nil},
		{"WithAudience, another", access, both(withAudience, claim("aud", "https://other.example")), jwt.ErrTokenInvalidAudience},
		{"WithAudience, missing", access, withAudience, jwt.ErrTokenRequiredClaimMissing},
		{"WithAudience of an ID token", identity, func(*request) {}, nil},
		{"WithAudience of an ID token, another client", identity, claim("aud", "9876543210another"), jwt.ErrTokenInvalidAudience},
		{"the key", access, signedBy(keys().stranger), jwt.ErrTokenSignatureInvalid},
		{"KeyReadAll fails", access, noHead("kid"), jwt.ErrTokenUnverifiable},
	} {
		t.Run(row.option, func(t *testing.T) {
			t.Parallel()
			r := row.unchanged()
			row.change(r)
			r.value = func(token string) string { return token }
			r.keySets.Seed = anyAlgorithm(t)
			err := r.verifier(t).LibraryAlone(t.Context(), issuer, r.authorization(t))
			if !errors.Is(err, row.want) {
				t.Errorf("got error %v, want %v", err, row.want)
			}
		})
	}
}

// What both readers have read must be equal.
func TestReadersMustAgree(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		change func(*cognito.Reading)
		want   cognito.Reason
	}{
		"unchanged":             {func(*cognito.Reading) {}, ""},
		"iss":                   {func(r *cognito.Reading) { r.Issuer = updated }, cognito.ReasonMalformed},
		"sub":                   {func(r *cognito.Reading) { r.Subject = otherUser }, cognito.ReasonMalformed},
		"exp":                   {func(r *cognito.Reading) { r.Expires = r.Expires.Add(time.Second) }, cognito.ReasonMalformed},
		"aud missing":           {func(r *cognito.Reading) { r.Audience = nil }, cognito.ReasonMalformed},
		"aud of another":        {func(r *cognito.Reading) { r.Audience = []string{"https://other.example"} }, cognito.ReasonMalformed},
		"aud with a second one": {func(r *cognito.Reading) { r.Audience = append(r.Audience, "x") }, cognito.ReasonMalformed},
	} {
		r := from(customised, config(func(c *cognito.Config) { c.Audience = "https://notes.example" }))()
		err := r.verifier(t).VerifyMisread(t.Context(), r.authorization(t), row.change)
		if got := cognito.ReasonOf(err); got != row.want || (err == nil) != (row.want == "") {
			t.Errorf("%s: got error %v, want %q", rule, err, row.want)
		}
	}
}

// lastBitSet sets a bit of the last letter that the signature does not use.
func lastBitSet(token string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(token) - 1
	for i := range letters {
		if letters[i] == token[last] {
			return token[:last] + letters[i+1:i+2]
		}
	}
	return token
}

// A token may expire while its key is fetched. That is said before anything else
// that is wrong with it.
func TestExpiresDuringTheFetch(t *testing.T) {
	t.Parallel()
	for rule, change := range map[string]func(*request){
		"unchanged":   func(*request) {},
		"without sub": claim("sub", ""),
		"with nbf":    claim("nbf", at.Add(2*time.Hour).Unix()),
	} {
		r := access()
		change(r)
		now := at
		key := storage{keys().pool.KID, &keys().pool.Private.PublicKey, "RS256", "sig"}.make(t)
		v, err := cognito.NewVerifier(cognito.Config{
			Pools:     []cognito.UserPool{{Name: poolID, Issuers: []cognito.Issuer{{URL: issuer, Keys: slow{key, func() { now = at.Add(time.Hour) }}}}}},
			ClientIDs: []string{clientID}, Now: func() time.Time { return now },
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = v.Verify(t.Context(), r.authorization(t))
		if got := cognito.ReasonOf(err); got != cognito.ReasonExpired {
			t.Errorf("%s: got error %v, want %s", rule, err, cognito.ReasonExpired)
		}
	}
}

// slow is a storage in which time passes.
type slow struct {
	jwkset.Storage
	pass func()
}

func (s slow) KeyRead(ctx context.Context, kid string) (jwkset.JWK, error) {
	s.pass()
	return s.Storage.KeyRead(ctx, kid)
}
