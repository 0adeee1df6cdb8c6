package jwks_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/jwks"
)

// A program that verifies with golang-jwt itself gives a Set to keyfunc. It
// must then check by itself all that package cognito checks.
func ExampleSet() {
	set, err := jwks.New(jwks.Config{
		URL: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/jwks.json",
	})
	if err != nil {
		panic(err)
	}
	keys, err := keyfunc.New(keyfunc.Options{Storage: set})
	if err != nil {
		panic(err)
	}
	_, err = jwt.Parse("not-a-token", keys.KeyfuncCtx(context.Background()),
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired())
	fmt.Println(errors.Is(err, jwt.ErrTokenMalformed))
	// Output: true
}
