// Command bench measures the Lambda functions as they are deployed, each a
// process of its own behind the Runtime API, beside the common ways to write
// the same authorizer and beside a function that does nothing. It prints a table
// and keeps it as JSON and as a chart.
//
// What it cannot show: the way to Cognito over a network and TLS, and what
// Lambda itself does before it starts a process.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// full is enough for two runs to agree within a tenth, and over in minutes.
var full = extent{Rounds: 6, Colds: 40, Batches: 25, Batch: 100, WarmUp: 1000, Verify: 60}

func main() {
	out := flag.String("out", "infra/bench/results", "the folder for bench.json and bench.svg")
	readme := flag.String("readme", "", "the document to put the figures into; none by default")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, ".", *out, *readme, full); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures what stands below root, keeps the report in out and publishes
// it in readme, if that is not empty.
func bench(ctx context.Context, root, out, readme string, e extent) error {
	l, err := newLab(e)
	if err != nil {
		return err
	}
	defer l.close()
	if err := l.build(root); err != nil {
		return err
	}
	if err := l.weigh(); err != nil {
		return err
	}
	if err := l.measure(ctx); err != nil {
		return err
	}
	r := newReport(l)
	if err := r.write(os.Stdout); err != nil {
		return err
	}
	if err := r.save(out); err != nil || readme == "" {
		return err
	}
	return r.publish(readme)
}
