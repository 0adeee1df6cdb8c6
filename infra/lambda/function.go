// Package lambda runs Lambda functions on this machine as Lambda runs them: as
// processes that get their events and post their answers over the Runtime API.
//
// A [Service] runs functions as Lambda does, with as many processes as there are
// calls. [Start] runs a single process, for tests and measurements.
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

	"github.com/google/uuid"
)

// ErrExited says that the function's process ended before it answered.
var ErrExited = errors.New("lambda: the function has exited")

// The defaults of a function's name, Region and timeout.
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
	Failed bool   // posted as an error, or too large: Body is {"errorMessage","errorType",...}
	Body   string // JSON
}

// Usage is what a process has taken since it began.
type Usage struct {
	CPU        time.Duration // user and system, of all its threads
	PeakMemory int64         // resident, in bytes
}

// Start starts any command that speaks the Runtime API, in a process group of
// its own. Its environment is cmd.Env, on top of some variables that Lambda sets;
// nothing is inherited from this process.
//
// Standard output and error go where cmd says. If it names neither, both are
// kept for [Function.Output].
func Start(cmd *exec.Cmd) (*Function, error) {
	return startAs(cmd, functionARN(region, name))
}

func functionARN(region, name string) string {
	return "arn:aws:lambda:" + region + ":123456789012:function:" + name
}

func startAs(cmd *exec.Cmd, arn string) (*Function, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	f := &Function{cmd: cmd, exited: make(chan struct{}),
		api: runtimeAPI{arn: arn, waiting: make(chan *invocation), initFailed: make(chan Answer, 1)}}
	f.server.Handler = f.api.handler()
	go f.server.Serve(listener) // until it is closed
	if err := f.start(listener.Addr().String()); err != nil {
		f.close()
		return nil, fmt.Errorf("lambda: %w", err)
	}
	go func() {
		cmd.Wait() // how it ended is in cmd.ProcessState
		killGroup(cmd)
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
	ownGroup(f.cmd)
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
	deadline, _ := ctx.Deadline()
	i := &invocation{id: uuid.NewString(), event: event, deadline: deadline, timeout: defaultTimeout, answer: make(chan Answer, 1)}
	if answer, err := f.hand(ctx, i); err != nil || answer.Failed {
		return answer, err
	}
	return f.answer(ctx, i)
}

// hand waits until the function has taken the event. An answer that is Failed
// says that its code could not be loaded.
func (f *Function) hand(ctx context.Context, i *invocation) (Answer, error) {
	return f.wait(ctx, i, f.api.waiting, f.api.initFailed)
}

// answer waits for what the function makes of an event that it has.
func (f *Function) answer(ctx context.Context, i *invocation) (Answer, error) {
	return f.wait(ctx, i, nil, i.answer)
}

// wait waits for an answer or until the function has taken the event, which it
// never does from a nil channel.
func (f *Function) wait(ctx context.Context, i *invocation, take chan<- *invocation, answers <-chan Answer) (Answer, error) {
	select {
	case take <- i:
		return Answer{}, nil
	case answer := <-answers:
		return answer, nil
	case <-ctx.Done():
		return Answer{}, context.Cause(ctx)
	case <-f.exited:
	}
	select {
	case answer := <-answers: // as its last words
		return answer, nil
	default:
		return Answer{}, fmt.Errorf("%w: %v", ErrExited, f.cmd.ProcessState)
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

// Stop ends the function and every process of its group, without notice, as
// Lambda does, and returns its whole output. Stopping it again does nothing.
func (f *Function) Stop() string {
	select {
	case <-f.exited: // its number may be another's by now
	default:
		killGroup(f.cmd)
	}
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
