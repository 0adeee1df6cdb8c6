package interop

import "testing"

// A SignIn is where and as whom a client of a user pool signs up and in.
type SignIn struct {
	Endpoint string `json:"endpoint"` // of the pool, which has /_local/codes
	PoolID   string `json:"poolId"`
	ClientID string `json:"clientId"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// CognitoIdentityJS takes a new user through the journey of cognitojs.cjs and
// returns what amazon-cognito-identity-js saw of each step.
//
// https://github.com/aws-amplify/amplify-js/tree/v5-stable/packages/amazon-cognito-identity-js
func CognitoIdentityJS(t testing.TB, as SignIn) (results map[string]string) {
	t.Helper()
	return run[map[string]string](t, "cognitojs.cjs", "amazon-cognito-identity-js", as)
}

// Amplify is the journey of amplify.cjs with aws-amplify.
//
// https://docs.amplify.aws/javascript/build-a-backend/auth/
func Amplify(t testing.TB, as SignIn) (results map[string]string) {
	t.Helper()
	return run[map[string]string](t, "amplify.cjs", "aws-amplify", as)
}

// CognitoIdentityJSAccount is the journey of cognitojsaccount.cjs: passwords,
// attributes and the second factor. In its end the pool asks everybody for one.
func CognitoIdentityJSAccount(t testing.TB, as SignIn) (results map[string]string) {
	t.Helper()
	return run[map[string]string](t, "cognitojsaccount.cjs", "amazon-cognito-identity-js", as)
}

// AmplifyAccount is the same with aws-amplify.
func AmplifyAccount(t testing.TB, as SignIn) (results map[string]string) {
	t.Helper()
	return run[map[string]string](t, "amplifyaccount.cjs", "aws-amplify", as)
}
