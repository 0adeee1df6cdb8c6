package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/notegate/notegate/infra/lambda"
)

// A stack is a local stack with its data in a folder of its own.
type stack struct {
	cmd    *exec.Cmd
	folder string
	api    string // host:port
	pool   string // host:port
	token  string // of its demo user
}

// start starts the stack. Its log goes to the null device: written, and not kept.
func start(ctx context.Context, binary string) (*stack, error) {
	folder, err := os.MkdirTemp("", "notegate-load")
	if err != nil {
		return nil, err
	}
	s := &stack{cmd: exec.CommandContext(ctx, binary), folder: folder}
	if err := s.start(ctx); err != nil {
		s.stop()
		return nil, fmt.Errorf("%s: %w", binary, err)
	}
	return s, nil
}

func (s *stack) start(ctx context.Context) error {
	s.cmd.Env = append(os.Environ(), "GATEWAY_ADDR=127.0.0.1:0", "POOL_ADDR=127.0.0.1:0", "WEB_ADDR=127.0.0.1:0", "DATA_DIR="+s.folder)
	welcome, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(welcome); lines.Scan() && !strings.HasPrefix(lines.Text(), "Stop it"); {
		switch label, url, _ := strings.Cut(strings.TrimSpace(lines.Text()), " http://"); strings.TrimSpace(label) {
		case "API":
			s.api = url
		case "user pool":
			s.pool = url
		}
	}
	if s.api == "" || s.pool == "" {
		return errors.New("did not start")
	}
	token := exec.CommandContext(ctx, s.cmd.Path, "token")
	token.Env = append(os.Environ(), "POOL_ADDR="+s.pool)
	out, err := token.Output()
	s.token = strings.TrimSpace(string(out))
	return err
}

func (s *stack) stop() {
	if s.cmd.Process != nil {
		// Both may fail because it has ended already, which is what is wanted.
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		_ = s.cmd.Wait()
	}
	os.RemoveAll(s.folder)
}

// peakMemory is the stack's in MB (10^6 bytes), since it began.
func (s *stack) peakMemory() (float64, error) {
	u, err := lambda.UsageOf(s.cmd.Process.Pid)
	return float64(u.PeakMemory) / 1e6, err
}
