package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"
)

// A drillRun plays the runbook on a system of its own and says what users see.
type drillRun struct {
	system *system
	out    io.Writer
	lines  chan requestLine  // of the log
	tokens map[string]string // by user
}

// drill starts a system on free ports, with its data in a folder that it
// removes, and fails at the first sight that is not the runbook's.
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
	d := &drillRun{out: out, lines: make(chan requestLine, 1), tokens: map[string]string{}}
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
		if err := d.post(ctx, path); err != nil {
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

func (d *drillRun) post(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.system.poolURL+path, nil)
	if err != nil {
		return err
	}
	status, body, err := do(req)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", path, status, body)
	}
	return err
}

// look lets the user read her notes and says what she saw, beside what the log
// says of it.
func (d *drillRun) look(ctx context.Context, want sight) error {
	with := "with the same token"
	if want.signIn {
		with = "signs in"
		email, password := want.user+"@example.com", "Passw0rd!"
		if err := d.system.pool.EnsureUser(email, password); err != nil {
			return err
		}
		var err error
		if d.tokens[want.user], err = signIn(ctx, d.system.poolURL, clientID, email, password); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.system.apiURL+"/notes", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+d.tokens[want.user])
	status, body, err := do(req)
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

func do(req *http.Request) (status int, body string, err error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, strings.TrimSpace(string(b)), err
}
