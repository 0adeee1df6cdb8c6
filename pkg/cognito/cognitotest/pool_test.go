package cognitotest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// Each kind of token passes the verifier that wants it, and no other.
func TestTokens(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	now := time.Now()
	tokens := map[cognito.TokenUse]string{cognito.AccessToken: pool.AccessToken(t, now), cognito.IDToken: pool.IDToken(t, now)}
	for use := range tokens {
		v, err := cognito.NewVerifier(cognito.Config{
			Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}, TokenUse: use,
		})
		if err != nil {
			t.Fatal(err)
		}
		for of, token := range tokens {
			var want error
			if of != use {
				want = cognito.ErrTokenUse
			}
			if _, err := v.Verify(t.Context(), token); !errors.Is(err, want) {
				t.Errorf("%s token, %s wanted: got error %v, want %v", of, use, err, want)
			}
		}
	}
}
