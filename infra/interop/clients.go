package interop

import (
	"encoding/json"
	"os/exec"
	"testing"
)

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

// A SignIn is where and as whom a client of a user pool signs up and in.
type SignIn struct {
	Endpoint string `json:"endpoint"` // of the pool, which has /_local/codes
	PoolID   string `json:"poolId"`
	ClientID string `json:"clientId"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// A Setup is the pool that a set-up script fills.
type Setup struct {
	Endpoint string `json:"endpoint"`
	PoolID   string `json:"poolId"`
	Callback string `json:"callback"` // of the app client that it makes
}

// SetUpByBoto is [SetUp] with boto3. It reports whether Python and boto3 are
// installed: the log says so if they are not.
//
// https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/cognito-idp.html
func SetUpByBoto(t testing.TB, in Setup) (results map[string]string, installed bool) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err == nil {
		err = exec.CommandContext(t.Context(), python, "-c", "import boto3").Run()
	}
	if err != nil {
		t.Logf("boto3 is not installed (Debian's package is python3-boto3): nothing was tried with it: %v", err)
		return nil, false
	}
	return runBy[map[string]string](t, python, "setup.py", in), true
}

// A ClientOf is an app client. Without a secret it is a public one.
type ClientOf struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// A Visit is who signs in at the hosted login, and which apps they come from.
type Visit struct {
	Issuer   string   `json:"issuer"`
	Callback string   `json:"callback"`
	Email    string   `json:"email"`
	Password string   `json:"password"`
	App      ClientOf `json:"app"`
	Machine  ClientOf `json:"machine"` // for client credentials
}

// Tokens are those of one sign-in, and the key set to verify them with.
type Tokens struct {
	PoolID   string          `json:"poolId"`
	ClientID string          `json:"clientId"`
	Keys     json.RawMessage `json:"keys"`
	Access   string          `json:"access"`
	ID       string          `json:"id"`
}

// AmplifyPage returns the script of a page with aws-amplify, amplifypage.mjs, as a
// browser runs it.
//
// https://esbuild.github.io/
func AmplifyPage(t testing.TB) string {
	t.Helper()
	Modules(t, "aws-amplify")
	return string(output(t, "esbuild", nil, "node", "-e", `
		const { outputFiles } = require("esbuild").buildSync({ entryPoints: ["amplifypage.mjs"], bundle: true, format: "iife", logLevel: "warning", write: false })
		process.stdout.write(outputFiles[0].text)`))
}
