package cognito_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

func TestVerifyAccessToken(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	now := time.Unix(1_750_000_000, 0)
	verifier, err := cognito.NewVerifier(cognito.Config{
		Pools:     []cognito.UserPool{pool.UserPool},
		ClientIDs: []string{cognitotest.ClientID},
		Now:       func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := verifier.Verify(context.Background(), "Bearer "+pool.AccessToken(t, now))
	if err != nil {
		t.Fatal(err)
	}
	want := &cognito.Claims{
		Pool:      pool.Name,
		Issuer:    pool.Issuer(),
		Subject:   "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
		Username:  "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
		ClientID:  cognitotest.ClientID,
		TokenUse:  cognito.AccessToken,
		Scopes:    []string{"aws.cognito.signin.user.admin"},
		ExpiresAt: now.Add(time.Hour),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkVerify(b *testing.B) {
	pool := cognitotest.NewPool(b)
	verifier, err := cognito.NewVerifier(cognito.Config{
		Pools:     []cognito.UserPool{pool.UserPool},
		ClientIDs: []string{cognitotest.ClientID},
	})
	if err != nil {
		b.Fatal(err)
	}
	token := "Bearer " + pool.AccessToken(b, time.Now())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := verifier.Verify(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}
