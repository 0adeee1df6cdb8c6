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
// that asks for them and to /_local/codes instead of a mailbox. Of Lambda triggers
// there is pre token generation.
package userpool

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/notegate/notegate/infra/local/loopback"
)

// A Config says what [Open] opens. Dir, PoolID, BaseURL and Clients are
// required.
type Config struct {
	Dir     string   // Folder of the state file pool.db; made if it is not there.
	PoolID  string   // Such as local_notegate: region, underscore, letters and digits.
	BaseURL string   // Scheme and host under which clients reach the pool, such as http://127.0.0.1:9229. With https, cookies are Secure.
	Issuer  string   // Of the tokens; empty is BaseURL and PoolID.
	Clients []Client // App clients, beside those that CreateUserPoolClient makes.

	Settings        Settings // Of the pool; the zero value has Cognito's defaults.
	ResourceServers []ResourceServer

	// PreTokenGeneration is the trigger of that name; nil if there is none.
	PreTokenGeneration Function

	LocalFlow LocalFlow
	Hosts     loopback.Hosts // programs that ask under these may set up, as those on this machine may

	// Demo is filled in on the login page, for browsers on this machine.
	Demo Credentials

	Now    func() time.Time // nil is time.Now.
	Logger *slog.Logger     // Gets the confirmation codes; nil logs nothing.
}

// A LocalFlow is an AuthFlow that an app client has here, but not where it is
// deployed. The log says so when it is used, once.
type LocalFlow struct{ ClientID, Flow string }

// Credentials are what a user types.
type Credentials struct{ Email, Password string }

// A Pool is one open user pool. Its methods may be called from many
// goroutines.
type Pool struct {
	id       string
	baseURL  string
	issuer   string
	demo     Credentials
	hosts    loopback.Hosts
	settings Settings
	mfa      atomic.Pointer[mfaConfig] // as the settings have it, until SetUserPoolMfaConfig
	preToken Function                  // nil for none
	opened   time.Time
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

	localFlow LocalFlow
	localOnce sync.Once

	challenges *challenges
}

var _ http.Handler = (*Pool)(nil)

// Open opens the pool whose state is in cfg.Dir, with new signing keys if
// there is none yet. It reports everything that is wrong with cfg at once. A
// state file that another process holds is an error after a second.
func Open(cfg Config) (*Pool, error) {
	cfg.Clients = named(cfg.PoolID, cfg.Clients)
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	p := &Pool{
		id:       cfg.PoolID,
		baseURL:  strings.TrimSuffix(cfg.BaseURL, "/"),
		demo:     cfg.Demo,
		hosts:    cfg.Hosts,
		settings: cfg.Settings.withDefaults(),
		preToken: cfg.PreTokenGeneration,
		now:      cfg.Now,
		log:      cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		hashes:   make(hashSlots, maxHashes),
		lockouts: lockouts{byUser: map[string]failures{}},
		browsers: browsers{byID: map[string]browser{}},

		challenges: newChallenges(),
	}
	p.issuer, p.localFlow = cmp.Or(cfg.Issuer, p.baseURL+"/"+p.id), cfg.LocalFlow
	p.browsers.secure = strings.HasPrefix(p.baseURL, "https://")
	p.mfa.Store(p.settings.mfaConfig())
	p.nobody = hashPassword(randomText(32))
	p.nobody.SRP = p.newVerifier("", randomText(32))
	if p.now == nil {
		p.now = time.Now
	}
	p.opened = p.now()
	var err error
	if p.db, err = openState(cfg.Dir, p.opened); err != nil {
		return nil, err
	}
	if err := errors.Join(p.configureClients(cfg.Clients), p.configureServers(cfg.ResourceServers), p.loadKeys(), p.loadSecret()); err != nil {
		return nil, errors.Join(err, p.db.Close())
	}
	p.handler = p.routes()
	return p, nil
}

// Close releases the state file. The error is that of the file.
func (p *Pool) Close() error { return p.db.Close() }

// Issuer returns the iss of the pool's tokens.
func (p *Pool) Issuer() string { return p.issuer }

// KeySetURL returns where the pool's public keys are.
func (p *Pool) KeySetURL() string { return p.baseURL + p.KeySetPath() }

// KeySetPath returns its path.
func (p *Pool) KeySetPath() string { return "/" + p.id + "/.well-known/jwks.json" }

// ServeHTTP answers Cognito's operations, the hosted login and /_local/, and refuses
// as Cognito does.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

var poolIDForm = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)

func (cfg Config) validate() error {
	var wrong []string
	if cfg.Dir == "" {
		wrong = append(wrong, "Dir is empty")
	}
	if !poolIDForm.MatchString(cfg.PoolID) {
		wrong = append(wrong, fmt.Sprintf("PoolID: %q must have a form like local_notegate", cfg.PoolID))
	}
	if u, err := url.Parse(cfg.BaseURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		strings.TrimSuffix(cfg.BaseURL, "/") != u.Scheme+"://"+u.Host {
		wrong = append(wrong, fmt.Sprintf("BaseURL: %q must be a scheme and a host, without a path", cfg.BaseURL))
	}
	wrong = append(wrong, cfg.Settings.wrong()...)
	wrong = append(wrong, wrongClients(cfg.Clients)...)
	for _, s := range cfg.ResourceServers {
		if refused, ok := errors.AsType[*fault](s.check()); ok {
			wrong = append(wrong, fmt.Sprintf("ResourceServers: %q: %s", s.Identifier, refused.message))
		}
	}
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
			wrong = append(wrong, fmt.Sprintf("Clients: %q must be an id of letters, digits, _ and + that no other client has", c.ID))
			continue
		}
		ids[c.ID] = true
		if c.GenerateSecret && c.Secret == "" {
			c.Secret = newSecret() // such as it will have
		}
		if refused, ok := errors.AsType[*fault](c.check()); ok {
			wrong = append(wrong, fmt.Sprintf("Clients: %q: %s", c.ID, refused.message))
		}
	}
	return wrong
}
