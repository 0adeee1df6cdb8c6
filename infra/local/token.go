package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/notegate/notegate/pkg/env"
)

// printToken signs a user in to the local pool, as an app does, and prints only
// the access token, or the ID token with TOKEN_USE=id, or with
// TOKEN_USE=credentials the options by which curl signs as that user.
func printToken(ctx context.Context, getenv func(string) string, stdout io.Writer) error {
	r := env.New(getenv)
	use := r.OneOf("TOKEN_USE", "access", "id", "credentials")
	reach, dir := readReach(r), r.String("DATA_DIR", defaultDataDir)
	if err := r.Err(); err != nil {
		return err
	}
	client, err := reach.client(dir)
	if err != nil {
		return err
	}
	scheme := "http://"
	if reach.TLS {
		scheme = "https://"
	}
	url := scheme + r.String("POOL_ADDR", defaultPoolAddr)
	tokens, err := signIn(ctx, client, url, r.String("CLIENT_ID", clientID), r.String("EMAIL", demoEmail), r.String("PASSWORD", demoPassword))
	if err != nil {
		return err
	}
	token := tokens.AccessToken
	switch use {
	case "id":
		token = tokens.IdToken
	case "credentials":
		options, err := curlSigning(ctx, client, url, &reach, *tokens.IdToken)
		if err != nil {
			return err
		}
		token = &options
	}
	_, err = fmt.Fprintln(stdout, *token)
	return err
}

// signIn returns a user's new tokens.
func signIn(ctx context.Context, by *http.Client, poolURL, client, email, password string) (*types.AuthenticationResultType, error) {
	pool := cognitoidentityprovider.New(cognitoidentityprovider.Options{BaseEndpoint: &poolURL, Region: region, HTTPClient: by})
	answer, err := pool.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		ClientId:       &client,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	var refused smithy.APIError
	switch {
	case errors.As(err, &refused):
		return nil, fmt.Errorf("the user pool answered %s: %s", refused.ErrorCode(), refused.ErrorMessage())
	case err != nil:
		return nil, fmt.Errorf("no user pool answers at %s: is `make run` or `bin/local api` running?", poolURL)
	case answer.AuthenticationResult == nil:
		return nil, fmt.Errorf("a password is not enough for this user: the user pool asks for %s", answer.ChallengeName)
	}
	return answer.AuthenticationResult, nil
}

// curlSigning exchanges an ID token for the identity pool's credentials, as an app
// does behind rest-iam, and returns the options by which curl signs with them, as
// its -K takes them.
func curlSigning(ctx context.Context, by *http.Client, poolURL string, pool *reach, idToken string) (string, error) {
	identities := cognitoidentity.New(cognitoidentity.Options{BaseEndpoint: &poolURL, Region: region, HTTPClient: by})
	id, logins := pool.identityPoolID(), map[string]string{pool.identityProvider(): idToken}
	identity, err := identities.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: &id, Logins: logins})
	if err != nil {
		return "", identityError(err)
	}
	out, err := identities.GetCredentialsForIdentity(ctx, &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: identity.IdentityId, Logins: logins})
	if err != nil {
		return "", identityError(err)
	}
	return fmt.Sprintf("aws-sigv4 = \"aws:amz:%s:execute-api\"\nuser = \"%s:%s\"\nheader = \"X-Amz-Security-Token: %s\"",
		region, *out.Credentials.AccessKeyId, *out.Credentials.SecretKey, *out.Credentials.SessionToken), nil
}

func identityError(err error) error {
	var refused smithy.APIError
	if errors.As(err, &refused) && refused.ErrorCode() == "NotAuthorizedException" {
		return fmt.Errorf("the identity pool answered %s: %s", refused.ErrorCode(), refused.ErrorMessage())
	}
	return errors.New("no identity pool answers: is `FRONT_DOOR=rest-iam make run` running?")
}
