package interop

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A Setup is the pool that a set-up script fills.
type Setup struct {
	Endpoint string `json:"endpoint"`
	PoolID   string `json:"poolId"`
	Callback string `json:"callback"` // of the app client that it makes
}

// SetUp runs setup.mjs, a set-up script with AWS's SDK for JavaScript, and returns
// what it saw of each step.
//
// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/cognito-identity-provider/
func SetUp(t testing.TB, in Setup) (results map[string]string) {
	t.Helper()
	return run[map[string]string](t, "setup.mjs", "@aws-sdk/client-cognito-identity-provider", in)
}

// SetUpByBoto runs setup.py, the same with boto3, and reports whether Python and
// boto3 are installed: the log says so if they are not.
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
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(folder(t), "setup.py"))
	cmd.Stdin = strings.NewReader(string(input))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(output, &results)
	}
	if err != nil {
		t.Fatalf("setup.py: %v: %s", err, stderr.String())
	}
	return results, true
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

// OpenIDClient runs openid.mjs: a web app's sign-in and a client credentials token,
// with openid-client.
//
// https://github.com/panva/openid-client
func OpenIDClient(t testing.TB, in Visit) (results map[string]string) {
	t.Helper()
	return run[map[string]string](t, "openid.mjs", "openid-client", in)
}

// OIDCClient runs oidcclient.cjs: a single-page app's sign-in with oidc-client-ts.
//
// https://github.com/authts/oidc-client-ts
func OIDCClient(t testing.TB, in Visit) (results map[string]string) {
	t.Helper()
	return run[map[string]string](t, "oidcclient.cjs", "oidc-client-ts", in)
}

// Tokens are those of one sign-in, and the key set to verify them with.
type Tokens struct {
	PoolID   string          `json:"poolId"`
	ClientID string          `json:"clientId"`
	Keys     json.RawMessage `json:"keys"`
	Access   string          `json:"access"`
	ID       string          `json:"id"`
}

// CognitoJWTVerifier runs verify.cjs and returns what aws-jwt-verify says of the
// tokens: good, or the name of its error.
//
// https://github.com/awslabs/aws-jwt-verify
func CognitoJWTVerifier(t testing.TB, in Tokens) (verdicts map[string]string) {
	t.Helper()
	return run[map[string]string](t, "verify.cjs", "aws-jwt-verify", in)
}
