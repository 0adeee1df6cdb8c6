// Package userpool is a stand-in for an Amazon Cognito user pool on one
// machine. It speaks Cognito's own wire protocol, so that any AWS SDK is its
// client, and signs tokens with the claims and the two keys of a real pool, so
// that whatever verifies these verifies those.
//
// [Open] a pool, serve it as an [http.Handler], [Pool.Close] it. Users, keys
// and refresh tokens live in one file and outlast the process.
//
// It also has the hosted login, which browsers are sent to: /oauth2/authorize and
// its companions, with pages to sign in and to sign up.
//
// It is for a developer's machine: confirmation codes go to the log, to the page
// that asks for them and to /_local/codes instead of a mailbox, and there is no
// second factor, no client secret and no Lambda trigger.
package userpool

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A Config says what [Open] opens. Dir, PoolID, BaseURL and Clients are
// required.
type Config struct {
	Dir     string   // Folder of the state file pool.db; made if it is not there.
	PoolID  string   // Such as local_notegate: region, underscore, letters and digits.
	BaseURL string   // Scheme and host under which clients reach the pool, such as http://127.0.0.1:9229.
	Clients []Client // App clients. Every other client id is refused.

	// Demo is filled in on the login page, for browsers on this machine.
	Demo Credentials

	TokenLifetime time.Duration    // Of ID and access tokens, whole seconds; 0 is Cognito's hour.
	Now           func() time.Time // nil is time.Now.
	Logger        *slog.Logger     // Gets the confirmation codes; nil logs nothing.
}

// Credentials are what a user types.
type Credentials struct{ Email, Password string }

// A Client is an app client without a secret.
type Client struct {
	ID        string
	Name      string   // For the log and the login page.
	AuthFlows []string // AllowUserSRP and so on; none refuses every sign-in by the API.

	// LocalFlows are allowed as well, although the deployed client refuses them:
	// the log says so once.
	LocalFlows []string

	RefreshTokenRotation RefreshTokenRotation

	// What the hosted login knows of the client; without callback URLs it refuses
	// every sign-in. URLs are compared character for character.
	CallbackURLs []string
	LogoutURLs   []string
	Scopes       []string // that it may ask for
}

// What an app client may do with InitiateAuth, by Cognito's own names.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
const (
	AllowUserSRP      = "ALLOW_USER_SRP_AUTH"
	AllowUserPassword = "ALLOW_USER_PASSWORD_AUTH"
	AllowUserAuth     = "ALLOW_USER_AUTH"
	AllowRefreshToken = "ALLOW_REFRESH_TOKEN_AUTH"
)

// A Pool is one open user pool. Its methods may be called from many
// goroutines.
type Pool struct {
	id       string
	baseURL  string
	issuer   string
	demo     Credentials
	clients  map[string]Client
	lifetime time.Duration
	now      func() time.Time
	log      *slog.Logger

	db       *bolt.DB
	keys     atomic.Pointer[keySet]
	rotating sync.Mutex
	secret   []byte // of the state file, for what must be the same each time and not be guessed
	hashes   hashSlots
	nobody   passwordHash // what an unknown user's password is compared with
	lockouts lockouts
	browsers browsers
	handler  http.Handler

	challenges *challenges
	localFlow  sync.Once
}

var _ http.Handler = (*Pool)(nil)

// Open opens the pool whose state is in cfg.Dir, with new signing keys if
// there is none yet. It reports everything that is wrong with cfg at once. A
// state file that another process holds is an error after a second.
func Open(cfg Config) (*Pool, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	p := &Pool{
		id:       cfg.PoolID,
		baseURL:  strings.TrimSuffix(cfg.BaseURL, "/"),
		demo:     cfg.Demo,
		clients:  make(map[string]Client, len(cfg.Clients)),
		lifetime: cfg.TokenLifetime,
		now:      cfg.Now,
		log:      cfg.Logger,
		hashes:   make(hashSlots, maxHashes),
		lockouts: lockouts{byUser: map[string]failures{}},
		browsers: browsers{byID: map[string]browser{}},

		challenges: newChallenges(),
	}
	p.nobody = p.newPassword("", randomText(32))
	p.issuer = p.baseURL + "/" + p.id
	for _, c := range cfg.Clients {
		p.clients[c.ID] = c
	}
	if p.lifetime == 0 {
		p.lifetime = time.Hour
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if p.db, err = openState(cfg.Dir, p.now()); err != nil {
		return nil, err
	}
	if err := errors.Join(p.loadKeys(), p.loadSecret()); err != nil {
		return nil, errors.Join(err, p.db.Close())
	}
	p.handler = p.routes()
	return p, nil
}

// Close releases the state file.
func (p *Pool) Close() error { return p.db.Close() }

// Issuer returns the iss of the pool's tokens.
func (p *Pool) Issuer() string { return p.issuer }

// KeySetURL returns where the pool's public keys are.
func (p *Pool) KeySetURL() string { return p.issuer + "/.well-known/jwks.json" }

func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

var (
	poolIDForm   = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)
	clientIDForm = regexp.MustCompile(`^[\w+]{1,128}$`)
)

func (cfg Config) validate() error {
	var wrong []string
	if cfg.Dir == "" {
		wrong = append(wrong, "Dir is empty")
	}
	if !poolIDForm.MatchString(cfg.PoolID) {
		wrong = append(wrong, fmt.Sprintf("PoolID: want a form like local_notegate, got %q", cfg.PoolID))
	}
	if u, err := url.Parse(cfg.BaseURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		strings.TrimSuffix(cfg.BaseURL, "/") != u.Scheme+"://"+u.Host {
		wrong = append(wrong, fmt.Sprintf("BaseURL: want scheme and host alone, got %q", cfg.BaseURL))
	}
	if cfg.TokenLifetime < 0 || cfg.TokenLifetime%time.Second != 0 {
		wrong = append(wrong, fmt.Sprintf("TokenLifetime: want whole seconds, got %v", cfg.TokenLifetime))
	}
	wrong = append(wrong, wrongClients(cfg.Clients)...)
	if wrong != nil {
		return fmt.Errorf("userpool: bad configuration: %s", strings.Join(wrong, "; "))
	}
	return nil
}

func wrongClients(clients []Client) (wrong []string) {
	if len(clients) == 0 {
		wrong = append(wrong, "Clients is empty")
	}
	ids := map[string]bool{}
	for _, c := range clients {
		if !clientIDForm.MatchString(c.ID) || ids[c.ID] {
			wrong = append(wrong, fmt.Sprintf("Clients: want distinct ids of letters, digits, _ and +, got %q", c.ID))
		}
		ids[c.ID] = true
		for _, flow := range slices.Concat(c.AuthFlows, c.LocalFlows) {
			if !slices.Contains([]string{AllowUserSRP, AllowUserPassword, AllowUserAuth, AllowRefreshToken}, flow) {
				wrong = append(wrong, fmt.Sprintf("Clients: %q: no auth flow %q here", c.ID, flow))
			}
		}
		if grace, rotates := c.rotates(); grace < 0 || grace > maxGrace || rotates && c.allows(AllowRefreshToken) {
			wrong = append(wrong, fmt.Sprintf("Clients: %q: want a RetryGracePeriodSeconds from 0 to 60, and rotation only without %s", c.ID, AllowRefreshToken))
		}
		for _, uri := range slices.Concat(c.CallbackURLs, c.LogoutURLs) {
			if u, err := url.Parse(uri); err != nil || !u.IsAbs() || u.Fragment != "" || strings.ContainsAny(uri, " ;") {
				wrong = append(wrong, fmt.Sprintf("Clients: %q: want absolute URLs without a fragment, got %q", c.ID, uri))
			}
		}
	}
	return wrong
}
