// Package lambda runs a Lambda function on this machine as Lambda runs it: as a
// process that gets its events and posts its answers over the Runtime API.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambda

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// ErrExited says that the function's process ended before it answered.
var ErrExited = errors.New("lambda: the function has exited")

// What every function is told about itself.
const (
	name           = "function"
	region         = "eu-west-1"
	defaultTimeout = 10 * time.Second
)

// A Function is a running function, which takes one event at a time, as one
// environment of Lambda's does. Its methods may be called concurrently. Make it
// with [Start], and end it with Stop.
type Function struct {
	Started time.Time // just before the process was made

	cmd    *exec.Cmd
	api    runtimeAPI
	server http.Server
	output *os.File // of the command
	exited chan struct{}
}

// An Answer is what the function posted for one event.
type Answer struct {
	Failed bool   // posted as an error: Body is {"errorMessage","errorType",...}
	Body   string // JSON
}

// Usage is what a process has taken since it began.
type Usage struct {
	CPU        time.Duration // user and system, of all its threads
	PeakMemory int64         // resident, in bytes
}

// Start starts any command that speaks the Runtime API. Its environment is
// cmd.Env, on top of some variables that Lambda sets; nothing is inherited from
// this process.
//
// Standard output and error go where cmd says. If it names neither, both are
// kept for [Function.Output].
func Start(cmd *exec.Cmd) (*Function, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	f := &Function{cmd: cmd, api: runtimeAPI{waiting: make(chan *invocation)}, exited: make(chan struct{})}
	f.server.Handler = f.api.handler()
	go f.server.Serve(listener) // until it is closed
	if err := f.start(listener.Addr().String()); err != nil {
		f.close()
		return nil, fmt.Errorf("lambda: %w", err)
	}
	go func() {
		cmd.Wait() // how it ended is in cmd.ProcessState
		close(f.exited)
	}()
	return f, nil
}

func (f *Function) start(address string) error {
	if f.cmd.Stdout == nil && f.cmd.Stderr == nil {
		if err := f.keepOutput(); err != nil {
			return err
		}
	}
	f.cmd.Env = append([]string{"AWS_REGION=" + region, "AWS_LAMBDA_FUNCTION_NAME=" + name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "TZ=:UTC"}, f.cmd.Env...)
	f.cmd.Env = append(f.cmd.Env, "AWS_LAMBDA_RUNTIME_API="+address)
	f.Started = time.Now()
	return f.cmd.Start()
}

// keepOutput gives the command a file without a name. A pipe would need a reader
// whose CPU time is taken from the function, and what the function wrote before
// it answered might not have been read when the answer is here.
func (f *Function) keepOutput() (err error) {
	if f.output, err = os.CreateTemp("", "lambda-output"); err != nil {
		return err
	}
	f.cmd.Stdout, f.cmd.Stderr = f.output, f.output
	return os.Remove(f.output.Name())
}

// Invoke gives the function one event, whose deadline is ctx's, and returns its
// answer. The error is ctx's cause, after which the function may still be at
// work on the event, or [ErrExited].
func (f *Function) Invoke(ctx context.Context, event []byte) (Answer, error) {
	i := newInvocation(ctx, event)
	waiting := f.api.waiting
	for {
		select {
		case waiting <- i:
			waiting = nil // the function has it: now only the answer counts
		case answer := <-i.answer:
			return answer, nil
		case <-ctx.Done():
			return Answer{}, context.Cause(ctx)
		case <-f.exited:
			return Answer{}, fmt.Errorf("%w: %v", ErrExited, f.cmd.ProcessState)
		}
	}
}

// Output returns all that the function wrote to standard output and error so
// far, if it is kept, until Stop.
func (f *Function) Output() string {
	if f.output == nil {
		return ""
	}
	text, _ := io.ReadAll(io.NewSectionReader(f.output, 0, math.MaxInt64)) // a closed file has nothing to read
	return string(text)
}

// Usage returns what the function has taken so far. It is an error once the
// function has exited.
func (f *Function) Usage() (Usage, error) { return UsageOf(f.cmd.Process.Pid) }

// Wait waits until the function has exited and returns its exit code, which is
// -1 if a signal ended it.
func (f *Function) Wait() int {
	<-f.exited
	return f.cmd.ProcessState.ExitCode()
}

// Stop ends the function, without notice, as Lambda does, and returns its whole
// output. Stopping it again does nothing.
func (f *Function) Stop() string {
	f.cmd.Process.Kill() // fails if it has exited, as is wanted
	f.Wait()
	output := f.Output()
	f.close()
	return output
}

func (f *Function) close() {
	f.server.Close()
	if f.output != nil {
		f.output.Close()
	}
}
