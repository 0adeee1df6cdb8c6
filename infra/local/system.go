package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/identitypool"
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
	cfg      config
	clock    clock.Clock
	trouble  trouble
	log      *slog.Logger
	quiet    *slog.Logger // for the functions, of whose every call log has a line already
	answered func(requestLine)
	reasons  reasons
	causes   reasons    // why a function failed, if it says so to a person
	failed   chan error // a server's end that nobody asked for

	apiURL  string
	pageURL string // empty if there is no login for the page
	poolURL string // empty, as pool is nil, if tokens come from elsewhere
	pool    *userpool.Pool

	issuer     gateway.Issuer     // the pool, for those who verify its tokens here
	identities *identitypool.Pool // nil but behind rest-iam

	cert      *tls.Certificate // nil: plain http
	client    *http.Client     // of this system
	keySetURL string           // of the pool, for the gate

	servers []*http.Server
	closers []io.Closer // in the order in which they were opened
}

func newSystem(cfg config, log *slog.Logger, answered func(requestLine)) *system {
	s := &system{cfg: cfg, log: log, quiet: log, answered: answered, failed: make(chan error, 4)}
	if person, ok := log.Handler().(*console); ok && cfg.LogLevel > slog.LevelDebug {
		s.quiet = slog.New(causesHandler{person.above(slog.LevelWarn), &s.causes})
	}
	return s
}

// start opens and connects all parts, from the user pool, whose tokens the gate
// verifies, to the gateway, which asks the gate. It calls answered for each
// request to the gateway. What was opened before a failure is closed again.
func start(ctx context.Context, cfg config, log *slog.Logger, answered func(requestLine)) (_ *system, err error) {
	s := newSystem(cfg, log, answered)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop(0))
		}
	}()
	if err := s.openTLS(); err != nil {
		return nil, err
	}
	api, err := s.listen("GATEWAY_ADDR", cfg.GatewayAddr)
	if err != nil {
		return nil, err
	}
	s.apiURL = s.urlOf(api)
	var page net.Listener
	if cfg.hasPage() {
		if page, err = s.listen("WEB_ADDR", cfg.WebAddr); err != nil {
			return nil, err
		}
		s.pageURL = s.urlOf(page)
	}
	if cfg.OwnPool {
		if err := s.startPool(); err != nil {
			return nil, err
		}
	}
	gateway, err := s.gateway(ctx)
	if err != nil {
		return nil, err
	}
	s.serve(api, s.named(s.cfg.Origins.allow(gateway), apiMisdirected))
	if page != nil {
		return s, s.startPage(page)
	}
	return s, nil
}

// gateway is the API as deployed, with both functions.
func (s *system) gateway(ctx context.Context) (*gateway.Gateway, error) {
	authorizer, err := s.authorizer()
	if err != nil {
		return nil, err
	}
	notes, err := s.notes(ctx)
	if err != nil {
		return nil, err
	}
	config, err := s.definition()
	if err != nil {
		return nil, err
	}
	config.Functions = map[string]gateway.Function{"AuthorizerFunction": s.trouble.authorizer(authorizer), "NotesFunction": notes}
	config.Now, config.Observe = s.clock.Now, s.observe
	return gateway.New(config)
}

// allowedOrigin is whose pages may read the API's answers.
func (s *system) allowedOrigin() string { return cmp.Or(s.cfg.Notes.AllowedOrigin, s.pageURL) }

// authorizer is the handler that is deployed, with the local clock and, unless
// another is named, the local user pool.
func (s *system) authorizer() (*gate.Handler, error) {
	settings := s.cfg.Authorizer
	settings.Tokens.Now = s.clock.Now
	if s.pool != nil {
		pool, err := cognito.PoolByIssuer(s.pool.Issuer(), s.keySetURL)
		if err != nil {
			return nil, err
		}
		settings.Tokens.Pools = []cognito.UserPool{pool}
		settings.AllowInsecureHTTP = true // whatever its address, it is this process that answers
	}
	verifier, err := settings.Verifier(s.log)
	if err != nil {
		return nil, err
	}
	settings.Observe = s.observeDecision
	settings.Metrics = gate.MetricsOff // CloudWatch's, and no line is logged
	return gate.New(settings.Config(verifier, s.quiet))
}

// observeDecision keeps why the gate refused, for the request's line.
func (s *system) observeDecision(_ context.Context, d gate.Decision) {
	if d.Reason != "" {
		s.reasons.add(d.RequestID, d.Reason)
	}
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
		UserPoolID:    s.userPoolID(),
		AllowedOrigin: s.allowedOrigin(),
		Logger:        s.quiet,
		Now:           s.clock.Now,
	})
}

func (s *system) serve(l net.Listener, h http.Handler) {
	server := newServer(h, s.log)
	serve := func() error { return server.Serve(l) }
	if s.cert != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*s.cert}}
		serve = func() error { return server.ServeTLS(l, "", "") } // and HTTP/2
	}
	s.run(server, serve)
}

// servePlain is for this process's own requests.
func (s *system) servePlain(l net.Listener, h http.Handler) {
	server := newServer(h, s.log)
	s.run(server, func() error { return server.Serve(l) })
}

func (s *system) run(server *http.Server, serve func() error) {
	s.servers = append(s.servers, server)
	go func() {
		if err := serve(); !errors.Is(err, http.ErrServerClosed) {
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
