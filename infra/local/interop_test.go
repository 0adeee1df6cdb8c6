package main_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/interop"
)

// The same journey between two servers that nobody here wrote: the tokens are
// cognito-local's, the notes are in dynalite.
func TestJourneyWithCognitoLocalAndDynalite(t *testing.T) {
	t.Parallel()
	issuer := interop.CognitoLocal(t)
	table := interop.Dynalite(t)
	pool := newCognitoLocalPool(t, issuer)
	s := start(t, t.TempDir(),
		"ISSUER="+interop.CognitoLocalIssuer(pool.id), "JWKS_URL="+issuer+"/"+pool.id+"/.well-known/jwks.json", "CLIENT_IDS="+pool.client,
		"AWS_ENDPOINT_URL_DYNAMODB="+table, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")

	ann, bob := pool.user(t, "ann@example.com"), pool.user(t, "bob@example.com")
	token := *ann.AccessToken
	s.request(t, token, "POST", "/notes", `{"noteid":"first","note":"hello"}`).expect(t, 200, `{"message":"Note created"}`)
	s.request(t, token, "POST", "/notes", `{"noteid":"second","note":"hello"}`).expect(t, 200, `{"message":"Note created"}`)
	if got := s.request(t, token, "POST", "/notes", `{"noteid":"first","note":"other"}`).Status; got != 409 {
		t.Errorf("another text under an id in use: got %d, want 409", got)
	}
	read := s.request(t, token, "GET", "/notes/first", "").Header.Get("ETag")
	s.request(t, token, "PUT", "/notes/first", `{"note":"changed"}`, "If-Match", read).expect(t, 200, `{"message":"Note updated"}`)
	if got := s.request(t, token, "PUT", "/notes/first", `{"note":"lost"}`, "If-Match", read).Status; got != 412 {
		t.Errorf("stale If-Match: got %d, want 412", got)
	}
	if got, want := s.request(t, token, "GET", "/notes", "").ids(t), []string{"first", "second"}; !cmp.Equal(got, want) {
		t.Errorf("list: got %v, want %v", got, want)
	}
	s.request(t, *bob.AccessToken, "GET", "/notes/first", "").expect(t, 404, noSuchNote)
	s.request(t, token, "DELETE", "/notes/first", "").expect(t, 200, `{"message":"Note deleted"}`)
	s.request(t, token, "GET", "/notes/first", "").expect(t, 404, noSuchNote)
	s.request(t, *ann.IdToken, "GET", "/notes", "").expect(t, 401, unauthorized)
}

// cognitoLocalPool is a user pool of cognito-local with one app client.
type cognitoLocalPool struct {
	sdk        *cognitoidentityprovider.Client
	id, client string
}

func newCognitoLocalPool(t *testing.T, endpoint string) cognitoLocalPool {
	t.Helper()
	sdk := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		BaseEndpoint: &endpoint, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	pool, err := sdk.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("notes")})
	if err != nil {
		t.Fatal(err)
	}
	client, err := sdk.CreateUserPoolClient(t.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId: pool.UserPool.Id, ClientName: aws.String("app"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return cognitoLocalPool{sdk, *pool.UserPool.Id, *client.UserPoolClient.ClientId}
}

// user signs up, is confirmed and signs in.
func (p cognitoLocalPool) user(t *testing.T, email string) *types.AuthenticationResultType {
	t.Helper()
	const password = "Passw0rd!local"
	if _, err := p.sdk.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{
		ClientId: &p.client, Username: &email, Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &email}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.sdk.AdminConfirmSignUp(t.Context(), &cognitoidentityprovider.AdminConfirmSignUpInput{UserPoolId: &p.id, Username: &email}); err != nil {
		t.Fatal(err)
	}
	answer, err := p.sdk.InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &p.client,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer.AuthenticationResult
}
