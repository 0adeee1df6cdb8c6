//go:build linux || darwin

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"github.com/notegate/notegate/infra/local/transcript"
)

// A terminal is the command on a pseudo-terminal.
type terminal struct {
	keyboard *os.File
	screen   *transcript.Transcript
	cmd      *exec.Cmd
}

func startOnTerminal(t *testing.T, cmd *exec.Cmd) *terminal {
	t.Helper()
	keyboard, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		keyboard.Close()
	})
	screen := &transcript.Transcript{}
	go keyboard.WriteTo(screen)
	term := &terminal{keyboard: keyboard, screen: screen, cmd: cmd}
	term.shows(t, "Press h for the keys")
	return term
}

// shows waits for a text.
func (term *terminal) shows(t *testing.T, text string) {
	t.Helper()
	term.screen.Until(t, func(screen string) bool { return strings.Contains(screen, text) })
}

func (term *terminal) press(t *testing.T, key string) {
	t.Helper()
	if _, err := term.keyboard.WriteString(key); err != nil {
		t.Fatal(err)
	}
}

// Each row presses a key after the ones before it.
func TestKeys(t *testing.T) {
	t.Parallel()
	term := startOnTerminal(t, command(t.TempDir()))
	for _, tt := range []struct {
		_, press string
		sees     []string
	}{
		{"help", "h", []string{"  r  rotate the signing keys", "  q  quit"}},
		{"any other key is help", "x", []string{"  q  quit\r\n  o  "}},
		{"token", "t", []string{"\neyJ"}},
		{"rotate", "r", []string{"r: rotate", "demo, with the token from before, sees 200 and a list of 0", "demo, signed in again,            sees 200 and a list of 0"}},
		{"an hour later", "e", []string{"e: set the clock", `demo, with the token from before, sees 401 {"message":"Unauthorized"}`, "expired"}},
		{"broken table", "b", []string{"b: break the table", "sees 503 "}},
		{"broken key set", "k", []string{"k: break the key set"}},
		{"mended", "m", []string{"m: mend"}},
		{"withdrawn", "w", []string{"w: rotate them and withdraw"}},
	} {
		term.press(t, tt.press)
		for _, text := range tt.sees {
			term.shows(t, text)
		}
	}
	term.press(t, "q")
	term.ends(t)
}

// ends waits for the command, which must say goodbye and leave the terminal as
// it was.
func (term *terminal) ends(t *testing.T) {
	t.Helper()
	if err := term.cmd.Wait(); err != nil {
		t.Errorf("got %v, want exit code 0: %s", err, term.screen)
	}
	term.shows(t, "Stopped. The notes stay in ")
}

func TestInterruptSaysGoodbye(t *testing.T) {
	t.Parallel()
	term := startOnTerminal(t, command(t.TempDir()))
	term.press(t, "\x03") // Ctrl-C
	term.ends(t)
}

// In the background the command leaves the terminal alone, which would stop it.
func TestNoKeysInTheBackground(t *testing.T) {
	t.Parallel()
	shell := exec.Command("bash", "-c", "set -m; "+binary+" & read; kill -9 $!; wait")
	shell.Env = command(t.TempDir()).Env
	keyboard, err := pty.Start(shell)
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	screen := &transcript.Transcript{}
	go keyboard.WriteTo(screen)
	defer func() { // the job has a process group of its own, which only the shell knows
		keyboard.WriteString("\n")
		shell.Wait()
	}()
	text := screen.Until(t, func(text string) bool { return strings.Contains(text, "Stop it with Ctrl-C.") })
	if strings.Contains(text, "Press h") {
		t.Errorf("keys in the background: %s", text)
	}
}

// --open starts the browser that the system has for addresses.
func TestOpenStartsTheBrowser(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	opened := filepath.Join(folder, "opened")
	if err := syscall.Mkfifo(opened, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"xdg-open", "open"} {
		script := "#!/bin/sh\necho \"$1\" > " + opened + "\n"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := command(t.TempDir(), "PATH="+folder+":"+os.Getenv("PATH"))
	cmd.Args = append(cmd.Args, "--open")
	s := run(t, cmd)
	got, err := os.ReadFile(opened) // waits for the browser
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(got)) != s.Page {
		t.Errorf("opened %q, want %q", got, s.Page)
	}
}
