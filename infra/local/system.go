package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
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
	closers []func() error // in the order in which they were opened
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
// request to the gateway.
func start(ctx context.Context, cfg config, log *slog.Logger, answered func(requestLine)) (*system, error) {
	s := newSystem(cfg, log, answered)
	return s.ifOpened(s.open(ctx))
}

// ifOpened returns the system or, after an error, closes what was opened before it.
func (s *system) ifOpened(err error) (*system, error) {
	if err != nil {
		return nil, errors.Join(err, s.stop(0))
	}
	return s, nil
}

func (s *system) open(ctx context.Context) error {
	api, err := s.listenForAPI()
	if err != nil {
		return err
	}
	var page net.Listener
	if s.cfg.hasPage() {
		if page, s.pageURL, err = s.listen("WEB_ADDR", s.cfg.WebAddr); err != nil {
			return err
		}
	}
	if err := s.startPool(); err != nil {
		return err
	}
	gateway, err := s.gateway(ctx)
	if err != nil {
		return err
	}
	s.serve(api, s.cfg.Origins.allow(gateway), apiMisdirected)
	if page != nil {
		return s.startPage(page)
	}
	return nil
}

// listenForAPI is what comes first, for everything else depends on the scheme and
// on the address of the API.
func (s *system) listenForAPI() (api net.Listener, err error) {
	if err := s.openTLS(); err != nil {
		return nil, err
	}
	api, s.apiURL, err = s.listen("GATEWAY_ADDR", s.cfg.GatewayAddr)
	return api, err
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
	settings.Observe = func(_ context.Context, d gate.Decision) {
		if d.Reason != "" {
			s.reasons.add(d.RequestID, d.Reason) // for the request's line
		}
	}
	settings.Metrics = gate.MetricsOff // CloudWatch's, and no line is logged
	return gate.New(settings.Config(verifier, s.quiet))
}

// notes is the handler that is deployed, with the local clock and store.
func (s *system) notes(ctx context.Context) (*noteapi.Handler, error) {
	store, err := s.openStore(ctx)
	if err != nil {
		return nil, err
	}
	return noteapi.New(noteapi.Config{ // without MappedEvents: the gateway's definition has proxy integrations
		Store:         troubledStore{store, &s.trouble},
		UserPoolID:    s.userPoolID(),
		AllowedOrigin: s.allowedOrigin(),
		Logger:        s.quiet,
		Now:           s.clock.Now,
	})
}

// serve lets requests through that ask for this machine, and has the others
// refused.
func (s *system) serve(l net.Listener, h http.Handler, refuse http.HandlerFunc) {
	if s.cert != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*s.cert}, NextProtos: []string{"h2", "http/1.1"}})
	}
	s.servePlain(l, s.cfg.Reach.Hosts.Named(h, refuse))
}

// servePlain is for this process's own requests.
func (s *system) servePlain(l net.Listener, h http.Handler) {
	server := newServer(h, s.log)
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
	for _, closing := range slices.Backward(s.closers) {
		if err := closing(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
