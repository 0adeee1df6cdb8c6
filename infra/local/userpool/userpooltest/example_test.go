package userpooltest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/notegate/notegate/infra/local/userpool/userpooltest"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// A user signs in with the AWS SDK, as an app does, and the token is verified.
func ExampleNew() {
	t := cognitotest.NewT() // in a test: its *testing.T
	defer t.Close()

	pool := userpooltest.New(t)
	if err := pool.EnsureUser("ann@example.com", "Correct-Horse-9"); err != nil {
		log.Fatal(err)
	}
	app := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		BaseEndpoint: &pool.URL, Region: "local", Credentials: aws.AnonymousCredentials{},
	})
	out, err := app.InitiateAuth(context.Background(), &cognitoidentityprovider.InitiateAuthInput{
		ClientId: new(userpooltest.ClientID), AuthFlow: "USER_PASSWORD_AUTH",
		AuthParameters: map[string]string{"USERNAME": "ann@example.com", "PASSWORD": "Correct-Horse-9"},
	})
	if err != nil {
		log.Fatal(err)
	}

	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool()}, ClientIDs: []string{userpooltest.ClientID}})
	if err != nil {
		log.Fatal(err)
	}
	claims, err := verifier.Verify(context.Background(), "Bearer "+*out.AuthenticationResult.AccessToken)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims.TokenUse, claims.ClientID, claims.Scopes, claims.Subject == claims.Username)
	// Output: access testapp [aws.cognito.signin.user.admin] true
}
