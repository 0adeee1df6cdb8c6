package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/notegate/notegate/infra/lambda"
)

// A process is one running function with a Runtime API of its own, as each
// environment of Lambda's has one.
type process struct {
	cmd    *exec.Cmd
	api    *lambda.Server
	server *server
	log    *os.File
	began  time.Time
	alive  context.Context // ends with the process
}

// start starts a command with that environment, and with what Lambda adds.
func start(ctx context.Context, command, environment []string, logs string) (*process, error) {
	p := &process{api: lambda.New()}
	var err error
	if p.server, err = serve(p.api); err != nil {
		return nil, err
	}
	// A file, because reading a pipe would cost this machine time that Lambda
	// spends elsewhere.
	if p.log, err = os.Create(filepath.Join(logs, "function.log")); err != nil {
		p.server.http.Close()
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, command[0], command[1:]...)
	p.cmd.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + p.server.host, "AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench", "AWS_SESSION_TOKEN=bench", "TZ=:UTC",
	}, environment...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	alive, exited := context.WithCancelCause(ctx)
	p.alive = alive
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		exited(err)
		p.server.http.Close()
		p.log.Close()
		return nil, err
	}
	go func() {
		p.cmd.Wait()
		exited(errors.New("the function has exited"))
	}()
	return p, nil
}

// invoke hands the function one event and returns the answer's JSON. What the
// function reports as an error is one.
func (p *process) invoke(event []byte) (string, error) {
	answer, err := p.api.Invoke(p.alive, event)
	if err == nil && answer.Failed {
		err = errors.New(answer.Body)
	}
	return answer.Body, err
}

// stop ends the process and returns when it is gone.
func (p *process) stop() {
	p.cmd.Process.Kill()
	<-p.alive.Done()
	p.server.http.Close()
	p.log.Close()
}

// usage returns the CPU time of the process and its peak resident memory so far.
func (p *process) usage() (usage, error) {
	u, err := usageOf(p.cmd.Process.Pid)
	if err != nil {
		return usage{}, fmt.Errorf("%s: %w", p.cmd.Path, err)
	}
	return u, nil
}
