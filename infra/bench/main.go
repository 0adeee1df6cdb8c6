// Command bench measures the Lambda functions as they are deployed, beside
// common ways to write the same authorizer, and how the parts of ours grow with
// their input. It writes README.md, results/bench.json and results/bench.svg
// beside this file.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// full makes two runs on a quiet machine agree within a tenth.
var full = extent{Rounds: 6, Colds: 40, Batches: 25, Batch: 100, WarmUp: 1000, Benchmarks: 3, Time: "100ms"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, ".", "infra/bench", full); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures what is below root and writes what it found into folder.
func bench(ctx context.Context, root, folder string, e extent) error {
	l, err := newLab(root, e)
	if err != nil {
		return err
	}
	defer l.close()
	if err := l.build(ctx); err != nil {
		return err
	}
	if err := l.check(ctx); err != nil {
		return err
	}
	began := time.Now()
	for round := range e.Rounds {
		progress(round, e.Rounds, began)
		if err := l.round(ctx); err != nil {
			return err
		}
	}
	return l.report().save(folder)
}

// progress tells a terminal which round begins, and about when the last ends.
func progress(done, rounds int, began time.Time) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return
	}
	left := ""
	if done > 0 {
		left = ", " + (time.Since(began) / time.Duration(done) * time.Duration(rounds-done)).Round(time.Second).String() + " left"
	}
	fmt.Fprintf(os.Stderr, "round %d of %d%s\n", done+1, rounds, left)
}
