package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// A key is the switch that a single key press flips while the stack runs on a terminal.
type key struct {
	press byte
	help  string
	path  string // of a switch of the local stack, as it is posted to the user pool
}

// switchKeys break and mend things. Each shows what a user sees afterwards.
var switchKeys = []key{
	{'r', "rotate the signing keys; the old ones stay published", "/_local/rotate"},
	{'w', "rotate them and withdraw the old ones", "/_local/rotate?revoke=true"},
	{'e', "set the clock 61 minutes forward", "/_local/clock?forward=61m"},
	{'b', "break the table", "/_local/trouble?table=unreachable"},
	{'k', "break the key set", "/_local/trouble?keys=failing"},
	{'m', "mend the table, the key set and the authorizer", "/_local/trouble?table=none&keys=none&authorizer=none"},
}

// A keyboard does what its user's key presses say.
type keyboard struct {
	system *system
	viewer *viewer
	out    io.Writer
	quit   context.CancelFunc
}

// listenToKeys acts on key presses until ctx ends, if a user sits at a terminal.
// The returned function puts the terminal back as it was.
func (s *system) listenToKeys(ctx context.Context, quit context.CancelFunc, std streams) (restore func()) {
	restore, ok := watchKeys(std.in, std.out)
	if !ok {
		return func() {}
	}
	fmt.Fprintln(std.out, "Press h for the keys that rotate, break and mend things.")
	k := &keyboard{
		system: s, out: std.out, quit: quit,
		viewer: &viewer{system: s, email: demoEmail, password: demoPassword},
	}
	go k.read(ctx, bufio.NewReader(std.in))
	return restore
}

func (k *keyboard) read(ctx context.Context, in io.ByteReader) {
	for {
		press, err := in.ReadByte()
		if err != nil || ctx.Err() != nil {
			return
		}
		if err := k.press(ctx, press); err != nil && ctx.Err() == nil {
			fmt.Fprintln(k.out, err)
		}
	}
}

func (k *keyboard) press(ctx context.Context, press byte) error {
	switch press {
	case '\n', '\r':
		return nil
	case 'q':
		k.quit()
		return nil
	case 'o':
		k.system.openPage(k.out)
		return nil
	case 't':
		return k.newToken(ctx)
	}
	for _, key := range switchKeys {
		if key.press == press {
			return k.flip(ctx, key)
		}
	}
	k.help()
	return nil
}

func (k *keyboard) help() {
	line := func(press byte, text string) { fmt.Fprintf(k.out, "  %c  %s\n", press, text) }
	line('o', "open the page in a browser")
	line('t', "print a new access token of "+demoEmail)
	for _, key := range switchKeys {
		line(key.press, key.help)
	}
	line('h', "this help")
	line('q', "quit")
}

func (k *keyboard) newToken(ctx context.Context) error {
	if k.system.pool == nil {
		return errNoLocalPool
	}
	if err := k.viewer.signIn(ctx); err != nil {
		return err
	}
	fmt.Fprintln(k.out, k.viewer.token)
	return nil
}

var errNoLocalPool = errors.New("no local user pool is running: tokens and keys come from the pool that USER_POOL_ID or ISSUER names")

// flip does what the key says and shows what a user sees then, with the token
// from before and with a new one, which is kept for the next time.
func (k *keyboard) flip(ctx context.Context, key key) error {
	if k.system.pool == nil {
		return errNoLocalPool
	}
	if k.viewer.token == "" {
		if err := k.viewer.signIn(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(k.out, "%c: %s\n", key.press, key.help)
	if err := k.system.post(ctx, key.path); err != nil {
		return err
	}
	if err := k.show(ctx, "with the token from before"); err != nil {
		return err
	}
	if err := k.viewer.signIn(ctx); err != nil {
		return err
	}
	return k.show(ctx, "signed in again")
}

// show prints what the demo user sees.
func (k *keyboard) show(ctx context.Context, with string) error {
	status, body, err := k.viewer.look(ctx)
	if err != nil {
		return err
	}
	var list struct{ Notes []json.RawMessage }
	if status == http.StatusOK && json.Unmarshal([]byte(body), &list) == nil {
		body = fmt.Sprintf("and a list of %d", len(list.Notes))
	}
	fmt.Fprintf(k.out, "   %s, %-27s sees %d %s\n", strings.TrimSuffix(demoEmail, "@example.com"), with+",", status, body)
	return nil
}
