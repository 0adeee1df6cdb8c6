package cognitotest_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

func newVerifier(t testing.TB, pool *cognitotest.Pool, change func(*cognito.Config)) *cognito.Verifier {
	t.Helper()
	cfg := cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}}
	if change != nil {
		change(&cfg)
	}
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Each kind of token is what its name says to a verifier that wants the other
// kinds, and the unedited token passes the same one.
func TestKindsOfTokens(t *testing.T) {
	t.Parallel()
	pool, now := cognitotest.NewPool(t, key()), time.Now()
	id := func(c *cognito.Config) { c.TokenUse = cognito.IDToken }
	machines := func(c *cognito.Config) { c.AllowM2M = true }
	for rule, tt := range map[string]struct {
		edit []cognitotest.Edit
		cfg  func(*cognito.Config)
		id   bool
		want error
		then func(*cognito.Claims) // what differs from the unedited token's claims
	}{
		"in groups":         {edit: edits(cognitotest.InGroups("admins", "ops")), then: func(c *cognito.Claims) { c.Groups = []string{"admins", "ops"} }},
		"in groups, id":     {id: true, cfg: id, edit: edits(cognitotest.InGroups("admins")), then: func(c *cognito.Claims) { c.Groups = []string{"admins"} }},
		"with scopes":       {edit: edits(cognitotest.WithScopes("a/read", "a/write")), then: func(c *cognito.Claims) { c.Scopes = []string{"a/read", "a/write"} }},
		"expired":           {edit: edits(cognitotest.Expired), want: cognito.ErrExpired},
		"expired, id":       {id: true, cfg: id, edit: edits(cognitotest.Expired), want: cognito.ErrExpired},
		"another client":    {edit: edits(cognitotest.ForClient("another")), want: cognito.ErrClient},
		"another client,id": {id: true, cfg: id, edit: edits(cognitotest.ForClient("another")), want: cognito.ErrClient},
		"another user":      {edit: edits(cognitotest.ForUser("ann")), then: func(c *cognito.Claims) { c.Subject, c.Username = "ann", "ann" }},
		"another user, id":  {id: true, cfg: id, edit: edits(cognitotest.ForUser("ann")), then: func(c *cognito.Claims) { c.Subject, c.Username = "ann", "ann" }},
		"machine":           {edit: edits(cognitotest.Machine("a/read")), want: cognito.ErrSubject},
		"machine, allowed": {cfg: machines, edit: edits(cognitotest.Machine("a/read")), then: func(c *cognito.Claims) {
			c.Subject, c.Username, c.Scopes = cognitotest.ClientID, "", []string{"a/read"}
		}},
		"federated": {edit: edits(cognitotest.InGroups("ops"), cognitotest.Federated("Google", "1234")), then: func(c *cognito.Claims) {
			c.Username, c.Groups, c.Scopes = "Google_1234", []string{"ops", "eu-west-1_Example_Google"}, []string{"openid", "email"}
		}},
		"federated, id": {id: true, cfg: id, edit: edits(cognitotest.Federated("Google", "1234")), then: func(c *cognito.Claims) {
			c.Username, c.Groups = "Google_1234", []string{"eu-west-1_Example_Google"}
		}},
		"a claim":       {edit: edits(cognitotest.WithClaim("aud", "https://api.example.com")), want: cognito.ErrClient},
		"without claim": {edit: edits(cognitotest.WithoutClaim("exp")), want: cognito.ErrMalformed},
	} {
		v := newVerifier(t, pool, tt.cfg)
		sign := pool.AccessToken
		if tt.id {
			sign = pool.IDToken
		}
		want, err := v.Verify(t.Context(), sign(t, now))
		if err != nil {
			t.Errorf("%s: unedited: %v", rule, err)
			continue
		}
		got, err := v.Verify(t.Context(), sign(t, now, tt.edit...))
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got error %v, want %v", rule, err, tt.want)
		}
		if tt.want != nil {
			continue
		}
		tt.then(want)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(cognito.Claims{})); diff != "" {
			t.Errorf("%s: claims (-want +got):\n%s", rule, diff)
		}
	}
}

func edits(all ...cognitotest.Edit) []cognitotest.Edit { return all }

// An ID token of a federated user says who the provider was, as Cognito does.
func TestFederatedIdentity(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t, key())
	got := pool.IDClaims(time.Unix(1782992567, 0), cognitotest.Federated("Google", "1234"))["identities"]
	want := []map[string]any{{"userId": "1234", "providerName": "Google", "providerType": "Google", "issuer": nil, "primary": "true", "dateCreated": "1782992567000"}}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("identities (-want +got):\n%s", diff)
	}
}

// key is made once, because that takes time.
var key = sync.OnceValue(func() cognitotest.Key { return cognitotest.NewKey(cognitotest.NewT()) })
