package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// A pool, a verifier that trusts it, and tokens of every kind. An expired token is
// refused, and so on; what a refusal should be is yours to assert.
func ExamplePool_AccessToken() {
	t := cognitotest.NewT() // in a test: its *testing.T
	defer t.Close()

	pool := cognitotest.NewPool(t)
	verifier, err := cognito.NewVerifier(cognito.Config{
		Pools:     []cognito.UserPool{pool.UserPool},
		ClientIDs: []string{cognitotest.ClientID},
	})
	if err != nil {
		log.Fatal(err)
	}
	now := time.Now()
	for _, token := range []string{
		pool.AccessToken(t, now, cognitotest.ForUser("ann")),
		pool.AccessToken(t, now, cognitotest.ForUser("ann"), cognitotest.InGroups("admins", "ops"), cognitotest.WithScopes("orders/read")),
		pool.AccessToken(t, now, cognitotest.ForUser("ann"), cognitotest.Federated("Google", "1234")),
		pool.AccessToken(t, now, cognitotest.Machine("orders/read")),
		pool.AccessToken(t, now, cognitotest.Expired),
		pool.AccessToken(t, now, cognitotest.ForClient("another")),
		pool.AccessToken(t, now, cognitotest.WithClaim("aud", "https://api.example.com")),
		pool.AccessToken(t, now, cognitotest.WithoutClaim("sub")),
		pool.IDToken(t, now),
	} {
		claims, err := verifier.Verify(context.Background(), "Bearer "+token)
		if err != nil {
			fmt.Println("refused:", cognito.ReasonOf(err))
			continue
		}
		fmt.Println(claims.Username, claims.Scopes, claims.Groups)
	}
	// Output:
	// ann [aws.cognito.signin.user.admin] []
	// ann [orders/read] [admins ops]
	// Google_1234 [openid email] [eu-west-1_Example_Google]
	// refused: missing_subject
	// refused: expired
	// refused: wrong_client
	// refused: wrong_client
	// refused: missing_subject
	// refused: wrong_token_use
}

// ID tokens are made in the same way, for a verifier of ID tokens.
func ExamplePool_IDToken() {
	t := cognitotest.NewT()
	defer t.Close()

	pool := cognitotest.NewPool(t)
	verifier, err := cognito.NewVerifier(cognito.Config{
		Pools:     []cognito.UserPool{pool.UserPool},
		ClientIDs: []string{cognitotest.ClientID},
		TokenUse:  cognito.IDToken,
	})
	if err != nil {
		log.Fatal(err)
	}
	token := pool.IDToken(t, time.Now(), cognitotest.ForUser("ann"), cognitotest.WithClaim("custom:plan", "gold"))
	claims, err := verifier.Verify(context.Background(), "Bearer "+token)
	if err != nil {
		log.Fatal(err)
	}
	var user struct {
		Email string `json:"email"`
		Plan  string `json:"custom:plan"`
	}
	if err := claims.Decode(&user); err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims.Username, user.Email, user.Plan)
	// Output: ann somebody@example.com gold
}

// After a rotation, tokens of the old key pass until that key is withdrawn.
func ExamplePool_Rotate() {
	t := cognitotest.NewT()
	defer t.Close()

	pool := cognitotest.NewPool(t)
	old := pool.AccessToken(t, time.Now())
	verify := func() error { // by a verifier that starts only now
		verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
		if err != nil {
			log.Fatal(err)
		}
		_, err = verifier.Verify(context.Background(), old)
		return err
	}
	pool.Rotate(t)
	fmt.Println("rotated:", verify())
	pool.Withdraw()
	fmt.Println("withdrawn:", cognito.ReasonOf(verify()))
	// Output:
	// rotated: <nil>
	// withdrawn: unknown_kid
}

// While the key set is unreachable, nothing is decided about a token whose key
// is not known.
func ExamplePool_Fail() {
	t := cognitotest.NewT()
	defer t.Close()

	pool := cognitotest.NewPool(t)
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
	if err != nil {
		log.Fatal(err)
	}
	pool.Fail(http.StatusServiceUnavailable)
	_, err = verifier.Verify(context.Background(), pool.AccessToken(t, time.Now()))
	fmt.Println(errors.Is(err, cognito.ErrKeysUnavailable), "after", pool.Requests(), "request")
	// Output: true after 1 request
}

// An answer that comes too late is none.
func ExamplePool_Delay() {
	t := cognitotest.NewT()
	defer t.Close()

	pool := cognitotest.NewPool(t)
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
	if err != nil {
		log.Fatal(err)
	}
	pool.Delay(time.Hour)
	soon, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err = verifier.Verify(soon, pool.AccessToken(t, time.Now()))
	fmt.Println(cognito.ReasonOf(err))
	// Output: keys_unavailable
}
