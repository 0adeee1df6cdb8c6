// Package exampletest lets an Example call what wants a test.
package exampletest

import (
	"fmt"
	"testing"
)

// T stands for the *testing.T that an Example does not have. What would fail the
// test panics.
type T struct {
	testing.TB
	cleanups []func()
}

// New returns a T. Close it as the Example ends.
func New() *T { return &T{} }

// Close runs what Cleanup was given, the last first.
func (t *T) Close() {
	for len(t.cleanups) > 0 {
		last := len(t.cleanups) - 1
		f := t.cleanups[last]
		t.cleanups = t.cleanups[:last]
		f()
	}
}

func (t *T) Helper()                           {}
func (t *T) Cleanup(f func())                  { t.cleanups = append(t.cleanups, f) }
func (t *T) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (t *T) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
