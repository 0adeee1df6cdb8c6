package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A short run: that it measures at all. The figures of a long one are in the README.
func TestRun(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "local")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := plan{binary: binary, connections: 3, notes: 10, time: 500 * time.Millisecond, every: 100 * time.Millisecond}
	var out bytes.Buffer
	if err := p.run(t.Context(), &out); errors.Is(err, errors.ErrUnsupported) {
		t.Logf("no memory is measured here: %v", err)
		return
	} else if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
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

func TestRunWithoutAStack(t *testing.T) {
	t.Parallel()
	p := plan{binary: filepath.Join(t.TempDir(), "nothing"), connections: 1, notes: 1, time: time.Second, every: time.Second}
	if err := p.run(t.Context(), &bytes.Buffer{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}
