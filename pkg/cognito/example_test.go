package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/notegate/notegate/pkg/cognito"
)

// A service checks the Authorization header of each request.
func ExampleVerifier_Verify() {
	pool, err := cognito.PoolByID("eu-west-1_AbCdEfGhI")
	if err != nil {
		panic(err)
	}
	verifier, err := cognito.NewVerifier(cognito.Config{
		Pools:     []cognito.UserPool{pool},
		ClientIDs: []string{"1h57kf5cpq17m0eml12example"},
	})
	if err != nil {
		panic(err)
	}

	claims, err := verifier.Verify(context.Background(), "Bearer not-a-token")
	switch {
	case err == nil:
		fmt.Println("hello,", claims.Subject)
	case errors.Is(err, cognito.ErrKeysUnavailable):
		fmt.Println(http.StatusServiceUnavailable)
	default:
		fmt.Println(http.StatusUnauthorized, string(cognito.ReasonOf(err)))
	}
	// Output: 401 malformed
}
