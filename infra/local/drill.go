package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"
)

// A drillRun plays the runbook on a system of its own and says what users see.
type drillRun struct {
	system  *system
	out     io.Writer
	lines   chan requestLine   // of the log
	viewers map[string]*viewer // by name
}

// drill starts a system on free ports, with its data in a folder that it removes,
// and fails at the first answer that differs from the runbook.
func drill(ctx context.Context, out io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "notegate-drill")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	cfg, err := loadConfig(func(name string) string {
		return map[string]string{"GATEWAY_ADDR": "127.0.0.1:0", "POOL_ADDR": "127.0.0.1:0", "WEB_ADDR": "127.0.0.1:0", "DATA_DIR": folder}[name]
	})
	if err != nil {
		return err
	}
	d := &drillRun{out: out, lines: make(chan requestLine, 1), viewers: map[string]*viewer{}}
	if d.system, err = start(ctx, cfg, slog.New(slog.DiscardHandler), func(line requestLine) { d.lines <- line }); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.system.stop(10*time.Second)) }()
	for i, step := range runbook {
		fmt.Fprintf(out, "%d. %s\n", i+1, step.title)
		if err := d.play(ctx, step); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

func (d *drillRun) play(ctx context.Context, step step) error {
	for _, path := range step.do {
		fmt.Fprintf(d.out, "   $ curl -X POST '%s%s'\n", d.system.poolURL, path)
		if err := d.system.post(ctx, path); err != nil {
			return err
		}
	}
	for _, want := range step.sees {
		if err := d.look(ctx, want); err != nil {
			return fmt.Errorf("%s: %w", want.user, err)
		}
	}
	return nil
}

// look lets the user read their notes and says what they saw, beside what the log
// says of it.
func (d *drillRun) look(ctx context.Context, want sight) error {
	v, with := d.viewers[want.user], "with the same token"
	if want.signIn {
		with = "signs in"
		v = &viewer{system: d.system, email: want.user + "@example.com", password: "Passw0rd!"}
		d.viewers[want.user] = v
		if err := errors.Join(d.system.pool.EnsureUser(v.email, v.password), v.signIn(ctx)); err != nil {
			return err
		}
	}
	status, body, err := v.look(ctx)
	if err != nil {
		return err
	}
	line := <-d.lines
	fmt.Fprintf(d.out, "   %s, %-19s sees %d %-26s log: %s\n", want.user, with, status, body, strings.Join(strings.Fields(line.text(plain)), " "))
	if status != want.status || want.why != "" && line.why() != want.why {
		return fmt.Errorf("saw %d (%s), want %d (%s)", status, line.why(), want.status, want.why)
	}
	return nil
}
