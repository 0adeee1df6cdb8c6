package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/definition"
)

// apiOptions are the arguments and flags of the commands that take anybody's
// definition.
type apiOptions struct {
	file       string
	parameters map[string]string // --param
	api        string            // --api
	noPool     bool

	// Of the one that runs it.
	json      bool
	functions map[string]string // --function: commands by names
	gate      string            // --authorizer gate=NAME
	stage     string
	keys      []string // --api-key
}

var errRefused = errors.New("the API is not served")

// runAPI serves anybody's API until ctx ends or a server fails. What has no
// effect here it says once, and it serves nothing that could let in whom API
// Gateway would not.
func runAPI(ctx context.Context, o apiOptions, getenv func(string) string, std streams) error {
	cfg, err := loadConfig(getenv)
	if err != nil {
		return err
	}
	if o.noPool {
		if cfg.OwnPool && o.gate != "" {
			return errors.New("--authorizer gate needs a user pool: leave out --no-pool, or set USER_POOL_ID and CLIENT_IDS")
		}
		cfg.OwnPool = false
	}
	d, findings, err := o.read(cfg)
	if err != nil {
		return err
	}
	printFindings(std.err, findings)
	if n := count(findings, api.Finding.Fatal); n > 0 {
		return fmt.Errorf("%w: see the %d findings under Refused", errRefused, n)
	}
	log := newLog(std.err, cfg.LogLevel, o.json, getenv)
	s, err := startAPI(cfg, d, o, log, requestsTo(log, false))
	if err != nil {
		return err
	}
	fmt.Fprint(std.out, s.welcomeToAPI(d, o))
	select {
	case <-ctx.Done():
	case err = <-s.failed:
	}
	return errors.Join(err, s.stop(3*time.Second))
}

// checkAPI prints what runAPI would refuse and what it would warn of, of every API
// that the file makes.
func checkAPI(o apiOptions, getenv func(string) string, std streams) error {
	cfg, err := loadConfig(getenv)
	if err != nil {
		return err
	}
	_, findings, err := o.read(cfg)
	if several := (*definition.Several)(nil); errors.As(err, &several) && o.api == "" {
		findings, err = o.readAll(cfg, several.Names)
	}
	if err != nil {
		return err
	}
	printFindings(std.out, findings)
	if n := count(findings, api.Finding.Fatal); n > 0 {
		return fmt.Errorf("%w: %d findings", errRefused, n)
	}
	return nil
}

// readAll returns what there is to say of each of these APIs, once.
func (o apiOptions) readAll(cfg config, names []string) (all []api.Finding, err error) {
	for _, o.api = range names {
		_, findings, err := o.read(cfg)
		if err != nil {
			return nil, err
		}
		for _, f := range findings {
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all, nil
}

// read reads the definition, with what there is to say about it.
func (o apiOptions) read(cfg config) (*definition.Definition, []api.Finding, error) {
	d, findings, err := definition.Read(o.file, o.reading(cfg))
	if d != nil {
		findings = append(findings, cfg.otherPools(d.API)...)
	}
	return d, findings, err
}

// reading is how the definition is read: with this machine's user pool, or the
// one on AWS that the environment names.
func (o apiOptions) reading(cfg config) definition.Options {
	out := definition.Options{Parameters: o.parameters, API: o.api, Region: cfg.region(), Account: account, Partition: "aws"}
	switch {
	case cfg.OwnPool:
		out.PoolID, out.ClientID = cfg.Reach.PoolID, clientID
	case cfg.UserPoolID != "" && !o.noPool:
		out.PoolID, out.ClientID = cfg.UserPoolID, cfg.Authorizer.Tokens.ClientIDs[0]
	}
	return out
}

// startAPI opens and connects the parts: the user pool if there is one, the
// functions and the gateway.
func startAPI(cfg config, d *definition.Definition, o apiOptions, log *slog.Logger, answered func(requestLine)) (_ *system, err error) {
	s := newSystem(cfg, log, answered)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop(0))
		}
	}()
	if err := s.openTLS(); err != nil {
		return nil, err
	}
	listener, err := s.listen("GATEWAY_ADDR", cfg.GatewayAddr)
	if err != nil {
		return nil, err
	}
	s.apiURL = s.urlOf(listener)
	if cfg.OwnPool {
		if err := s.startPool(); err != nil {
			return nil, err
		}
	}
	config := gateway.Config{API: d.API, Stage: d.Stage, Region: s.cfg.region(), Account: account, APIKeys: o.keys, Now: s.clock.Now, Observe: s.observeAPI}
	if o.stage != "" {
		config.Stage = o.stage
	}
	config.Issuers = s.issuers()
	if config.Functions, err = s.functions(d, o); err != nil {
		return nil, err
	}
	g, err := gateway.New(config)
	if err != nil {
		return nil, err
	}
	s.serve(listener, s.named(g, apiMisdirected))
	return s, nil
}

// observeAPI shows who was asked as well.
func (s *system) observeAPI(e gateway.Exchange) {
	line := requestLine{Exchange: e, detailed: true}
	if e.Layer == gateway.LayerAuthorizer {
		line.reason = s.reasons.of(e.Decision)
	}
	s.answered(line)
}

// maxRoutes is how many routes the welcome lists.
const maxRoutes = 40

// welcomeToAPI says what is served, where, and what to type next.
func (s *system) welcomeToAPI(d *definition.Definition, o apiOptions) string {
	var w strings.Builder
	line := func(label, value string) { fmt.Fprintf(&w, "  %-11s %s\n", label, value) }
	kind := map[api.Kind]string{api.REST: "REST", api.HTTP: "HTTP"}[d.API.Kind]
	fmt.Fprintf(&w, "%s is running as %s API.\n", strings.TrimSpace(o.file+" "+d.Name), map[string]string{"REST": "a REST", "HTTP": "an HTTP"}[kind])
	line("API", s.apiURL)
	if s.pool != nil {
		line("user pool", s.poolURL)
		line("app client", clientID)
		line("user", demoEmail+", password "+demoPassword)
	}
	fmt.Fprintln(&w, "\nRoutes:")
	for i, r := range d.API.Routes {
		if i == maxRoutes {
			fmt.Fprintf(&w, "  and %d more\n", len(d.API.Routes)-i)
			break
		}
		fmt.Fprintf(&w, "  %-40s %-20s %s\n", r.Key(), calls(r), guardedBy(r))
	}
	fmt.Fprintln(&w, "\nNext, in another terminal:")
	path, authorization := "/", ""
	first := firstRoute(d.API)
	if first != nil {
		path = first.Path
	}
	if s.pool != nil {
		fmt.Fprintf(&w, "  TOKEN=$(%sbin/local token)\n", s.unlessDefault("POOL_ADDR", s.poolURL, defaultPoolAddr)+s.tlsSettings()+tokenUseOf(first))
		authorization = ` -H "Authorization: Bearer $TOKEN"`
	}
	fmt.Fprintf(&w, "  curl -i %s%s%s\n", s.apiURL, path, authorization)
	fmt.Fprintln(&w, "\nStop it with Ctrl-C.")
	return w.String()
}

func calls(r *api.Route) string {
	switch in := r.Integration.(type) {
	case *api.Proxy:
		return in.Function.Name
	case *api.Mock:
		return "mock"
	case *api.Forward:
		return in.URL
	case *api.Unbuilt:
		return "fails: " + in.What
	}
	return ""
}

func guardedBy(r *api.Route) string {
	by := "open"
	if r.Authorizer != nil {
		by = r.Authorizer.Name
	}
	if r.KeyRequired {
		by += ", API key"
	}
	return by
}

// firstRoute is one that a first request can be sent to; nil if there is none.
func firstRoute(a *api.API) *api.Route {
	i := slices.IndexFunc(a.Routes, func(r *api.Route) bool { return r.Method == "GET" && !strings.Contains(r.Path, "{") })
	if i < 0 {
		return nil
	}
	return a.Routes[i]
}

// tokenUseOf is the assignment that makes the token command print what the route
// takes: with a user pool authorizer and no scopes, ID tokens.
func tokenUseOf(r *api.Route) string {
	if r != nil && r.Authorizer != nil && r.Authorizer.Type == api.UserPools && len(r.Scopes) == 0 {
		return "TOKEN_USE=id "
	}
	return ""
}
