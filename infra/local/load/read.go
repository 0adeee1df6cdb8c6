package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"
)

// A tally is what all workers have done so far.
type tally struct{ answers, errors atomic.Int64 }

// read asks for random notes until the time is over and prints how it goes. An
// answer that is not 200 is an error, and its connection is opened anew.
func (p plan) read(ctx context.Context, s *stack, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, p.time)
	defer cancel()
	var t tally
	times := make([][]time.Duration, p.connections)
	done := make(chan error, 1)
	began := time.Now()
	go func() {
		done <- p.each(func(worker int) error {
			times[worker] = p.ask(ctx, s, &t)
			return nil
		})
	}()
	err := p.watch(ctx, s, &t, out)
	if waiting := <-done; err == nil {
		err = waiting
	}
	if err != nil {
		return err
	}
	all := slices.Concat(times...)
	slices.Sort(all)
	if len(all) == 0 {
		return fmt.Errorf("no answer at all, %d errors", t.errors.Load())
	}
	peak, err := s.memory(mostResidentSet)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d GET in %s by %d connections: %.0f/s, %d errors, p50 %s, p99 %s, at most %.1f MB resident since the start\n",
		len(all), time.Since(began).Round(time.Second), p.connections, float64(len(all))/time.Since(began).Seconds(), t.errors.Load(),
		rank(all, 50), rank(all, 99), peak)
	return nil
}

func (p plan) ask(ctx context.Context, s *stack, t *tally) (times []time.Duration) {
	var c *client
	for ctx.Err() == nil {
		var err error
		if c == nil {
			c, err = s.dial()
		}
		began := time.Now()
		if err == nil {
			err = c.ask("GET", "/notes/"+noteID(rand.IntN(p.notes)), "")
		}
		if err != nil {
			t.errors.Add(1)
			c.close()
			c = nil
			continue
		}
		t.answers.Add(1)
		times = append(times, time.Since(began))
	}
	c.close()
	return times
}

// watch prints a line from time to time.
func (p plan) watch(ctx context.Context, s *stack, t *tally, out io.Writer) error {
	fmt.Fprintf(out, "%8s %12s %8s %12s\n", "seconds", "requests/s", "errors", "MB resident")
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	began, before := time.Now(), int64(0)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		resident, err := s.memory(residentSet)
		if err != nil {
			return err
		}
		answers := t.answers.Load()
		fmt.Fprintf(out, "%8.0f %12.0f %8d %12.1f\n", time.Since(began).Seconds(), float64(answers-before)/p.every.Seconds(), t.errors.Load(), resident)
		before = answers
	}
}

func rank(sorted []time.Duration, percent int) time.Duration {
	return sorted[(len(sorted)-1)*percent/100].Round(10 * time.Microsecond)
}
