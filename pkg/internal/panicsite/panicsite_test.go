package panicsite_test

import (
	"os"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/internal/panicsite"
)

func TestName(t *testing.T) {
	t.Parallel()
	const here = "github.com/notegate/notegate/pkg/internal/panicsite_test."
	for _, c := range []struct {
		want   string
		panics func()
	}{
		{"byHand", byHand},
		{"byHand", inACall}, // the innermost function counts
		{"atRunTime", atRunTime},
	} {
		if got := nameOf(c.panics); !strings.HasPrefix(got, here+c.want+":") {
			t.Errorf("got %q, want %s and a line", got, here+c.want)
		}
	}
	if got, want := panicsite.Name(), "unknown"; got != want {
		t.Errorf("without a panic: got %q, want %q", got, want)
	}
}

func nameOf(panics func()) (name string) {
	defer func() {
		recover()
		name = panicsite.Name()
	}()
	panics()
	return ""
}

//go:noinline
func byHand() { panic("a secret") }

//go:noinline
func inACall() { byHand() }

//go:noinline
func atRunTime() {
	var secrets []string
	_ = secrets[len(os.Args)]
}
