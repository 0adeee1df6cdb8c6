package main_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// Help and version are answers: they go to standard output, with exit code 0.
func TestHelpIsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule string
		args []string
		want []string
	}{
		{"of all", []string{"--help"}, []string{"GATEWAY_ADDR", "Available Commands:", "  token ", "  drill ", "Examples:", "--preflights", "--open"}},
		{"short", []string{"-h"}, []string{"Available Commands:"}},
		{"by the command", []string{"help"}, []string{"Available Commands:"}},
		{"of a command", []string{"help", "token"}, []string{"EMAIL", "PASSWORD", "TOKEN=$(local token)"}},
		{"of help itself", []string{"help", "help"}, []string{"local help [command]"}},
		{"of a command by its flag", []string{"drill", "--help"}, []string{"key rotation", "Examples:"}},
		{"version", []string{"--version"}, []string{"notegate "}},
	} {
		cmd := exec.Command(binary, tt.args...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil || stderr.Len() > 0 {
			t.Errorf("%s: got %v and %q on standard error, want neither", tt.rule, err, stderr.String())
		}
		for _, want := range tt.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: no %q in\n%s", tt.rule, want, out)
			}
		}
	}
}

func TestWrongCommandIsOneLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule string
		args []string
		want string
	}{
		{"a letter is missing", []string{"tokn"}, `notegate: unknown command "tokn"; did you mean "token"? ` + "`local --help` lists all"},
		{"far from all", []string{"nonsense"}, `notegate: unknown command "nonsense"; did you mean "`},
		{"help about nothing", []string{"help", "nonsense"}, `notegate: unknown command "nonsense"; did you mean "`},
		{"help about nothing of a command", []string{"help", "token", "x"}, `notegate: unknown command "x" for "local token"`},
		{"an argument too many", []string{"drill", "x"}, `notegate: unknown command "x" for "local drill"`},
		{"unknown flag", []string{"--nope"}, "notegate: unknown flag: --nope"},
		{"unknown flag of a command", []string{"token", "--nope"}, "notegate: unknown flag: --nope"},
	} {
		lines := fails(t, exec.Command(binary, tt.args...))
		if len(lines) != 1 || !strings.HasPrefix(lines[0], tt.want) {
			t.Errorf("%s: got %q, want %q", tt.rule, lines, tt.want)
		}
	}
}

// Without a pool there is one line that says what to do, and nothing of the SDK.
func TestTokenWithoutAPool(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(binary, "token")
	cmd.Env = []string{"POOL_ADDR=127.0.0.1:1"}
	want := "notegate: no user pool answers at http://127.0.0.1:1: is `make run` or `bin/local api` running?"
	if lines := fails(t, cmd); len(lines) != 1 || lines[0] != want {
		t.Errorf("got %q, want %q", lines, want)
	}
}
