package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"

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
	cfg, err := o.config(getenv)
	if err != nil {
		return err
	}
	d, findings, err := o.read(cfg)
	if err != nil {
		return err
	}
	printFindings(std.err, findings)
	if n := len(only(findings, api.Finding.Fatal)); n > 0 {
		return fmt.Errorf("%w: see the %s under Refused", errRefused, counted(n, "finding"))
	}
	log := newLog(std.err, cfg.LogLevel, o.json, getenv)
	s, err := startAPI(cfg, d, o, log, requestsTo(log, false))
	if err != nil {
		return err
	}
	fmt.Fprint(std.out, s.welcomeToAPI(d, o))
	return errors.Join(s.wait(ctx), s.stop(3*time.Second))
}

// checkAPI prints what runAPI would refuse and what it would warn of, of every API
// that the file makes.
func checkAPI(o apiOptions, getenv func(string) string, std streams) error {
	cfg, err := o.config(getenv)
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
	if n := len(only(findings, api.Finding.Fatal)); n > 0 {
		return fmt.Errorf("%w: %s", errRefused, counted(n, "finding"))
	}
	return nil
}

// config is the environment's, without the local user pool if that was asked for.
func (o apiOptions) config(getenv func(string) string) (config, error) {
	cfg, err := loadConfig(getenv)
	if err == nil && o.noPool && cfg.OwnPool && o.gate != "" {
		err = errors.New("--authorizer gate needs a user pool: leave out --no-pool, or set USER_POOL_ID and CLIENT_IDS")
	}
	cfg.OwnPool = cfg.OwnPool && !o.noPool
	return cfg, err
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
func startAPI(cfg config, d *definition.Definition, o apiOptions, log *slog.Logger, answered func(requestLine)) (*system, error) {
	s := newSystem(cfg, log, answered)
	return s.ifOpened(s.openAPI(d, o))
}

func (s *system) openAPI(d *definition.Definition, o apiOptions) error {
	listener, err := s.listenForAPI()
	if err != nil {
		return err
	}
	if err := s.startPool(); err != nil {
		return err
	}
	functions, err := s.functions(d, o)
	if err != nil {
		return err
	}
	g, err := gateway.New(gateway.Config{
		API: d.API, Stage: cmp.Or(o.stage, d.Stage), Region: s.cfg.region(), Account: account, APIKeys: o.keys,
		Issuers: s.issuers(), Functions: functions, Now: s.clock.Now, Observe: s.observeAPI,
	})
	if err != nil {
		return err
	}
	s.noticeChange(o.file, func() { s.log.Warn(o.file + " has changed: start anew to serve what it says now") })
	s.serve(listener, g, apiMisdirected)
	return nil
}

// observeAPI shows who was asked as well.
func (s *system) observeAPI(e gateway.Exchange) {
	line := requestLine{Exchange: e, detailed: true}
	if e.Layer == gateway.LayerAuthorizer {
		line.reason = s.reasons.of(e.Decision)
	}
	s.answered(line)
}

// noticeChange calls changed once if the file is written to or replaced. Its folder
// is watched, since a file that is replaced takes its own watch with it. That it
// cannot be watched is no reason not to serve it.
func (s *system) noticeChange(file string, changed func()) {
	file, err := filepath.Abs(file)
	if err != nil {
		return
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return
	}
	s.closers = append(s.closers, watcher.Close)
	if err := watcher.Add(filepath.Dir(file)); err != nil {
		return
	}
	go func() {
		for e := range watcher.Events {
			if e.Name == file && e.Has(fsnotify.Write|fsnotify.Create) {
				changed()
				return
			}
		}
	}()
}
