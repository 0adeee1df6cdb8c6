package userpool_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/local/userpool"
)

// A copy of the state file, taken while the pool is open, is what a killed
// process leaves behind.
func TestStateOutlivesAKill(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if err := f.addToGroup(poolID, email, "writers"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.signUp("bob@example.com", password); err != nil {
		t.Fatal(err)
	}
	code := f.code("bob@example.com")
	tokens := f.mustSignIn()

	raw, err := os.ReadFile(filepath.Join(f.dir, "pool.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(f.dir, "pool.db"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	f.open()

	if claims, _, err := f.verify(*tokens.AccessToken); err != nil || claims["cognito:groups"] == nil {
		t.Errorf("token from before: %v, %v", claims, err)
	}
	if _, err := f.refresh(*tokens.RefreshToken); err != nil {
		t.Errorf("refresh token from before: %v", err)
	}
	f.mustSignIn()
	if err := f.confirm("bob@example.com", code); err != nil {
		t.Errorf("code from before: %v", err)
	}
}

func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens := f.mustSignIn()
	_, _ = f.signIn(email, "Wrong-Horse-9")
	_, _ = f.signIn(password, password)
	_, _ = f.refresh(*tokens.RefreshToken + "x")
	_ = f.getUser(*tokens.AccessToken + "x")
	f.rotate("?revoke=true")

	state, err := os.ReadFile(filepath.Join(f.dir, "pool.db"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(state, []byte(email)) || !strings.Contains(f.log.String(), "signed in") {
		t.Fatal("looking in the wrong place")
	}
	refresh, err := base64.RawURLEncoding.DecodeString(*tokens.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	secret := refresh[len(refresh)-32:]
	for name, text := range map[string]string{
		"password": password, "wrong password": "Wrong-Horse-9", "refresh token": *tokens.RefreshToken,
		"refresh secret": string(secret), "refresh secret as JSON": base64.StdEncoding.EncodeToString(secret)[:40],
		"access token": *tokens.AccessToken, "access signature": (*tokens.AccessToken)[strings.LastIndex(*tokens.AccessToken, "."):],
		"ID token": *tokens.IdToken, "token header": (*tokens.AccessToken)[:40],
	} {
		if bytes.Contains(state, []byte(text)) {
			t.Errorf("%s: in pool.db", name)
		}
		if strings.Contains(f.log.String(), text) {
			t.Errorf("%s: in the log", name)
		}
	}
	info, err := os.Stat(filepath.Join(f.dir, "pool.db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("pool.db: got mode %v (%v), want 0600", info.Mode(), err)
	}
}

func TestTokenLifetime(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	f.reopen(func(cfg *userpool.Config) {
		c := &cfg.Clients[0]
		c.AccessTokenValidity, c.IDTokenValidity, c.RefreshTokenValidity = 5, 600, 2
		c.TokenValidityUnits.AccessToken, c.TokenValidityUnits.IDToken, c.TokenValidityUnits.RefreshToken = "minutes", "seconds", "hours"
	})
	tokens := f.mustSignIn()
	for token, want := range map[string]float64{*tokens.AccessToken: 300, *tokens.IdToken: 600} {
		claims, _, err := f.verify(token)
		if err != nil {
			t.Fatal(err)
		}
		if tokens.ExpiresIn != 300 || claims["exp"].(float64)-claims["iat"].(float64) != want {
			t.Errorf("got ExpiresIn %d and %v, want 300 s and %v s", tokens.ExpiresIn, claims, want)
		}
	}
	f.clock.Forward(2*time.Hour - time.Second)
	if _, err := f.refresh(*tokens.RefreshToken); err != nil {
		t.Errorf("a second before two hours: %v", err)
	}
	f.clock.Forward(time.Second)
	_, err := f.refresh(*tokens.RefreshToken)
	wantFault(t, err, "NotAuthorizedException", "Refresh Token has expired")
}

// Moving the pool makes another issuer of it, so its old tokens are foreign
// though its keys are the same.
func TestTokenOfAnotherAddress(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	tokens := f.mustSignIn()
	f.reopen(func(cfg *userpool.Config) { cfg.BaseURL = "http://127.0.0.1:1" })
	wantFault(t, f.getUser(*tokens.AccessToken), "NotAuthorizedException", "Invalid Access Token")
	fresh, err := f.refresh(*tokens.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.getUser(*fresh.AccessToken); err != nil {
		t.Errorf("refreshed at the new address: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	valid := func() userpool.Config {
		return userpool.Config{
			Dir: t.TempDir(), PoolID: poolID, BaseURL: "http://127.0.0.1:9229/",
			Clients: []userpool.Client{{ID: clientID, AuthFlows: []string{userpool.AllowUserPassword}}},
		}
	}
	for base, want := range map[string]string{
		"http://127.0.0.1:9229/": "http://127.0.0.1:9229/" + poolID, "https://pool.example": "https://pool.example/" + poolID,
	} {
		cfg := valid()
		cfg.BaseURL = base
		p, err := userpool.Open(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Issuer(); got != want {
			t.Errorf("issuer: got %s, want %s", got, want)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}

	for name, row := range map[string]struct {
		change func(*userpool.Config)
		want   string
	}{
		"no folder":        {func(c *userpool.Config) { c.Dir = "" }, "Dir is empty"},
		"pool id":          {func(c *userpool.Config) { c.PoolID = "local/x" }, `PoolID: "local/x" must have a form like local_notegate`},
		"base with a path": {func(c *userpool.Config) { c.BaseURL = "http://x/y" }, `BaseURL: "http://x/y" must be a scheme and a host, without a path`},
		"base, no host":    {func(c *userpool.Config) { c.BaseURL = "http:///" }, `BaseURL: "http:///" must be a scheme and a host, without a path`},
		"base of files":    {func(c *userpool.Config) { c.BaseURL = "ftp://x" }, `BaseURL: "ftp://x" must be a scheme and a host, without a path`},
		"base, no scheme":  {func(c *userpool.Config) { c.BaseURL = "127.0.0.1:1" }, `BaseURL: "127.0.0.1:1" must be a scheme and a host, without a path`},
		"no clients":       {func(c *userpool.Config) { c.Clients = nil }, "Clients is empty"},
		"client id":        {func(c *userpool.Config) { c.Clients[0].ID = "" }, `Clients: "" must be an id of letters, digits, _ and + that no other client has`},
		"client twice":     {func(c *userpool.Config) { c.Clients = append(c.Clients, c.Clients[0]) }, `Clients: "app" must be an id of letters, digits, _ and + that no other client has`},
		"auth flow":        {func(c *userpool.Config) { c.Clients[0].AuthFlows[0] = "ALLOW_ALL" }, `Clients: "app": ExplicitAuthFlows: "ALLOW_ALL" is not available here`},
		"lifetime":         {func(c *userpool.Config) { c.Clients[0].AccessTokenValidity = 25 }, `Clients: "app": Invalid range for token validity.`},
		"settings":         {func(c *userpool.Config) { c.Settings.MFA = "MAYBE" }, `Settings: MfaConfiguration: want OFF, OPTIONAL or ON, got "MAYBE"`},
		"resource server": {func(c *userpool.Config) { c.ResourceServers = []userpool.ResourceServer{{Identifier: ""}} },
			`ResourceServers: "": 1 validation error detected: Value at 'identifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x5B\x5D-\x7E]+`},
		"scope": {func(c *userpool.Config) {
			c.ResourceServers = []userpool.ResourceServer{{Identifier: "notes", Scopes: []userpool.Scope{{Name: "read/all"}}}}
		}, `ResourceServers: "notes": 1 validation error detected: Value at 'scopes' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`},
		"two at once": {func(c *userpool.Config) { c.Dir, c.Clients = "", nil },
			"Dir is empty; Clients is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := valid()
			row.change(&cfg)
			_, err := userpool.Open(cfg)
			if want := "userpool: bad configuration: " + row.want; err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
	t.Run("folder below a file", func(t *testing.T) {
		cfg := valid()
		file := filepath.Join(cfg.Dir, "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		cfg.Dir = filepath.Join(file, "pool")
		_, err := userpool.Open(cfg)
		if want := "userpool: open state: mkdir " + file + ": not a directory"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
	t.Run("state file in use", func(t *testing.T) {
		cfg := valid()
		first, err := userpool.Open(cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer first.Close()
		_, err = userpool.Open(cfg)
		if want := "userpool: open state: " + filepath.Join(cfg.Dir, "pool.db") + " is in use by another process"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// EnsureUser is how the local command keeps the promise of its welcome.
func TestEnsureUser(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	before := f.sub()
	if err := f.EnsureUser(email, "Another-Horse-9"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.signIn(email, password); err == nil {
		t.Error("the password of before still opens")
	}
	if err := f.EnsureUser(email, password); err != nil {
		t.Fatal(err)
	}
	if after := f.sub(); after != before {
		t.Errorf("another user: got %s, want %s", after, before)
	}
	if _, err := f.signUp("bob@example.com", "Bobs-Horse-9"); err != nil {
		t.Fatal(err)
	}
	if err := f.EnsureUser("bob@example.com", password); err != nil {
		t.Fatal(err)
	}
	if _, err := f.signIn("bob@example.com", password); err != nil {
		t.Errorf("who signed up and was not confirmed: %v", err)
	}
}

func TestEnsureUserRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	err := f.EnsureUser("ann", password)
	if want := `userpool: ensure user: "ann" is not an e-mail address`; err == nil || err.Error() != want {
		t.Errorf("no address: got %v, want %s", err, want)
	}
}

// The demo user's password is set as an administrator would, past the policy.
func TestEnsuredPasswordNeedsNoPolicy(t *testing.T) {
	t.Parallel()
	f := open(t)
	if err := f.EnsureUser(email, "weak"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.signIn(email, "weak"); err != nil {
		t.Error(err)
	}
}

// sub signs the user in and returns the sub.
func (f *fixture) sub() string {
	f.t.Helper()
	claims, _, err := f.verify(*f.mustSignIn().AccessToken)
	if err != nil {
		f.t.Fatal(err)
	}
	return claims["sub"].(string)
}
