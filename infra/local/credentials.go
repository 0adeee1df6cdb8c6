package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/smithy-go"
)

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
