package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// A report says what became of the mutants: a line each, or on a terminal a
// line for those that were not killed, above the progress and the time left.
type report struct {
	mu                            sync.Mutex
	out                           io.Writer
	terminal                      bool
	began                         time.Time
	all, killed, survived, broken int
}

func newReport(out io.Writer, all int) *report {
	r := &report{out: out, began: time.Now(), all: all}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		r.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return r
}

func (r *report) add(m mutant, red string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	line := ""
	switch {
	case err != nil:
		r.broken++
		line = fmt.Sprintf("BROKEN   %s: %v\n", m.name, err)
	case red == "":
		r.survived++
		line = fmt.Sprintf("SURVIVED %s\n", m.name)
	default:
		r.killed++
		if !r.terminal {
			line = fmt.Sprintf("killed   %s: %s\n", m.name, red)
		}
	}
	if !r.terminal {
		fmt.Fprint(r.out, line)
		return
	}
	done := r.killed + r.survived + r.broken
	left := time.Since(r.began) / time.Duration(done) * time.Duration(r.all-done)
	fmt.Fprintf(r.out, "\r\033[K%s%d of %d tested, %d not killed, %s left", line, done, r.all, done-r.killed, left.Round(time.Second))
}

// end returns an error if not all mutants were killed.
func (r *report) end() error {
	if r.terminal {
		fmt.Fprint(r.out, "\r\033[K")
	}
	fmt.Fprintf(r.out, "%d mutants in %s: %d killed, %d survived, %d broken\n", r.all, time.Since(r.began).Round(time.Second), r.killed, r.survived, r.broken)
	if r.killed != r.all {
		return fmt.Errorf("%d of %d mutants were not killed by a test", r.all-r.killed, r.all)
	}
	return nil
}
