// Package transcript holds what a running program has written so far, for tests
// that read along.
package transcript

import (
	"bytes"
	"sync"
	"testing"
	"time"
)

// A Transcript is an io.Writer to read from at any time. The zero value is empty.
type Transcript struct {
	mu    sync.Mutex
	b     bytes.Buffer
	wrote chan struct{} // closed by the next write; nil if nobody waits for it
}

// Write appends p.
func (t *Transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.wrote != nil {
		close(t.wrote)
		t.wrote = nil
	}
	return t.b.Write(p)
}

// String returns all that was written so far.
func (t *Transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// Until waits until what was written meets a condition, and returns it all.
// After half a minute the test has failed.
func (t *Transcript) Until(tb testing.TB, condition func(string) bool) string {
	tb.Helper()
	late := time.After(30 * time.Second)
	for {
		text, wrote := t.next()
		if condition(text) {
			return text
		}
		select {
		case <-wrote:
		case <-late:
			tb.Fatalf("it never came:\n%s", text)
		}
	}
}

// next returns the text and what is closed when there is more.
func (t *Transcript) next() (string, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.wrote == nil {
		t.wrote = make(chan struct{})
	}
	return t.b.String(), t.wrote
}
