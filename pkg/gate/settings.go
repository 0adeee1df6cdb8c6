package gate

import (
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

// Settings are what the authorizer's environment says.
type Settings struct {
	Tokens   cognito.Config
	Rules    policy.Rules
	OnReject OnReject
	LogLevel slog.Level

	// How key sets are fetched, see jwks.Config. Seed is the only pool's.
	Seed              []byte
	AllowInsecureHTTP bool
}

// seedFile is the key set that the build may put beside the binary.
const seedFile = "jwks.json"

// LoadSettings reads the authorizer's environment variables, which the README
// lists, and the key set file. That is JWKS_FILE, else jwks.json in folder if
// it is there. The error names every variable that is wrong.
func LoadSettings(getenv func(string) string, folder string) (Settings, error) {
	r := env.New(getenv)
	insecure := r.Bool("ALLOW_INSECURE_JWKS")
	s := Settings{
		AllowInsecureHTTP: insecure,
		Tokens: cognito.Config{
			Pools:          pools(r, insecure),
			ClientIDs:      r.List("CLIENT_IDS"),
			TokenUse:       cognito.TokenUse(r.OneOf("TOKEN_USE", string(cognito.AccessToken), string(cognito.IDToken))),
			RequiredScopes: r.List("REQUIRED_SCOPES"),
			RequiredGroups: r.List("REQUIRED_GROUPS"),
			Audience:       r.String("AUDIENCE", ""),
			ClockSkew:      r.Duration("CLOCK_SKEW", cognito.MaxClockSkew),
			AllowM2M:       r.Bool("ALLOW_M2M"),
		},
	}
	if s.Tokens.ClientIDs == nil || slices.ContainsFunc(s.Tokens.ClientIDs, notAnID) {
		r.Reject("CLIENT_IDS", "want the ids of the app clients whose tokens pass, each in full")
	}
	if r.OneOf("ON_REJECT", "unauthorized", "deny") == "deny" {
		s.OnReject = Deny
	}
	if rules := r.String("ACCESS_RULES", ""); rules != "" {
		var err error
		if s.Rules, err = policy.ParseRules(rules); err != nil {
			r.Reject("ACCESS_RULES", "%v", err)
		}
	}
	r.Text("LOG_LEVEL", &s.LogLevel, "debug, info, warn or error")
	s.Seed = seed(r, folder, s.Tokens.Pools)
	if err := r.Err(); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// notAnID catches patterns and lists in another notation: a client id is
// compared as it stands.
func notAnID(id string) bool { return strings.ContainsAny(id, "*; \t") }

// pools reads USER_POOL_ID, or ISSUER and JWKS_URL.
func pools(r *env.Reader, insecure bool) []cognito.UserPool {
	ids, issuer, keySet := r.List("USER_POOL_ID"), r.String("ISSUER", ""), r.String("JWKS_URL", "")
	replicas := r.List("REPLICA_REGIONS")
	switch {
	case ids == nil && issuer == "" && keySet == "":
		r.Reject("USER_POOL_ID", "want a user pool id, or ISSUER and JWKS_URL instead")
		return nil
	case ids != nil && (issuer != "" || keySet != ""):
		r.Reject("USER_POOL_ID", "want either it or ISSUER and JWKS_URL, not both")
		return nil
	case ids == nil && replicas != nil:
		r.Reject("REPLICA_REGIONS", "goes with USER_POOL_ID only")
		return nil
	case ids == nil:
		return issuerPool(r, issuer, keySet, insecure)
	}
	var all []cognito.UserPool
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			r.Reject("USER_POOL_ID", "%q is there twice", id)
		}
		pool, err := cognito.PoolByID(id, replicas...)
		if err != nil {
			r.Reject("USER_POOL_ID, REPLICA_REGIONS", "%v", err)
		}
		all = append(all, pool)
	}
	return all
}

func issuerPool(r *env.Reader, issuer, keySet string, insecure bool) []cognito.UserPool {
	if issuer == "" {
		r.Reject("ISSUER", "want it beside JWKS_URL")
	}
	if keySet == "" {
		r.Reject("JWKS_URL", "want it beside ISSUER")
	}
	if _, err := jwks.New(jwks.Config{URL: keySet, AllowInsecureHTTP: insecure}); err != nil && keySet != "" {
		r.Reject("JWKS_URL", "%v", err)
	}
	pool, err := cognito.PoolByIssuer(issuer, keySet)
	if err != nil {
		return nil // reported above
	}
	return []cognito.UserPool{pool}
}

// seed reads the bundled key set. With several pools it could not be told whose
// keys they are, and a pool must not vouch for another's tokens.
func seed(r *env.Reader, folder string, pools []cognito.UserPool) []byte {
	named := r.String("JWKS_FILE", "")
	file := named
	if file == "" {
		file = filepath.Join(folder, seedFile)
	}
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
		r.Reject("JWKS_FILE", "%s: works with one user pool only", file)
	}
	return document
}
