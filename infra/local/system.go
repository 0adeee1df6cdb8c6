package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/loopback"
	"github.com/notegate/notegate/infra/local/userpool"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/noteapi"
)

// nobodysOrigin is the template's default too: the definition names an origin,
// and an empty one would be a header without a value.
const nobodysOrigin = "https://origin.invalid"

// A system is everything on this machine, serving.
type system struct {
	cfg     config
	clock   *clock
	trouble trouble
	log     *slog.Logger
	quiet   *slog.Logger // for the functions, of whose every call log has a line already
	reasons reasons
	failed  chan error // a server's end that nobody asked for

	api     string         // URL
	pool    *userpool.Pool // nil if tokens come from elsewhere
	poolURL string
	page    string // URL of the page; empty if there is no login for it

	servers []*http.Server
	closers []io.Closer // in the order in which they were opened
}

// start opens and connects all parts, from the user pool, whose tokens the gate
// verifies, to the gateway, which asks the gate. What was opened before a
// failure is closed again.
func start(ctx context.Context, cfg config, log *slog.Logger) (_ *system, err error) {
	s := &system{cfg: cfg, clock: &clock{}, log: log, quiet: log, failed: make(chan error, 3)}
	if _, person := log.Handler().(*console); person && cfg.LogLevel > slog.LevelDebug {
		s.quiet = slog.New(quiet{log.Handler()})
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop(0))
		}
	}()
	apiListener, err := listen("GATEWAY_ADDR", cfg.GatewayAddr)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, apiListener)
	s.api = baseURL(apiListener)
	startPage, err := s.listenPage()
	if err != nil {
		return nil, err
	}
	if cfg.OwnPool {
		if err := s.startPool(); err != nil {
			return nil, err
		}
	}
	authorizer, err := s.authorizer()
	if err != nil {
		return nil, err
	}
	notes, err := s.notes(ctx)
	if err != nil {
		return nil, err
	}
	api, err := gateway.New(gateway.Config{
		Definition: infra.OpenAPI,
		Functions:  map[string]gateway.Function{"AuthorizerFunction": s.trouble.authorizer(authorizer), "NotesFunction": notes},
		Parameters: map[string]string{"AllowedOrigin": cmp.Or(s.cfg.Notes.AllowedOrigin, nobodysOrigin), "AllowedHeaders": infra.AllowedHeaders},
		Region:     region,
		Now:        s.clock.Now,
		Observe:    s.observe,
	})
	if err != nil {
		return nil, err
	}
	s.serve(apiListener, onlyLocal(apiListener, api))
	return s, startPage()
}

// startPool serves the local user pool and makes the authorizer accept its
// tokens.
func (s *system) startPool() error {
	listener, err := listen("POOL_ADDR", s.cfg.PoolAddr)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, listener)
	s.poolURL = baseURL(listener)
	flows := []string{userpool.AllowUserPassword, userpool.AllowRefreshToken}
	s.pool, err = userpool.Open(userpool.Config{
		Dir:     s.cfg.DataDir,
		PoolID:  poolID,
		BaseURL: s.poolURL,
		Clients: []userpool.Client{
			{
				ID: clientID, Name: "notegate", AuthFlows: flows, CallbackURLs: []string{s.page + "/"}, LogoutURLs: []string{s.page + "/"},
				Scopes: []string{"openid", "email", "notes/read", "notes/write"},
			},
			{ID: otherClient, Name: "another app", AuthFlows: flows},
		},
		Demo:   userpool.Credentials{Email: demoEmail, Password: demoPassword},
		Now:    s.clock.Now,
		Logger: s.log,
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, s.pool)
	if _, err := s.pool.EnsureUser(demoEmail, demoPassword); err != nil {
		return err
	}
	// Whoever changed it since, the welcome says this one.
	if err := s.pool.SetPassword(demoEmail, demoPassword); err != nil {
		return err
	}
	issuer, err := cognito.PoolByIssuer(s.pool.Issuer(), s.pool.Issuer()+"/.well-known/jwks.json")
	if err != nil {
		return err
	}
	s.cfg.Authorizer.Tokens.Pools = []cognito.UserPool{issuer}

	mux := http.NewServeMux()
	mux.Handle("POST /_local/clock", loopback.Only(s.clock))
	mux.Handle("POST /_local/trouble", loopback.Only(&s.trouble))
	mux.Handle("GET /"+poolID+"/.well-known/jwks.json", s.trouble.keySet(s.pool))
	mux.Handle("/", s.pool)
	s.serve(listener, mux)
	return nil
}

// authorizer is the handler that is deployed, with the local clock.
func (s *system) authorizer() (*gate.Handler, error) {
	settings := s.cfg.Authorizer
	settings.Tokens.Now = s.clock.Now
	if s.pool != nil {
		settings.AllowInsecureHTTP = true // whatever its address, it is this process that answers
	}
	verifier, err := settings.Verifier(s.log)
	if err != nil {
		return nil, err
	}
	return gate.New(gate.Config{Verifier: verifier, Rules: settings.Rules, OnReject: settings.OnReject, Logger: s.quiet, Observe: s.reasons.add})
}

// notes is the handler that is deployed, with the local clock and store.
func (s *system) notes(ctx context.Context) (*noteapi.Handler, error) {
	store, closer, err := openStore(ctx, s.cfg)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, closer)
	return noteapi.New(noteapi.Config{ // without MappedEvents: the gateway's definition has proxy integrations
		Store:         troubledStore{store, &s.trouble},
		AllowedOrigin: s.cfg.Notes.AllowedOrigin,
		Logger:        s.quiet,
		Now:           s.clock.Now,
	})
}

func (s *system) serve(l net.Listener, h http.Handler) {
	server := newServer(h)
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
}

// stop lets requests end, for at most patience, and closes everything.
func (s *system) stop(patience time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, fmt.Errorf("requests were cut off: %w", err), server.Close())
		}
	}
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i].Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
