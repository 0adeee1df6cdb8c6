package cognitotest

import (
	"fmt"
	"os"
	"testing"
)

// T stands for the *testing.T where there is none: in an Example, and in TestMain
// for what all tests share. What would fail the test panics, and so does every
// method that nothing here needs.
type T struct {
	testing.TB
	cleanups []func()
}

// NewT returns a T. Close it at the end, which ends what was made with it.
func NewT() *T { return &T{} }

// Close runs what Cleanup was given, the last first, once.
func (t *T) Close() {
	for len(t.cleanups) > 0 {
		last := len(t.cleanups) - 1
		f := t.cleanups[last]
		t.cleanups = t.cleanups[:last]
		f()
	}
}

// TempDir returns a folder that lives until Close.
func (t *T) TempDir() string {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// Helper does nothing.
func (t *T) Helper() {}

// Cleanup has Close call f.
func (t *T) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

// Error panics.
func (t *T) Error(args ...any) { panic(fmt.Sprint(args...)) }

// Fatal panics.
func (t *T) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// Fatalf panics.
func (t *T) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
