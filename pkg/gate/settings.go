package gate

import (
	"cmp"
	"context"
	"crypto/x509"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/env"
	"github.com/notegate/notegate/pkg/jwks"
	"github.com/notegate/notegate/pkg/policy"
)

// Settings are what the environment of the authorizer says, see [LoadSettings],
// and the hooks that only Go can set.
type Settings struct {
	Tokens   cognito.Config
	LogLevel slog.Level

	// See Config.
	TokenFrom     TokenFrom
	Rules         policy.Rules
	OnReject      OnReject
	HTTPResponse  HTTPResponse
	ContextClaims []string
	Metrics       Metrics
	FunctionName  string
	Context       func(context.Context, *cognito.Claims) (map[string]string, error)
	Observe       func(context.Context, Decision)

	// ObserveKeySet is called when something happens to a key set, see jwks.Config. A
	// key set that Tokens brings with it has an observer of its own, and is in no
	// metric.
	ObserveKeySet func(context.Context, jwks.Event)

	// How key sets are fetched, see jwks.Config. Seed is the only pool's.
	Seed              []byte
	RootCAs           *x509.CertPool
	AllowInsecureHTTP bool
}

// seedFile is the key set that the build may put beside the binary.
const seedFile = "jwks.json"

// LoadSettings reads the authorizer's environment variables, which authorizer/README.md
// lists, and the key set file: JWKS_FILE, or else jwks.json in folder if it
// exists. The error is one line that names every invalid variable.
func LoadSettings(getenv func(string) string, folder string) (Settings, error) {
	r := env.New(getenv)
	insecure := r.Bool("ALLOW_INSECURE_JWKS")
	s := Settings{
		AllowInsecureHTTP: insecure,
		RootCAs:           r.CertPool("AWS_CA_BUNDLE"),
		Tokens: cognito.Config{
			Pools:            pools(r, insecure),
			ClientIDs:        r.List("CLIENT_IDS"),
			TokenUse:         cognito.TokenUse(r.OneOf("TOKEN_USE", string(cognito.AccessToken), string(cognito.IDToken))),
			RequiredScopes:   names(r, "REQUIRED_SCOPES"),
			RequiredGroups:   names(r, "REQUIRED_GROUPS"),
			Audience:         r.String("AUDIENCE", ""),
			ClockSkew:        r.Duration("CLOCK_SKEW", cognito.MaxClockSkew),
			AllowM2M:         r.Bool("ALLOW_M2M"),
			AllowAnyAudience: r.Bool("ALLOW_ANY_AUDIENCE"),
		},
		LogLevel: r.Level("LOG_LEVEL"),
	}
	if s.Tokens.ClientIDs == nil {
		r.Reject("CLIENT_IDS", "must name the app clients whose tokens are accepted")
	}
	if i := slices.IndexFunc(s.Tokens.ClientIDs, notAnID); i >= 0 {
		r.MustBe("CLIENT_IDS", s.Tokens.ClientIDs[i], "a complete app client id without wildcards or blanks")
	}
	if s.Tokens.AllowAnyAudience && s.Tokens.Audience != "" {
		r.Reject("ALLOW_ANY_AUDIENCE", "must be false where AUDIENCE is set")
	}
	if r.OneOf("ON_REJECT", "unauthorized", "deny") == "deny" {
		s.OnReject = Deny
	}
	s.readEvents(r)
	var err error
	if s.Rules, err = policy.ParseRules(r.String("ACCESS_RULES", "")); err != nil {
		r.Reject("ACCESS_RULES", "%v", err)
	}
	s.Seed = seed(r, folder, s.Tokens.Pools)
	if err := r.Err(); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// readEvents reads how events are taken, answered and counted.
func (s *Settings) readEvents(r *env.Reader) {
	var err error
	if s.TokenFrom, err = ParseTokenFrom(r.String("TOKEN_FROM", "")); err != nil {
		r.Reject("TOKEN_FROM", "%v", err)
	}
	if r.OneOf("HTTP_RESPONSE", "simple", "policy") == "policy" {
		s.HTTPResponse = PolicyResponse
	}
	s.ContextClaims = r.List("CONTEXT_CLAIMS")
	if !slices.Contains(s.ContextClaims, "") { // which List has reported
		for _, wrong := range checkContextClaims(s.ContextClaims) {
			r.Reject("CONTEXT_CLAIMS", "%s", wrong)
		}
	}
	if r.OneOf("METRICS", "off", "emf") == "emf" {
		s.Metrics = MetricsEMF
		if s.LogLevel > slog.LevelInfo {
			r.Reject("METRICS", "emf needs LOG_LEVEL debug or info: the metrics are in lines of level info")
		}
	}
}

// names reads a comma list of scopes or groups, which are percent-encoded where
// they hold a comma or a percent sign.
func names(r *env.Reader, variable string) []string {
	list := r.List(variable)
	for i, text := range list {
		name, err := policy.UnescapeName(text)
		if err != nil && text != "" { // which List has reported
			r.MustBe(variable, text, "a name in UTF-8, with %%2C for a comma and %%25 for a percent sign")
		}
		list[i] = name
	}
	return list
}

// notAnID catches patterns and lists in another notation: a client id is
// compared as it stands.
func notAnID(id string) bool { return strings.ContainsAny(id, "*; \t\r\n") }

// pools reads USER_POOL_ID, or ISSUER and JWKS_URL.
func pools(r *env.Reader, insecure bool) []cognito.UserPool {
	ids, issuer, keySet := r.List("USER_POOL_ID"), r.String("ISSUER", ""), r.String("JWKS_URL", "")
	replicas := r.List("REPLICA_REGIONS")
	switch {
	case ids == nil && issuer == "" && keySet == "":
		r.Reject("USER_POOL_ID", "set USER_POOL_ID, or ISSUER and JWKS_URL")
		return nil
	case ids != nil && (issuer != "" || keySet != ""):
		r.Reject("USER_POOL_ID", "set USER_POOL_ID, or ISSUER and JWKS_URL, not both")
		return nil
	case ids == nil && replicas != nil:
		r.Reject("REPLICA_REGIONS", "allowed with USER_POOL_ID only")
		return nil
	case ids == nil:
		return issuerPool(r, issuer, keySet, insecure)
	}
	checkReplicas(r, ids, replicas)
	var all []cognito.UserPool
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			r.Reject("USER_POOL_ID", "%q is listed twice", id)
		}
		pool, err := cognito.PoolByID(id, replicas...)
		if err != nil {
			name := "USER_POOL_ID"
			if _, alone := cognito.PoolByID(id); alone == nil {
				name = "REPLICA_REGIONS"
			}
			r.Reject(name, "%v", err)
		}
		all = append(all, pool)
	}
	return all
}

// checkReplicas reports Regions whose issuer would be there twice.
func checkReplicas(r *env.Reader, ids, replicas []string) {
	for i, region := range replicas {
		home := slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, region+"_") })
		if home || slices.Contains(replicas[:i], region) {
			r.MustBe("REPLICA_REGIONS", region, "a Region other than the user pool's, named once")
		}
	}
}

func issuerPool(r *env.Reader, issuer, keySet string, insecure bool) []cognito.UserPool {
	if issuer == "" {
		r.Reject("ISSUER", "required with JWKS_URL")
	}
	if keySet == "" {
		r.Reject("JWKS_URL", "required with ISSUER")
	} else if err := jwks.CheckURL(keySet, insecure); err != nil {
		r.Reject("JWKS_URL", "%v", err)
	}
	pool, _ := cognito.PoolByIssuer(issuer, keySet) // what it refuses is reported above
	return []cognito.UserPool{pool}
}

// seed reads the bundled key set. With several pools it could not be told whose
// keys they are, and a pool must not vouch for another's tokens.
func seed(r *env.Reader, folder string, pools []cognito.UserPool) []byte {
	named := r.String("JWKS_FILE", "")
	file := cmp.Or(named, filepath.Join(folder, seedFile))
	document, err := os.ReadFile(file)
	if os.IsNotExist(err) && named == "" {
		return nil
	}
	if err == nil {
		err = jwks.CheckDocument(document)
	}
	switch {
	case err != nil:
		r.Reject("JWKS_FILE", "%s: %v", file, err)
	case len(pools) > 1:
		r.Reject("JWKS_FILE", "%s: allowed with one user pool only", file)
	}
	return document
}
