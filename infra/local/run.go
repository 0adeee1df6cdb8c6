package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// serveOptions are the flags of the command that runs the stack.
type serveOptions struct {
	json       bool // the log is for programs
	open       bool // a browser is opened
	preflights bool // CORS preflights have lines of their own
}

// serve runs the stack until ctx ends, the user asks to quit, or a server fails.
func serve(ctx context.Context, options serveOptions, getenv func(string) string, std streams) error {
	cfg, err := loadConfig(getenv)
	if err != nil {
		return err
	}
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	log := newLog(std.err, cfg.LogLevel, options.json, getenv)
	s, err := start(ctx, cfg, log, requestsTo(log, !options.json && !options.preflights))
	if err != nil {
		return err
	}
	fmt.Fprint(std.out, s.welcome())
	restore := s.listenToKeys(ctx, quit, std)
	if options.open {
		s.openPage(std.out)
	}
	err = s.wait(ctx)
	restore()
	err = errors.Join(err, s.stop(3*time.Second))
	if err == nil {
		fmt.Fprint(std.out, s.goodbye())
	}
	return err
}

// wait returns when ctx ends, or with the error of a server that failed.
func (s *system) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}
