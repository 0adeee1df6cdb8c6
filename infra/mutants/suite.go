package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// A suite is the compiled tests of one package.
type suite struct {
	goPackage
	binary, overlay string // absolute paths
}

// build compiles the tests of the packages, with the overlay, into folder.
func (p project) build(ctx context.Context, folder string, with overlay, packages []string) (all []suite, err error) {
	list, err := json.Marshal(map[string]any{"Replace": with})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "overlay.json")
	if err := writeFile(file, string(list)); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-c", "-overlay=" + file, "-o=" + folder + "/"}, packages...)...)
	cmd.Dir = p.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.New("does not build: " + complaint(out))
	}
	listed, err := p.list(ctx, packages)
	for _, pkg := range listed {
		s := suite{pkg, filepath.Join(folder, filepath.Base(pkg.ImportPath)+".test"), file}
		if _, err := os.Stat(s.binary); err == nil { // else it has no tests
			all = append(all, s)
		}
	}
	return all, err
}

// complaint is the compiler's first.
func complaint(output []byte) string {
	for line := range strings.Lines(string(output)) {
		if !strings.HasPrefix(line, "#") {
			return strings.TrimSpace(line)
		}
	}
	return "go test says nothing"
}

const (
	memory   = 4 << 20 // KiB of data that a process may have: a loop without end must not take the machine's
	patience = 20 * time.Second
)

// test runs the tests that run names until one fails, and tells which. Setting
// is a variable of theirs. In CI mode, because a test that is skipped for want
// of Node would let its mutants live.
func (s suite) test(ctx context.Context, run, setting string, limit time.Duration) (red string, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit+patience)
	defer cancel()
	temp, err := os.MkdirTemp(filepath.Dir(s.binary), "temp")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	cmd := exec.CommandContext(ctx, "sh", "-c", fmt.Sprintf(`ulimit -d %d; exec "$0" "$@"`, memory), s.binary,
		"-test.v", "-test.failfast", "-test.short", "-test.timeout="+limit.String(), "-test.run="+run)
	cmd.Dir = s.Dir
	cmd.Env = append(os.Environ(), "CI=true", "TMPDIR="+temp, setting, "GOFLAGS="+os.Getenv("GOFLAGS")+" -overlay="+s.overlay)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	end := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // with all that it started
	out := &watcher{end: end}
	cmd.Cancel, cmd.WaitDelay, cmd.Stdout, cmd.Stderr = end, time.Second, out, out
	if err = cmd.Run(); cmd.ProcessState == nil {
		return "", err
	}
	_ = end()
	if cmd.ProcessState.Success() {
		return "", nil
	}
	if match := failed.FindSubmatch(out.text); match != nil {
		return string(match[1]) + string(match[2]), nil
	}
	return "no test fails, but: " + cmd.ProcessState.String(), nil
}

// names are the tests of the suite, examples and fuzz targets too.
func (s suite) names(ctx context.Context) ([]string, error) {
	cmd := exec.CommandContext(ctx, s.binary, "-test.list=^(Test|Example|Fuzz)")
	cmd.Dir = s.Dir
	out, err := cmd.Output()
	return strings.Fields(string(out)), err
}

// A watcher ends a test run when the first test fails: the testing package lets
// those that run beside it go on.
type watcher struct {
	end  func() error
	text []byte // the first of it
}

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)|^((?:panic|fatal error): .*)`)

func (w *watcher) Write(output []byte) (int, error) {
	w.text = append(w.text, output[:min(len(output), 1<<20-len(w.text))]...)
	if match := failed.FindSubmatch(output); match != nil && match[1] != nil {
		_ = w.end()
	}
	return len(output), nil
}
