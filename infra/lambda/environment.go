package lambda

import (
	"context"
	"crypto/rand"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errTimeout = errors.New("lambda: the function did not answer in time")

// An environment is one process of a pool.
type environment struct {
	*Function
	generation int // of the code that it runs
	output     *lines
}

// start starts a process, which may still fail before it asks for an event.
func (p *Pool) start() (*environment, error) {
	p.mu.Lock()
	e := &environment{generation: p.generation}
	p.mu.Unlock()
	for {
		err := p.startOnce(e)
		if !errors.Is(err, syscall.ETXTBSY) { // the file is being written, or was a moment ago
			return e, err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-p.ctx.Done():
			return e, err
		}
	}
}

func (p *Pool) startOnce(e *environment) (err error) {
	if e.output, err = newLines(p.log); err != nil {
		return err
	}
	cmd := exec.Command(p.spec.Command[0], p.spec.Command[1:]...)
	cmd.Dir = p.spec.Dir
	cmd.Env = p.environ()
	cmd.Stdout, cmd.Stderr = e.output.w, e.output.w
	e.Function, err = startAs(cmd, functionARN(p.service.config.Region, p.spec.Name))
	e.output.started()
	if err != nil {
		e.output.close()
	}
	return err
}

// environ is the process's environment.
//
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (p *Pool) environ() []string {
	s, c := p.spec, p.service.config
	env := append(append([]string{"LANG=en_US.UTF-8"}, s.Env...),
		"TZ=:UTC",
		"AWS_REGION="+c.Region,
		"AWS_DEFAULT_REGION="+c.Region,
		"AWS_LAMBDA_FUNCTION_NAME="+s.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE="+strconv.Itoa(s.Memory),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/"+s.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME="+time.Now().UTC().Format("2006/01/02")+"/[$LATEST]"+strings.ToLower(rand.Text()),
		"_HANDLER="+s.Handler)
	if s.Dir != "" {
		env = append(env, "LAMBDA_TASK_ROOT="+s.Dir)
	}
	if s.Runtime != "" && !strings.HasPrefix(s.Runtime, "provided") {
		env = append(env, "AWS_EXECUTION_ENV=AWS_Lambda_"+s.Runtime)
	}
	return env
}

// take waits until the process has taken the event. The error is a [Failure] if
// its code could not be loaded.
func (e *environment) take(ctx context.Context, i *invocation, patience time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errTimeout)
	defer cancel()
	answer, err := e.hand(ctx, i)
	if err == nil && answer.Failed {
		return failureOf(answer.Body)
	}
	return err
}

// failure is err as Lambda reports it.
func (e *environment) failure(i *invocation, err error) error {
	switch {
	case errors.Is(err, errTimeout):
		return timedOut(i)
	case errors.Is(err, ErrExited):
		return exited(i, e.cmd.ProcessState.String())
	}
	return err
}

// stop ends the process. What it wrote has been logged when stop returns.
func (e *environment) stop() {
	e.Stop()
	e.output.close()
}
