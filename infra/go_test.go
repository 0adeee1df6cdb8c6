package infra_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A Go that cannot build this is told in one line, with its version and the one
// that is needed.
func TestOldGoIsOneLine(t *testing.T) {
	t.Parallel()
	const needs = "notegate needs Go 1.26.0 or newer, "
	for _, tt := range []struct{ rule, says, want string }{
		{"the oldest that will do", "go version go1.26 linux/amd64", ""},
		{"a patch", "go version go1.26.3 linux/amd64", ""},
		{"newer", "go version go1.30 darwin/arm64", ""},
		{"older", "go version go1.25.9 linux/amd64", needs + "found 1.25.9: see https://go.dev/dl"},
		{"of one digit", "go version go1.9 linux/amd64", needs + "found 1.9: see https://go.dev/dl"},
		{"no version", "hello", needs + "found unknown: see https://go.dev/dl"},
		{"none", "", needs + "and there is none: see https://go.dev/dl"},
	} {
		folder := t.TempDir()
		for _, name := range []string{"bash", "awk", "grep", "head", "sort", "cut"} {
			path, err := exec.LookPath(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(path, filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
		if tt.says != "" {
			if err := os.WriteFile(filepath.Join(folder, "go"), []byte("#!/bin/sh\necho '"+tt.says+"'\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("./infra/go.sh")
		cmd.Dir = ".."
		cmd.Env = []string{"PATH=" + folder}
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); got != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%s: got %q and %v, want %q", tt.rule, got, err, tt.want)
		}
	}
}
