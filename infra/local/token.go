package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/notegate/notegate/pkg/env"
)

// printToken signs a user in to the local pool, as an app does, and prints the
// access token alone.
func printToken(ctx context.Context, getenv func(string) string, stdout io.Writer) error {
	r := env.New(getenv)
	token, err := signIn(ctx, "http://"+r.String("POOL_ADDR", defaultPoolAddr), r.String("CLIENT_ID", clientID),
		r.String("EMAIL", demoEmail), r.String("PASSWORD", demoPassword))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, token)
	return err
}

// signIn returns a user's new access token.
func signIn(ctx context.Context, poolURL, client, email, password string) (string, error) {
	pool := cognitoidentityprovider.New(cognitoidentityprovider.Options{BaseEndpoint: &poolURL, Region: region})
	answer, err := pool.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		ClientId:       &client,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	var refused smithy.APIError
	switch {
	case errors.As(err, &refused):
		return "", fmt.Errorf("the user pool says %s: %s", refused.ErrorCode(), refused.ErrorMessage())
	case err != nil:
		return "", fmt.Errorf("no user pool answers at %s: is `make run` running?", poolURL)
	case answer.AuthenticationResult == nil:
		return "", fmt.Errorf("the user pool asks for more than a password: %s", answer.ChallengeName)
	}
	return *answer.AuthenticationResult.AccessToken, nil
}
