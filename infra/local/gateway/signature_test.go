package gateway_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// signedAPI has two routes that ask for signatures.
const signedAPI = `openapi: 3.0.1
info: {title: t, version: "1"}
paths:
  /a:
    get: &signed
      security: [{AWS_IAM: []}]
      responses: {default: {description: ok}}
      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0", uri: {Fn::Sub: "${F.Arn}"}}
  /b:
    get: *signed
components:
  securitySchemes:
    AWS_IAM: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
`

// allowsInvoke is a policy for one method and path of each API's default stage.
func allowsInvoke(t *testing.T, route string) iam.Policy {
	t.Helper()
	p, err := iam.Parse([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:*/$default/` + route + `"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sign signs a request without a body as the AWS SDK does.
func sign(t *testing.T, r *http.Request, secret string) {
	t.Helper()
	signAs(t, r, aws.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: secret, SessionToken: "token"}, "execute-api", "us-east-1", time.Now())
}

func signAs(t *testing.T, r *http.Request, key aws.Credentials, service, region string, at time.Time) {
	t.Helper()
	sum := sha256.Sum256(nil)
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, hex.EncodeToString(sum[:]), service, region, at); err != nil {
		t.Fatal(err)
	}
}

// signedREST is signedAPI as a REST API's.
func signedREST(t *testing.T) []byte {
	t.Helper()
	return []byte(replace(t, signedAPI, `payloadFormatVersion: "2.0", uri: {Fn::Sub: "${F.Arn}"}`, `uri: {Fn::Sub: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}`))
}

// An HTTP API's routes may ask for AWS signatures as well.
func TestHTTPSignature(t *testing.T) {
	t.Parallel()
	principal := gateway.Principal{
		SecretKey: "not a secret", SessionToken: "token", AccountID: "123456789012", Caller: "AROAEXAMPLE:s", UserARN: "arn:aws:sts::123456789012:assumed-role/R/s",
		Policies: []iam.Policy{allowsInvoke(t, "GET/a")}, IdentityID: "us-east-1:i", IdentityPoolID: "us-east-1:p", Type: "authenticated", Provider: "pool,pool:CognitoSignIn:sub",
	}
	f := returns(`{}`)
	g, err := gateway.New(gateway.Config{
		Kind: api.HTTP, Definition: []byte(signedAPI), Functions: map[string]gateway.Function{"F": f},
		Principals: func(key string) (gateway.Principal, bool) { return principal, key == "ASIAEXAMPLE" },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		rule, path, secret string
		unsigned           bool
		status             int
	}{
		{rule: "signed", path: "/a", secret: "not a secret", status: 200},
		{rule: "unsigned", path: "/a", unsigned: true, status: 403},
		{rule: "signed by another key", path: "/a", secret: "another", status: 403},
		{rule: "signed for a route that the policy does not open", path: "/b", secret: "not a secret", status: 403},
	} {
		called := f.calls()
		r := httptest.NewRequest("GET", "http://api.example.com"+tt.path, nil)
		if !tt.unsigned {
			sign(t, r, tt.secret)
		}
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if w.Code != tt.status || tt.status == 403 && w.Body.String() != `{"message":"Forbidden"}` || f.calls()-called != map[int]int{200: 1, 403: 0}[tt.status] {
			t.Errorf("%s: got %d %s, and %d calls", tt.rule, w.Code, w.Body, f.calls()-called)
		}
	}
	got := f.last(t)["requestContext"].(map[string]any)["authorizer"]
	want := map[string]any{"iam": map[string]any{
		"accessKey": "ASIAEXAMPLE", "accountId": "123456789012", "callerId": "AROAEXAMPLE:s", "principalOrgId": nil, "userArn": principal.UserARN, "userId": "AROAEXAMPLE:s",
		"cognitoIdentity": map[string]any{"amr": []any{"authenticated", "pool", "pool:CognitoSignIn:sub"}, "identityId": "us-east-1:i", "identityPoolId": "us-east-1:p"},
	}}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("authorizer: want(-) got(+):\n%s", diff)
	}
}

// To the log a request without a signature is the authorizer's to refuse, not one
// for a path that is not there.
func TestObserveNamesWhatIsNotSigned(t *testing.T) {
	t.Parallel()
	var got []gateway.Exchange
	g, err := gateway.New(gateway.Config{
		Definition: signedREST(t), Stage: "dev", Functions: map[string]gateway.Function{"F": returns(`{}`)}, Observe: func(e gateway.Exchange) { got = append(got, e) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/a", "/nowhere"} {
		g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://api.example.com"+path, nil))
	}
	if got[0].Layer != gateway.LayerAuthorizer || got[0].Message != "the request is not signed" || got[0].Status != 403 {
		t.Errorf("not signed: %+v", got[0])
	}
	if got[1].Layer != gateway.LayerGateway || got[1].Message != "" || got[1].Status != 403 {
		t.Errorf("no route: %+v", got[1])
	}
}
