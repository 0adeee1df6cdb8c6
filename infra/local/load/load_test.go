package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// build builds the stack as `make` does, without the race detector, whose memory
// would be measured.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "local")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// measured runs the plan and returns what it prints, or skips the test where no
// memory can be measured.
func measured(t *testing.T, p plan) string {
	t.Helper()
	var out bytes.Buffer
	if err := p.run(t.Context(), &out); errors.Is(err, errors.ErrUnsupported) {
		t.Skipf("no memory is measured here: %v", err)
	} else if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	return out.String()
}

// A short run: that it measures at all. The figures of a long one are in the README.
func TestRun(t *testing.T) {
	t.Parallel()
	p := plan{binary: build(t), connections: 3, notes: 10, time: 500 * time.Millisecond, every: 100 * time.Millisecond}
	lines := strings.Split(strings.TrimSpace(measured(t, p)), "\n")
	for at, want := range map[int]string{
		0:              `^10 notes kept in \S+ by 3 connections$`,
		1:              `^ +seconds +requests/s +errors +peak MB$`,
		2:              `^ +\d+ +[1-9]\d* +0 +\d+\.\d$`,
		len(lines) - 1: `^[1-9]\d* GET in \S+ by 3 connections: \d+/s, 0 errors, p50 \S+, p99 \S+, at most [1-9]\d*\.\d MB resident$`,
	} {
		if !regexp.MustCompile(want).MatchString(lines[at]) {
			t.Errorf("line %d: got %q, want %s", at, lines[at], want)
		}
	}
}

// Many sign-ins at once, by password and by SRP, wait for their turn: the stack
// stays under 60 MB, most of which it has before the first of them.
func TestSignInsStaySmall(t *testing.T) {
	t.Parallel()
	p := plan{binary: build(t), signIn: true, connections: 64, time: 2 * time.Second, every: time.Second}
	out := measured(t, p)
	match := regexp.MustCompile(`(?m)^[1-9]\d* sign-ins in .*: \d+/s, 0 errors, .* at most (\d+)\.\d MB resident$`).FindStringSubmatch(out)
	if match == nil {
		t.Fatalf("got\n%s", out)
	}
	if mb, err := strconv.Atoi(match[1]); err != nil || mb >= 60 {
		t.Errorf("got %s MB, want less than 60", match[1])
	}
}

func TestRunWithoutAStack(t *testing.T) {
	t.Parallel()
	p := plan{binary: filepath.Join(t.TempDir(), "nothing"), connections: 1, notes: 1, time: time.Second, every: time.Second}
	if err := p.run(t.Context(), &bytes.Buffer{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}
