package cognito_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
)

// Each row makes a good configuration wrong in one way.
func TestConfig(t *testing.T) {
	t.Parallel()
	rows := []struct {
		rule   string
		change func(*cognito.Config)
		want   string // in the error; empty if there is none
	}{
		{"unchanged", func(*cognito.Config) {}, ""},
		{"no pool", func(c *cognito.Config) { c.Pools = nil }, "no user pool"},
		{"pool without issuer", func(c *cognito.Config) { c.Pools[0].Issuers = nil }, "has no issuer"},
		{"empty issuer", func(c *cognito.Config) { c.Pools[0].Issuers[0].URL = "" }, "must not be empty"},
		{"pool twice", func(c *cognito.Config) { c.Pools = append(c.Pools, c.Pools[0]) }, "not be configured twice"},
		{"key set over plain http", func(c *cognito.Config) { c.Pools[0].Issuers[0].KeySetURL = "http://pool.example" }, "must be https"},
		{"fallback over plain http", func(c *cognito.Config) { c.Pools[0].Issuers[0].Fallbacks = []string{"http://pool.example"} }, "must be https"},
		{"no client", func(c *cognito.Config) { c.ClientIDs = nil }, "no app client id"},
		{"empty client", func(c *cognito.Config) { c.ClientIDs = []string{clientID, ""} }, `app client id ""`},
		{"any client", func(c *cognito.Config) { c.ClientIDs = []string{"*"} }, `app client id "*"`},
		{"blank in a client", func(c *cognito.Config) { c.ClientIDs = []string{clientID + " x"} }, "must be a complete id"},
		{"any audience", func(c *cognito.Config) { c.AllowAnyAudience = true }, ""},
		{"any audience and one", func(c *cognito.Config) { c.AllowAnyAudience, c.Audience = true, "https://notes.example" }, "AllowAnyAudience contradicts Audience"},
		{"access", func(c *cognito.Config) { c.TokenUse = cognito.AccessToken }, ""},
		{"id", func(c *cognito.Config) { c.TokenUse = cognito.IDToken }, ""},
		{"other token use", func(c *cognito.Config) { c.TokenUse = "refresh" }, `token use "refresh"`},
		{"skew of 120 s", func(c *cognito.Config) { c.ClockSkew = 120 * time.Second }, ""},
		{"skew beyond", func(c *cognito.Config) { c.ClockSkew = 120*time.Second + 1 }, "clock skew 2m0.000000001s"},
		{"negative skew", func(c *cognito.Config) { c.ClockSkew = -1 }, "clock skew -1ns"},
		{"empty scope", func(c *cognito.Config) { c.RequiredScopes = []string{""} }, "scope or group is empty"},
		{"empty group", func(c *cognito.Config) { c.RequiredGroups = []string{"admin", ""} }, "scope or group is empty"},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			cfg := access().config
			row.change(&cfg)
			v, err := cognito.NewVerifier(cfg)
			switch {
			case row.want == "" && err != nil:
				t.Errorf("got error %v, want none", err)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
				t.Errorf("got error %v, want it to hold %q", err, row.want)
			case row.want != "" && v != nil:
				t.Error("got a verifier beside an error")
			}
		})
	}
}

func TestConfigReportsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	_, err := cognito.NewVerifier(cognito.Config{TokenUse: "refresh", ClockSkew: time.Hour, RequiredScopes: []string{""}})
	want := `cognito: no user pool; no app client id: without one, tokens of every client of the pool would pass; ` +
		`token use "refresh" must be "access" or "id"; clock skew 1h0m0s must be 0s to 2m0s; a required scope or group is empty`
	if err == nil {
		t.Fatal("got no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
	if _, err := cognito.NewVerifier(cognito.Config{}); err == nil {
		t.Error("the zero Config: got no error")
	}
}

// What is trusted does not change with the slices it came in.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	r := code()
	r.config.RequiredScopes, r.config.RequiredGroups = []string{"notes/read"}, []string{"staff"}
	v, good := r.verifier(t), r.authorization(t)
	r.config.ClientIDs[1] = "9876543210another"
	r.config.RequiredScopes[0], r.config.RequiredGroups[0] = "nothing", "nobody"
	if _, err := v.Verify(t.Context(), good); err != nil {
		t.Error(err)
	}
	r.claims["client_id"] = "9876543210another"
	_, err := v.Verify(t.Context(), r.authorization(t))
	wantRefusal(t, err, cognito.ReasonClient)
}

func TestPoolByID(t *testing.T) {
	t.Parallel()
	const replica = "https://cognito-idp.us-east-1.amazonaws.com/" + poolID
	got, err := cognito.PoolByID(poolID, "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	want := cognito.UserPool{Name: poolID, Issuers: []cognito.Issuer{
		{URL: issuer, KeySetURL: issuer + jwksPath, Fallbacks: []string{replica + jwksPath}},
		{URL: replica, KeySetURL: replica + jwksPath, Fallbacks: []string{issuer + jwksPath}},
		{URL: updated, KeySetURL: updated + jwksPath, Fallbacks: []string{replica + jwksPath}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPoolIDs(t *testing.T) {
	t.Parallel()
	rows := []struct {
		rule, id string
		replicas []string
		want     string // in the error; empty if there is none
	}{
		{"good", poolID, nil, ""},
		{"GovCloud", "us-gov-west-1_AbCdEfGhI", nil, ""},
		{"Region with two digits", "ap-southeast-10_AbCdEfGhI", nil, ""},
		{"two replicas", poolID, []string{"us-east-1", "ap-northeast-3"}, ""},
		{"empty", "", nil, "user pool id"},
		{"without Region", "AbCdEfGhI", nil, "user pool id"},
		{"without name", "eu-west-1_", nil, "user pool id"},
		{"name alone", "_AbCdEfGhI", nil, "user pool id"},
		{"an emulator's", "local_AbCdEfGhI", nil, `Region "local"`},
		{"two underscores", "eu-west-1_Ab_Cd", nil, "user pool id"},
		{"Region in upper case", "EU-WEST-1_AbCdEfGhI", nil, "user pool id"},
		{"Region that is a host", "eu-west-1.attacker.example_AbCdEfGhI", nil, "user pool id"},
		{"slash", "eu-west-1_Ab/../Cd", nil, "user pool id"},
		{"line feed", poolID + "\n", nil, "user pool id"},
		{"blank", poolID + " ", nil, "user pool id"},
		{"of 56 bytes", "eu-west-1_" + strings.Repeat("A", 46), nil, "user pool id"},
		{"of 55 bytes", "eu-west-1_" + strings.Repeat("A", 45), nil, ""},
		{"China", "cn-north-1_AbCdEfGhI", nil, "AWS documents no issuer"},
		{"European Sovereign Cloud", "eusc-de-east-1_AbCdEfGhI", nil, "AWS documents no issuer"},
		{"ISO", "us-iso-east-1_AbCdEfGhI", nil, "AWS documents no issuer"},
		{"ISOB", "us-isob-east-1_AbCdEfGhI", nil, "AWS documents no issuer"},
		{"ISOE", "eu-isoe-west-1_AbCdEfGhI", nil, "AWS documents no issuer"},
		{"replica without digits", poolID, []string{"us-east"}, `Region "us-east"`},
		{"replica that is empty", poolID, []string{""}, `Region ""`},
		{"replica that is a host", poolID, []string{"us-east-1.attacker.example"}, "must be a name like"},
		{"replica in China", poolID, []string{"cn-north-1"}, "AWS documents no issuer"},
	}
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			pool, err := cognito.PoolByID(row.id, row.replicas...)
			switch {
			case row.want == "" && err != nil:
				t.Errorf("got error %v, want none", err)
			case row.want == "" && pool.Name != row.id:
				t.Errorf("got name %q, want %q", pool.Name, row.id)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
				t.Errorf("got error %v, want it to hold %q", err, row.want)
			}
		})
	}
}

func TestPoolByIssuer(t *testing.T) {
	t.Parallel()
	got, err := cognito.PoolByIssuer("http://localhost:9229/local", "http://127.0.0.1:9229/keys")
	if err != nil {
		t.Fatal(err)
	}
	want := cognito.UserPool{Name: "http://localhost:9229/local", Issuers: []cognito.Issuer{
		{URL: "http://localhost:9229/local", KeySetURL: "http://127.0.0.1:9229/keys"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, missing := range [][2]string{{"", "https://pool.example"}, {"https://pool.example", ""}} {
		if _, err := cognito.PoolByIssuer(missing[0], missing[1]); err == nil {
			t.Errorf("%q: got no error", missing)
		}
	}
}

func TestReasonOf(t *testing.T) {
	t.Parallel()
	if got := cognito.ReasonOf(errors.New("something else")); got != "" {
		t.Errorf("got %q, want none", got)
	}
	if got := cognito.ReasonOf(nil); got != "" {
		t.Errorf("got %q, want none", got)
	}
}
