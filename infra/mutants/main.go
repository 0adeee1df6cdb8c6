// Command mutants tests the tests: it disables one check of the code at a time
// and demands that a test fails. A mutant that survives is a missing test.
//
// Most mutants are made from the syntax of the checked packages. A condition
// refuses if its block returns an error or false, assigns an error or what its
// name calls a refusal, continues a loop, calls what fails by its name, or, in a
// function without results, does something and returns. It accepts if its block returns nil or true, or if its
// else block or the switch's default refuses. One mutant lets a refusing
// condition never hold, or an accepting one always. In both, and in a boolean
// that a function returns, an operand of && always holds, one of || never, and a
// comparison takes its bound to the other side, a mutant each. All are compiled
// at once, each behind a number that the environment chooses, and meet those
// tests that come by them. There is no mutant of a default, a type switch, or
// the condition of a loop.
//
// What no such rule can make is a patch in this folder. Its first line says how
// to test it, "# go test ./pkg/...", with a -run=pattern where most tests of the
// packages are about something else. The rest is a diff, found in the code by
// its lines and not by their numbers.
//
// The file equivalent.txt lists the generated mutants that no caller can tell
// from the code. The working tree is not touched. Arguments select mutants: a
// package (gate), a file (gate/event.go) or a patch ('gate-*'); without any, all
// are tested.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, notegate, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// A project is what is tested, and with what.
type project struct {
	root    string
	checked []string            // packages whose checks are disabled; those that help tests are left out
	also    map[string][]string // by checked package: import paths of others whose tests notice what its own cannot
}

const gateway = "github.com/notegate/notegate/infra/local/gateway"

var notegate = project{
	root:    ".",
	checked: []string{"./pkg/...", "./infra/local/gateway/...", "./infra/local/loopback", "./infra/local/userpool"},
	also: map[string][]string{ // the gateway's parts, which its tests go through
		"openapi": {gateway},
		"sam":     {gateway},
		"schema":  {gateway},
		"text":    {gateway},
	},
}

// run tests the selected mutants and reports each. The error says that not all
// were killed.
func run(ctx context.Context, out io.Writer, p project, patterns []string) error {
	scratch, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	all, overlay, err := p.load(ctx, scratch)
	if err != nil {
		return err
	}
	if all, err = selected(all, patterns); err != nil {
		return err
	}
	l := &lab{project: p, scratch: scratch, report: newReport(out, len(all))}
	if err := l.testUnchanged(ctx, overlay, all); err != nil {
		return err
	}
	if err := l.testAll(ctx, all); err != nil {
		return err
	}
	return l.report.end()
}
