package cognito_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

// An ID token tells who the user is. Claims that the verifier needs no field for
// are read out of its payload.
func ExampleClaims_Decode() {
	verifier, authorization := signedIn() // a verifier of ID tokens, and a request's header
	claims, err := verifier.Verify(context.Background(), authorization)
	if err != nil {
		fmt.Println(cognito.ReasonOf(err))
		return
	}
	var user struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := claims.Decode(&user); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Email, user.Verified)
	// Output: somebody@example.com true
}

func signedIn() (*cognito.Verifier, string) {
	r, t := identity(), new(testing.T) // nothing here fails
	return r.verifier(t), r.authorization(t)
}
