package notetest

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/notegate/notegate/pkg/note"
)

// A recorder keeps what a rule reports instead of failing its test.
type recorder struct {
	testing.TB
	reports []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.reports = append(r.reports, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatal(args ...any) {
	r.reports = append(r.reports, fmt.Sprint(args...))
	runtime.Goexit() // ends the goroutine that check has started
}

func (r *recorder) Fatalf(format string, args ...any) { r.Fatal(fmt.Sprintf(format, args...)) }

// check returns what the rule reports of the store.
func check(t *testing.T, r rule, s note.Store) []string {
	t.Helper()
	recorded, done := &recorder{TB: t}, make(chan struct{})
	go func() {
		defer close(done)
		r(recorded, s)
	}()
	<-done
	return recorded.reports
}
