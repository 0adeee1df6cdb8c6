package main

import (
	"cmp"
	"log/slog"
	"net/url"
	"strings"

	"github.com/notegate/notegate/infra/local/userpool"
	"github.com/notegate/notegate/pkg/env"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/noteapi"
)

// config is the settings from the environment.
type config struct {
	GatewayAddr string // host:port of the API
	PoolAddr    string // host:port of the local user pool
	WebAddr     string // host:port of the page
	LoginURL    string // the hosted login of the page's users, if the local pool's is not it
	DataDir     string
	Store       string            // bolt or dynamodb
	Clients     []userpool.Client // of CLIENTS_FILE
	PreToken    []string          // command of the pre token generation trigger; none without one
	Origins     origins
	Reach       reach
	OwnPool     bool // tokens come from the local user pool, as they do unless another is named
	OwnTable    bool // the table is at an endpoint that is not AWS itself
	LogLevel    slog.Level
	UserPoolID  string // of the pool on AWS, if one is named
	Door        frontDoor

	Authorizer gate.Settings    // as deployed; with OwnPool, its pool is a placeholder
	Notes      noteapi.Settings // as deployed
}

const (
	defaultGatewayAddr = "127.0.0.1:3000"
	defaultPoolAddr    = "127.0.0.1:9229"
	defaultWebAddr     = "127.0.0.1:8080"
	defaultDataDir     = ".local"
)

// The local user pool, its app client and its first user.
const (
	region       = "us-east-1"
	poolID       = "local_notegate"
	clientID     = "localnotesapp"
	otherClient  = "localotherapp" // its tokens are good, and the gate must refuse them
	demoEmail    = "demo@example.com"
	demoPassword = "Notegate-1"
)

// loadConfig reads this machine's settings and those of both functions, and
// reports everything that is wrong with them at once.
func loadConfig(getenv func(string) string) (config, error) {
	r := env.New(getenv)
	c := config{
		GatewayAddr: r.String("GATEWAY_ADDR", defaultGatewayAddr),
		PoolAddr:    r.String("POOL_ADDR", defaultPoolAddr),
		WebAddr:     r.String("WEB_ADDR", defaultWebAddr),
		LoginURL:    r.String("LOGIN_URL", ""),
		DataDir:     r.String("DATA_DIR", defaultDataDir),
		Store:       "bolt",
		OwnPool:     getenv("USER_POOL_ID") == "" && getenv("ISSUER") == "" && getenv("JWKS_URL") == "",
		OwnTable:    getenv("AWS_ENDPOINT_URL_DYNAMODB") != "" || getenv("AWS_ENDPOINT_URL") != "",
		LogLevel:    r.Level("LOG_LEVEL"),
		UserPoolID:  r.String("USER_POOL_ID", ""),
	}
	readDoor(r, &c)
	if getenv("STORE") != "" || getenv("AWS_ENDPOINT_URL_DYNAMODB") != "" {
		c.Store = r.OneOf("STORE", "dynamodb", "bolt")
	}
	if u, err := url.Parse(c.LoginURL); c.LoginURL != "" && (err != nil || u.Host == "") {
		r.MustBe("LOGIN_URL", c.LoginURL, "a URL such as https://notes.auth.eu-west-1.amazoncognito.com")
	}

	c.Clients = readClients(r)
	c.PreToken = strings.Fields(r.String("PRE_TOKEN_GENERATION", ""))
	c.Origins = readOrigins(r)
	c.Reach = readReach(r)

	var err error
	c.Authorizer, err = gate.LoadSettings(c.deployed(getenv), c.DataDir)
	r.Include(err)
	c.Notes, err = noteapi.LoadSettings(c.deployed(getenv))
	r.Include(err)
	return c, r.Err()
}

// deployed is the environment as the functions see it. LOG_LEVEL is read only
// here, and the issuer of the local user pool is known only when it listens.
func (c config) deployed(getenv func(string) string) func(string) string {
	local := map[string]string{"LOG_LEVEL": "", "ALLOWED_ORIGIN": c.Origins.first()}
	if c.OwnPool {
		local["ISSUER"], local["JWKS_URL"], local["CLIENT_IDS"] = "later", "https://later.invalid", cmp.Or(getenv("CLIENT_IDS"), clientID)
	}
	return func(name string) string {
		if value, ok := local[name]; ok {
			return value
		}
		return getenv(name)
	}
}

// hasPage tells whether there is a login to send the page's users to, and a door
// that takes their tokens.
func (c config) hasPage() bool {
	return (c.OwnPool || c.LoginURL != "") && c.Door.takesAccessTokens()
}
