package interop

import (
	"encoding/json"
	"os/exec"
	"testing"
)

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
