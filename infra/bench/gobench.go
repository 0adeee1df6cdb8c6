package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// The Go benchmarks that set our verifier against the plain way, in the order
// in which they are shown. They are in bench_test.go.
const (
	bareRSA      = "crypto/rsa, one verification"
	plainVerify  = "golang-jwt + keyfunc"
	mapVerify    = "golang-jwt + keyfunc, claims in a map"
	ourVerify    = "cognito.Verify"
	plainExpired = "golang-jwt + keyfunc, expired token"
	ourExpired   = "cognito.Verify, expired token"
)

// The metrics of a Go benchmark.
const (
	callCPU    = "CPU (µs)"
	callAllocs = "allocations"
)

// A law says how the CPU time of a call follows the size of its input.
type law string

const (
	constant law = "constant"
	linear   law = "linear"
)

// most is how many times the smallest size's CPU time the law lets a size take.
func (l law) most(size, smallest int) float64 {
	if l == constant {
		return 1
	}
	return float64(max(1, size)) / float64(max(1, smallest))
}

// A growth is a Go benchmark that is run at several sizes of its input.
type growth struct {
	name  string
	sizes []int
	law   law
}

const (
	tokenSize   = "cognito.Verify, KiB of token"
	plainSize   = "golang-jwt + keyfunc, KiB of token"
	poolCount   = "cognito.Verify, user pools"
	ruleCount   = "the gate, access rules"
	groupCount  = "the gate, groups in the token"
	storedNotes = "a page of 5 notes, notes in the store (bolt)"
)

func growths() []growth {
	return []growth{
		{tokenSize, []int{1, 4, 16}, linear},
		{plainSize, []int{1, 4, 16}, linear},
		{poolCount, []int{1, 10, 50}, constant},
		{ruleCount, []int{0, 10, 100, 1_000}, linear},
		{groupCount, []int{1, 10, 75}, linear},
		{storedNotes, []int{10, 100, 1_000, 10_000, 100_000}, constant},
	}
}

// at is what the growth is called at a size.
func (g growth) at(size int) string { return fmt.Sprintf("%s/%d", g.name, size) }

// buildBenchmarks compiles the Go benchmarks, for this package's folder.
func (l *lab) buildBenchmarks(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", l.benchmarkBinary(), ".")
	cmd.Dir = filepath.Join(l.root, "infra", "bench")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go test -c: %w\n%s", err, out)
	}
	return nil
}

func (l *lab) benchmarkBinary() string { return filepath.Join(l.folder, "bench.test") }

// benchmarks runs all of them, one after the other, on one thread, as often as
// the extent says. So those that are compared run close together.
func (l *lab) benchmarks(ctx context.Context) error {
	for range l.extent.Benchmarks {
		cmd := exec.CommandContext(ctx, l.benchmarkBinary(), "-test.run", "^$", "-test.bench", ".", "-test.cpu", "1", "-test.benchtime", l.extent.Time)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("the Go benchmarks: %w\n%s", err, out)
		}
		for line := range strings.Lines(string(out)) {
			l.addBenchmark(line)
		}
	}
	return nil
}

// addBenchmark reads one line of the benchmarks' output, if it has figures:
//
//	BenchmarkVerify/cognito.Verify  3000  31000 ns/op  30500 cpu-ns/op  2048 B/op  45 allocs/op
//
// https://go.dev/design/14313-benchmark-format
func (l *lab) addBenchmark(line string) {
	fields := strings.Fields(line)
	if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
		return
	}
	_, name, _ := strings.Cut(strings.ReplaceAll(fields[0], "_", " "), "/")
	for i := 2; i+1 < len(fields); i += 2 {
		figure, err := strconv.ParseFloat(fields[i], 64)
		switch unit := fields[i+1]; {
		case err != nil:
		case unit == "cpu-ns/op":
			l.add(name, callCPU, figure/1000)
		case unit == "allocs/op":
			l.add(name, callAllocs, figure)
		}
	}
}
