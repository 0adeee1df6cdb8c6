// Package userpooltest serves the local user pool for as long as a test runs: a
// pool that apps sign in to with an AWS SDK, where cognitotest only signs tokens.
package userpooltest

import (
	"net/http/httptest"
	"testing"

	"github.com/notegate/notegate/infra/local/userpool"
	"github.com/notegate/notegate/pkg/cognito"
)

// ClientID is the pool's app client, unless the test configures others.
const ClientID = "testapp"

// A Pool is a served user pool.
type Pool struct {
	*userpool.Pool
	URL string // where it is served: the BaseEndpoint of an AWS SDK's client
}

// New returns a pool on a loopback port that lives until the test ends. It has no
// user yet, see [userpool.Pool.EnsureUser] and SignUp. Its app client may sign in
// by user name and password, and refresh; change decides last about the
// configuration. A configuration that [userpool.Open] refuses fails the test.
func New(t testing.TB, change ...func(*userpool.Config)) *Pool {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	p := &Pool{URL: "http://" + server.Listener.Addr().String()}
	cfg := userpool.Config{
		Dir: t.TempDir(), PoolID: "local_test", BaseURL: p.URL,
		Clients: []userpool.Client{{ID: ClientID, AuthFlows: []string{userpool.AllowUserPassword, userpool.AllowRefreshToken}}},
	}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if p.Pool, err = userpool.Open(cfg); err != nil {
		server.Listener.Close()
		t.Fatal(err)
	}
	server.Config.Handler = p.Pool
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// UserPool is what a verifier must know of the pool.
func (p *Pool) UserPool() cognito.UserPool {
	return cognito.UserPool{Name: p.Issuer(), Issuers: []cognito.Issuer{{URL: p.Issuer(), KeySetURL: p.KeySetURL()}}}
}
