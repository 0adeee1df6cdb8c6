package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/lambda"
)

// The metrics of a function.
const (
	coldBundled = "cold start, key set bundled (ms)"
	coldFetched = "cold start, key set fetched (ms)"
	warmCPU     = "CPU per warm invocation (µs)"
	warmP50     = "warm round trip p50 (µs)"
	warmP99     = "warm round trip p99 (µs)"
	peakMemory  = "peak memory (MB)"
	zipped      = "zipped (MB)"
)

// Why a function is not measured.
var (
	errIdle = errors.New("does not do its work")
	errLax  = errors.New("does not refuse a forged token")
)

// check makes sure that what is going to be measured does its work.
func (l *lab) check(ctx context.Context) error {
	for _, s := range l.subjects {
		for _, env := range [][]string{l.fetched, l.bundled} {
			if err := s.check(ctx, env); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	return nil
}

func (s *subject) check(ctx context.Context, env []string) error {
	f, err := s.start(env)
	if err != nil {
		return err
	}
	defer f.Stop()
	answer, err := f.Invoke(ctx, s.event)
	if err != nil || answer.Failed || !strings.Contains(answer.Body, s.answer) {
		return fmt.Errorf("%w: answered %s, %v: %s", errIdle, answer.Body, err, f.Output())
	}
	if s.bogus == nil {
		return nil
	}
	if answer, err := f.Invoke(ctx, s.bogus); err != nil || !answer.Failed {
		return fmt.Errorf("%w: answered %s, %v", errLax, answer.Body, err)
	}
	return nil
}

// cold starts every function once each way per turn, in random order.
func (l *lab) cold(ctx context.Context) error {
	for range l.extent.Colds {
		for _, i := range rand.Perm(2 * len(l.subjects)) {
			s, env, metric := l.subjects[i/2], l.fetched, coldFetched
			if i%2 == 1 {
				env, metric = l.bundled, coldBundled
			}
			took, err := s.coldStart(ctx, env)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			l.add(s.name, metric, float64(took)/float64(time.Millisecond))
		}
	}
	return nil
}

// coldStart is the time from before the process is made until its first answer
// is here.
func (s *subject) coldStart(ctx context.Context, env []string) (time.Duration, error) {
	f, err := s.start(env)
	if err != nil {
		return 0, err
	}
	defer f.Stop()
	err = s.invoke(ctx, f)
	return time.Since(f.Started), err
}

// warm runs one process of each function side by side and gives them their
// batches in random order.
func (l *lab) warm(ctx context.Context) error {
	running := make([]*lambda.Function, len(l.subjects))
	for i, s := range l.subjects {
		f, err := s.start(l.fetched)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		defer f.Stop()
		running[i] = f
		for range l.extent.WarmUp {
			if err := s.invoke(ctx, f); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	for range l.extent.Batches {
		for _, i := range rand.Perm(len(running)) {
			if err := l.batch(ctx, l.subjects[i], running[i]); err != nil {
				return fmt.Errorf("%s: %w", l.subjects[i].name, err)
			}
		}
	}
	for i, f := range running {
		u, err := f.Usage()
		if err != nil {
			return err
		}
		l.add(l.subjects[i].name, peakMemory, float64(u.PeakMemory)/1e6)
	}
	return nil
}

func (l *lab) batch(ctx context.Context, s *subject, f *lambda.Function) error {
	before, err := f.Usage()
	if err != nil {
		return err
	}
	var trips []float64
	for range l.extent.Batch {
		began := time.Now()
		if err := s.invoke(ctx, f); err != nil {
			return err
		}
		trips = append(trips, microseconds(time.Since(began)))
	}
	after, err := f.Usage()
	l.add(s.name, warmCPU, microseconds(after.CPU-before.CPU)/float64(l.extent.Batch))
	l.add(s.name, warmP50, quantile(trips, 0.50))
	l.add(s.name, warmP99, quantile(trips, 0.99))
	return err
}

func (s *subject) start(env []string) (*lambda.Function, error) {
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Env = slices.Clone(env)
	return lambda.Start(cmd)
}

// invoke expects an answer that is no error.
func (s *subject) invoke(ctx context.Context, f *lambda.Function) error {
	answer, err := f.Invoke(ctx, s.event)
	if err == nil && answer.Failed {
		err = errors.New(answer.Body)
	}
	return err
}

// A key says what a sample is of.
type key struct{ name, metric string }

func (l *lab) add(name, metric string, value float64) {
	k := key{name, metric}
	l.samples[k] = append(l.samples[k], value)
}

// quantile is the value that a share q of the values do not exceed.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
