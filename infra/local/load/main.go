// Command load measures the local stack: it starts one on free ports, keeps
// notes in it, and reads them over many connections, all authorized. It prints
// requests per second, errors and the peak memory of the stack as time goes by.
// With -sign-in it signs in instead, by password and by SRP in turn.
//
// The load is made on the same machine and takes its share of it.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"time"
)

func main() {
	var p plan
	flag.StringVar(&p.binary, "binary", "bin/local", "the local stack")
	flag.IntVar(&p.connections, "connections", 64, "how many clients ask at once")
	flag.IntVar(&p.notes, "notes", 10000, "how many notes there are")
	flag.BoolVar(&p.signIn, "sign-in", false, "sign in instead of reading notes")
	flag.DurationVar(&p.time, "for", time.Minute, "how long they ask")
	flag.DurationVar(&p.every, "every", 5*time.Second, "how often to print a line")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := p.run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// A plan is what to measure.
type plan struct {
	binary             string
	connections, notes int
	signIn             bool
	time, every        time.Duration
}

func (p plan) run(ctx context.Context, out io.Writer) error {
	s, err := start(ctx, p.binary)
	if err != nil {
		return err
	}
	defer s.stop()
	what, work := "GET", p.read
	if p.signIn {
		what, work = "sign-ins", p.signInAll
	} else if err := p.keepNotes(s, out); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.time)
	defer cancel()
	var t tally
	var watcher sync.WaitGroup
	began := time.Now()
	watcher.Go(func() { p.watch(ctx, s, &t, out) })
	err = p.each(func(int) error { return work(ctx, s, &t) })
	took := time.Since(began)
	cancel()
	watcher.Wait()
	if err != nil {
		return err
	}
	peak, err := s.peakMemory()
	fmt.Fprintf(out, "%d %s in %s by %d connections: %s, at most %.1f MB resident\n",
		len(t.times), what, took.Round(time.Second), p.connections, t.summary(took), peak)
	return err
}

func (p plan) keepNotes(s *stack, out io.Writer) error {
	began := time.Now()
	err := p.each(func(worker int) error { return p.fill(s, worker) })
	fmt.Fprintf(out, "%d notes kept in %s by %d connections\n", p.notes, time.Since(began).Round(100*time.Millisecond), p.connections)
	return err
}

// each runs one worker per connection and returns an error of one of them.
func (p plan) each(work func(worker int) error) error {
	errs := make([]error, p.connections)
	var workers sync.WaitGroup
	for worker := range p.connections {
		workers.Go(func() { errs[worker] = work(worker) })
	}
	workers.Wait()
	return cmp.Or(errs...)
}

// watch prints a line from time to time.
func (p plan) watch(ctx context.Context, s *stack, t *tally, out io.Writer) {
	fmt.Fprintf(out, "%8s %12s %8s %12s\n", "seconds", "requests/s", "errors", "peak MB")
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	began, before := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		answers, errors := t.count()
		peak, _ := s.peakMemory() // fails in the end too, and is reported then
		fmt.Fprintf(out, "%8.0f %12.0f %8d %12.1f\n", time.Since(began).Seconds(), float64(answers-before)/p.every.Seconds(), errors, peak)
		before = answers
	}
}
