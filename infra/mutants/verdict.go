package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A fate is what became of a mutant.
type fate string

const (
	killed   fate = "killed"   // a test failed
	survived fate = "SURVIVED" // no test noticed
	broken   fate = "BROKEN"   // the patch doesn't apply, or what it makes doesn't build, which proves nothing
)

type verdict struct {
	name   string
	fate   fate
	detail string
}

func try(ctx context.Context, root string, m mutant) verdict {
	scratch, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return verdict{m.name, broken, err.Error()}
	}
	defer os.RemoveAll(scratch)
	overlay, err := m.apply(root, scratch)
	if err != nil {
		return verdict{m.name, broken, err.Error()}
	}
	result, err := goTest(ctx, root, m.run, m.packages, overlay)
	switch {
	case err != nil:
		return verdict{m.name, broken, err.Error()}
	case result.unbuilt != "":
		return verdict{m.name, broken, "does not build: " + result.unbuilt}
	case len(result.failed) > 0:
		return verdict{m.name, killed, result.first()}
	case !result.passed:
		return verdict{m.name, broken, "go test fails, but no test does"}
	}
	return verdict{m.name, survived, "go test " + strings.Join(m.packages, " ") + " passes"}
}

// A result is what go test says.
type result struct {
	passed  bool
	failed  []string // tests
	unbuilt string   // what the compiler says
}

// first returns what failed first.
func (r result) first() string {
	switch {
	case r.unbuilt != "":
		return r.unbuilt
	case len(r.failed) > 0:
		return r.failed[0]
	}
	return "go test fails, but no test does"
}

// goTest runs the packages' tests. In CI mode, because a test that is skipped
// for want of Node would let its mutants live. The overlay, if any, holds for what
// the tests themselves build, too.
func goTest(ctx context.Context, root, run string, packages []string, overlay string) (result, error) {
	args := []string{"test", "-json", "-count=1", "-short", "-vet=off", "-timeout=3m", "-failfast", "-run=" + run}
	cmd := exec.CommandContext(ctx, "go", append(args, packages...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CI=true")
	if overlay != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS="+os.Getenv("GOFLAGS")+" -overlay="+overlay)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result{}, err
	}
	r := result{passed: err == nil}
	for events := json.NewDecoder(bytes.NewReader(out)); ; {
		var event struct{ Action, Package, Test, Output string }
		if err := events.Decode(&event); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return result{}, fmt.Errorf("go test: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
		}
		switch {
		case event.Action == "build-output" && !strings.HasPrefix(event.Output, "#") && r.unbuilt == "":
			r.unbuilt = strings.TrimSpace(event.Output)
		case event.Action == "fail" && event.Test != "":
			r.failed = append(r.failed, event.Test)
		}
	}
	return r, nil
}
