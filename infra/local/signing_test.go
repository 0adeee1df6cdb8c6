package main_test

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// signing exchanges the user's ID token for credentials, and signs each request
// with them.
func signing(t *testing.T, s *system, tokens *types.AuthenticationResultType) request {
	key := s.credentials(t, *tokens.IdToken)
	return func(method, path, body string, header ...string) answer {
		t.Helper()
		return s.signed(t, key, method, path, body, header...)
	}
}

// signed sends a request as the AWS SDK signs it.
func (s *system) signed(t *testing.T, key aws.Credentials, method, path, body string, header ...string) answer {
	t.Helper()
	r, err := newRequest(t.Context(), method, s.API+path, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, hex.EncodeToString(sum[:]), "execute-api", "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	got, err := send(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// credentials are those of a user, by the AWS SDK, unmodified.
func (s *system) credentials(t *testing.T, idToken string) aws.Credentials {
	t.Helper()
	pool := cognitoidentity.New(cognitoidentity.Options{BaseEndpoint: &s.Pool, Region: "us-east-1"})
	logins := map[string]string{s.Login: idToken}
	id, err := pool.GetId(t.Context(), &cognitoidentity.GetIdInput{IdentityPoolId: &s.Identities, Logins: logins})
	if err != nil {
		t.Fatal(err)
	}
	out, err := pool.GetCredentialsForIdentity(t.Context(), &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: id.IdentityId, Logins: logins})
	if err != nil {
		t.Fatal(err)
	}
	return aws.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretKey, SessionToken: *out.Credentials.SessionToken}
}

// A command line signs as well: make token prints what curl -K takes.
func TestTokenOfCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "FRONT_DOOR=rest-iam")
	out, err := s.tokenCommand("TOKEN_USE=credentials").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`^aws-sigv4 = "aws:amz:us-east-1:execute-api"\nuser = "(\w+):(\w+)"\nheader = "X-Amz-Security-Token: (\w+)"\n$`).FindStringSubmatch(string(out))
	if lines == nil {
		t.Fatalf("got %s", out)
	}
	key := aws.Credentials{AccessKeyID: lines[1], SecretAccessKey: lines[2], SessionToken: lines[3]}
	s.signed(t, key, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	key.SecretAccessKey = "another"
	s.signed(t, key, "GET", "/notes", "").contains(t, 403, "does not match")
}

// There is an identity pool behind its own door alone.
func TestTokenWithoutIdentities(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	if lines := fails(t, s.tokenCommand("TOKEN_USE=credentials")); !strings.Contains(lines[0], "no identity pool answers") {
		t.Errorf("got %q", lines)
	}
}
