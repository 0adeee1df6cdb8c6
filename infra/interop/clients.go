package interop

import "testing"

// The clients of a user pool that people use in their apps. Each runs a script of
// this folder and returns what the client saw of each step.
var (
	// CognitoIdentityJS takes a new user through sign-up, sign-in and sign-out.
	//
	// https://github.com/aws-amplify/amplify-js/tree/v5-stable/packages/amazon-cognito-identity-js
	CognitoIdentityJS = client[SignIn]("cognitojs.cjs", "amazon-cognito-identity-js")

	// CognitoIdentityJSAccount is about passwords, attributes and the second factor.
	// In its end the pool asks everybody for one.
	CognitoIdentityJSAccount = client[SignIn]("cognitojsaccount.cjs", "amazon-cognito-identity-js")

	// Amplify and AmplifyAccount are the same with aws-amplify.
	//
	// https://docs.amplify.aws/javascript/build-a-backend/auth/
	Amplify        = client[SignIn]("amplify.cjs", "aws-amplify")
	AmplifyAccount = client[SignIn]("amplifyaccount.cjs", "aws-amplify")

	// SetUp is a set-up script with AWS's SDK for JavaScript.
	//
	// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/cognito-identity-provider/
	SetUp = client[Setup]("setup.mjs", "@aws-sdk/client-cognito-identity-provider")

	// OpenIDClient is a web app's sign-in and a client credentials token.
	//
	// https://github.com/panva/openid-client
	OpenIDClient = client[Visit]("openid.mjs", "openid-client")

	// OIDCClient is a single-page app's sign-in.
	//
	// https://github.com/authts/oidc-client-ts
	OIDCClient = client[Visit]("oidcclient.cjs", "oidc-client-ts")

	// CognitoJWTVerifier returns what aws-jwt-verify says of the tokens: good, or the
	// name of its error.
	//
	// https://github.com/awslabs/aws-jwt-verify
	CognitoJWTVerifier = client[Tokens]("verify.cjs", "aws-jwt-verify")
)

func client[In any](script, npmPackage string) func(testing.TB, In) map[string]string {
	return func(t testing.TB, in In) map[string]string {
		t.Helper()
		return run[map[string]string](t, script, npmPackage, in)
	}
}
