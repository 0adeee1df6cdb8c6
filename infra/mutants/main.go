// Command mutants tests the tests: it disables one check of the code at a time,
// as a patch in this folder describes, and demands that a test fails. A mutant
// that survives is a missing test.
//
// The first line of a patch says how to test it, "# go test ./pkg/...", with a
// -run=pattern where most tests of the packages are about something else. The
// rest is a diff. The working tree is not touched. Arguments are patterns
// of the patches to take, such as 'gate-*'; without any, all are.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"time"
)

// workers is how many mutants are tested at once: a test run keeps one core
// busy, and waits for the linker on another.
const workers = 2

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, ".", os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// run tests the mutants of the module in root and writes a line about each, in
// the order in which they end. The error says that not all were killed.
func run(ctx context.Context, out io.Writer, root string, patterns []string) error {
	began := time.Now()
	all, err := load(root, patterns)
	if err != nil {
		return err
	}
	if err := testUnchanged(ctx, root, all); err != nil {
		return err
	}
	count := map[fate]int{}
	for v := range verdicts(ctx, root, all) {
		count[v.fate]++
		fmt.Fprintf(out, "%-8s %s: %s\n", v.fate, v.name, v.detail)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d mutants in %s: %d killed, %d survived, %d broken\n",
		len(all), time.Since(began).Round(time.Second), count[killed], count[survived], count[broken])
	if count[killed] != len(all) {
		return fmt.Errorf("%d of %d mutants were not killed by a test", len(all)-count[killed], len(all))
	}
	return nil
}

// testUnchanged sees that the tests are green before anything is changed, or
// else every mutant would seem to be killed.
func testUnchanged(ctx context.Context, root string, all []mutant) error {
	packages := map[string][]string{} // by what to run of them
	for _, m := range all {
		packages[m.run] = append(packages[m.run], m.packages...)
	}
	for run, packages := range packages {
		slices.Sort(packages)
		result, err := goTest(ctx, root, run, slices.Compact(packages), "")
		if err != nil {
			return err
		}
		if !result.passed {
			return fmt.Errorf("the tests fail without any mutant: %s", result.first())
		}
	}
	return nil
}

func verdicts(ctx context.Context, root string, all []mutant) <-chan verdict {
	todo, done := make(chan mutant), make(chan verdict)
	go func() {
		defer close(todo)
		for _, m := range all {
			select {
			case todo <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for m := range todo {
				done <- try(ctx, root, m)
			}
		})
	}
	go func() {
		working.Wait()
		close(done)
	}()
	return done
}
