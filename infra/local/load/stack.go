package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// A stack is a local stack with its data in a folder of its own.
type stack struct {
	cmd    *exec.Cmd
	folder string
	api    string // host:port
	token  string // of its demo user
}

// start starts the stack. Its log goes to the null device: written, and not kept.
func start(ctx context.Context, binary string) (_ *stack, err error) {
	s := &stack{}
	if s.folder, err = os.MkdirTemp("", "notegate-load"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = append(os.Environ(), "GATEWAY_ADDR=127.0.0.1:0", "POOL_ADDR=127.0.0.1:0", "WEB_ADDR=127.0.0.1:0", "DATA_DIR="+s.folder)
	welcome, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w; is it built?", err)
	}
	s.cmd = cmd
	pool := ""
	for lines := bufio.NewScanner(welcome); lines.Scan() && !strings.HasPrefix(lines.Text(), "Stop it"); {
		switch label, url, _ := strings.Cut(strings.TrimSpace(lines.Text()), " http://"); strings.TrimSpace(label) {
		case "API":
			s.api = url
		case "user pool":
			pool = url
		}
	}
	if s.api == "" || pool == "" {
		return nil, errors.New("the stack did not start")
	}
	token := exec.CommandContext(ctx, binary, "token")
	token.Env = append(os.Environ(), "POOL_ADDR="+pool)
	out, err := token.Output()
	s.token = strings.TrimSpace(string(out))
	return s, err
}

func (s *stack) stop() {
	if s.cmd != nil {
		// Both may fail because it has ended already, which is what is wanted.
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		_ = s.cmd.Wait()
	}
	os.RemoveAll(s.folder)
}

var (
	residentSet     = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)
	mostResidentSet = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`) // since the process began
)

// memory is the stack's in MB (10^6 bytes), as Linux counts it.
func (s *stack) memory(which *regexp.Regexp) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	match := which.FindSubmatch(status)
	if match == nil {
		return 0, errors.New("no resident set size in /proc")
	}
	kilobytes, err := strconv.Atoi(string(bytes.TrimSpace(match[1])))
	return float64(kilobytes) * 1024 / 1e6, err
}
