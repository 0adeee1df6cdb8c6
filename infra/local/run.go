package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// run is the command: settings, parts, servers, and their end when ctx ends.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	asJSON := false
	switch {
	case len(args) == 0:
	case len(args) == 1 && args[0] == "--json":
		asJSON = true
	case len(args) == 1 && args[0] == "token":
		return printToken(ctx, getenv, stdout)
	case len(args) == 1 && args[0] == "drill":
		return drill(ctx, stdout)
	default:
		return errors.New("usage: local [--json | token | drill]")
	}
	cfg, err := loadConfig(getenv)
	if err != nil {
		return err
	}
	log := newLog(stderr, cfg.LogLevel, asJSON, getenv)
	system, err := start(ctx, cfg, log, requestsTo(log))
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, system.welcome())
	select {
	case <-ctx.Done():
	case err = <-system.failed:
	}
	return errors.Join(err, system.stop(3*time.Second))
}
