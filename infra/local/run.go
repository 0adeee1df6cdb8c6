package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// run is the command: settings, parts, servers, and their end when ctx ends.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	switch {
	case len(args) == 1 && args[0] == "token":
		return printToken(ctx, getenv, stdout)
	case len(args) > 0:
		return errors.New("usage: local [token]")
	}
	cfg, err := loadConfig(getenv)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
	system, err := start(ctx, cfg, log)
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, system.welcome())
	select {
	case <-ctx.Done():
	case err = <-system.failed:
	}
	return errors.Join(err, system.stop(10*time.Second))
}
