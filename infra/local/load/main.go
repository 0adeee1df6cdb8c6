// Command load measures the local stack: it starts one on free ports, keeps
// notes in it, and reads them over many connections, all authorized. It prints
// requests per second, errors and the resident memory of the stack as time goes
// by.
//
// The load is made on the same machine and takes its share of it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	var p plan
	flag.StringVar(&p.binary, "binary", "bin/local", "the local stack")
	flag.IntVar(&p.connections, "connections", 64, "how many clients ask at once")
	flag.IntVar(&p.notes, "notes", 10000, "how many notes there are")
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
	time, every        time.Duration
}

func (p plan) run(ctx context.Context, out io.Writer) error {
	s, err := start(ctx, p.binary)
	if err != nil {
		return err
	}
	defer s.stop()
	began := time.Now()
	if err := p.fill(s); err != nil {
		return err
	}
	resident, err := s.memory(residentSet)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d notes kept in %s by %d connections; %.1f MB resident\n", p.notes, time.Since(began).Round(100*time.Millisecond), p.connections, resident)
	return p.read(ctx, s, out)
}

// fill keeps the notes: each connection its share.
func (p plan) fill(s *stack) error {
	return p.each(func(worker int) error {
		c, err := s.dial()
		if err != nil {
			return err
		}
		defer c.close()
		for i := worker; i < p.notes; i += p.connections {
			body := fmt.Sprintf(`{"noteid":"%s","note":"milk, bread, eggs and whatever else there is on the list of the day %d"}`, noteID(i), i)
			if err := c.ask("POST", "/notes", body); err != nil {
				return err
			}
		}
		return nil
	})
}

// each runs one worker per connection and returns the first error of any.
func (p plan) each(work func(worker int) error) error {
	errs := make(chan error, p.connections)
	for worker := range p.connections {
		go func() { errs <- work(worker) }()
	}
	var first error
	for range p.connections {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func noteID(i int) string { return fmt.Sprintf("note-%05d", i) }
