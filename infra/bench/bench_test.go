package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda"
)

// The whole harness, with as little of everything as it takes: the kernel
// accounts a busy process's CPU time at the clock's ticks, and two invocations
// can lie between them. What it finds is not looked at, only that it finds
// something of everything.
func TestBench(t *testing.T) {
	folder := t.TempDir()
	err := bench(t.Context(), filepath.Join("..", ".."), folder, extent{Rounds: 1, Colds: 1, Batches: 1, Batch: 50, WarmUp: 1, Benchmarks: 1, Time: "20x"})
	if errors.Is(err, errors.ErrUnsupported) {
		t.Logf("nothing is measured here: %v", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	r := results(t, folder)
	for _, row := range r.Functions {
		found(t, row.Name, row.Figures, coldBundled, coldFetched, warmCPU, warmP50, warmP99, peakMemory, zipped)
	}
	for _, row := range r.Verify {
		found(t, row.Name, row.Figures, callCPU, callAllocs)
	}
	for _, series := range r.Growths {
		for _, row := range series.Rows {
			found(t, series.Name, row.Figures, callCPU)
		}
	}
	if err := xml.Unmarshal(read(t, folder, "results/bench.svg"), new(struct{})); err != nil {
		t.Errorf("the chart: %v", err)
	}
	if readme := string(read(t, folder, "README.md")); strings.Contains(readme, "<no value>") {
		t.Errorf("README.md lacks figures:\n%s", readme)
	}
}

// A function that does not do its work, or lets a forged token pass, is not
// measured.
func TestCheck(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	good := subject{command: []string{filepath.Join(folder, "bootstrap")}, event: []byte("{}"), answer: "{}"}
	if err := lambda.Build("peer/nothing", good.command[0]); err != nil {
		t.Fatal(err)
	}
	if err := good.check(t.Context(), nil); err != nil {
		t.Errorf("does its work: %v", err)
	}
	idle, lax := good, good
	idle.answer, lax.bogus = "Allow", []byte(`"forged"`)
	for want, s := range map[error]subject{errIdle: idle, errLax: lax} {
		if err := s.check(t.Context(), nil); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func found(t *testing.T, name string, figures map[string]float64, metrics ...string) {
	t.Helper()
	for _, metric := range metrics {
		if figures[metric] <= 0 {
			t.Errorf("%s: no %s", name, metric)
		}
	}
}

// What is kept is of one run: the README of this folder shows the figures of
// results/bench.json, and the one above quotes it.
func TestReadmesShowTheResults(t *testing.T) {
	t.Parallel()
	want, err := results(t, ".").markdown()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(read(t, ".", "README.md"))); diff != "" {
		t.Errorf("make bench writes another README.md (-want +got):\n%s", diff)
	}
	_, rest, _ := strings.Cut(string(want), "## In short\n\n")
	short, _, _ := strings.Cut(rest, "\n\n")
	if !strings.Contains(string(read(t, "../..", "README.md")), short) {
		t.Errorf("README.md at the top does not quote:\n%s", short)
	}
}

func results(t *testing.T, folder string) *report {
	t.Helper()
	r := new(report)
	if err := json.Unmarshal(read(t, folder, "results/bench.json"), r); err != nil {
		t.Fatal(err)
	}
	return r
}

func read(t *testing.T, folder, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestReport(t *testing.T) {
	t.Parallel()
	l := &lab{subjects: []*subject{{name: ours}}, samples: make(map[key][]float64)}
	for _, line := range []string{
		"goos: linux",
		"BenchmarkVerify/golang-jwt_+_keyfunc  \t  100\t 41000 ns/op\t 40000 cpu-ns/op\t 9 B/op\t 110 allocs/op",
		"BenchmarkVerify/cognito.Verify  \t  100\t 41000 ns/op\t 50000 cpu-ns/op\t 9 B/op\t 55 allocs/op",
		"BenchmarkVerify/golang-jwt_+_keyfunc,_claims_in_a_map  \t  100\t 41000 ns/op\t 50000 cpu-ns/op\t 9 B/op\t 220 allocs/op",
		"BenchmarkVerify/golang-jwt_+_keyfunc,_expired_token  \t  100\t 41000 ns/op\t 40000 cpu-ns/op\t 9 B/op\t 110 allocs/op",
		"BenchmarkVerify/cognito.Verify,_expired_token  \t  100\t 41000 ns/op\t 4000 cpu-ns/op\t 9 B/op\t 10 allocs/op",
		"BenchmarkGrowth/cognito.Verify,_KiB_of_token/1  \t  100\t 41000 ns/op\t 30000 cpu-ns/op\t 9 B/op\t 10 allocs/op",
		"BenchmarkGrowth/cognito.Verify,_KiB_of_token/16  \t  100\t 41000 ns/op\t 60000 cpu-ns/op\t 9 B/op\t 10 allocs/op",
		"PASS",
	} {
		l.addBenchmark(line)
	}
	r := l.report()
	want := []bound{
		{"CPU time of a good token", 1.25, 1.05},
		{"allocations of a good token", 0.5, 0.5},
		{"CPU time of a good token, plain way with a map", 1, 1.05},
		{"allocations of a good token, plain way with a map", 0.25, 0.5},
		{"CPU time of an expired token", 0.1, 0.1},
	}
	if diff := cmp.Diff(want, r.Bounds()); diff != "" {
		t.Errorf("bounds: want(-) got(+):\n%s", diff)
	}
	wantStep := step{Size: 16, Figures: map[string]float64{callCPU: 60, callAllocs: 10}, Ratio: 2, Most: 16}
	if diff := cmp.Diff(wantStep, r.Growths[0].Rows[2]); diff != "" {
		t.Errorf("growth: want(-) got(+):\n%s", diff)
	}
	text, err := r.markdown()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| CPU time of a good token | 1.25 | 1.05 | **not held** |\n",
		"| allocations of a good token | 0.500 | 0.500 | held |\n",
		"| cognito.Verify, KiB of token | 16 | 60.0 | 10.0 | 2.00 | linear | 16.0 |\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("README.md lacks %s:\n%s", want, text)
		}
	}
}

func TestLaw(t *testing.T) {
	t.Parallel()
	got := []float64{constant.most(50, 1), linear.most(75, 1), linear.most(16, 4), linear.most(0, 0), linear.most(100, 0)}
	if diff := cmp.Diff([]float64{1, 75, 4, 1, 100}, got); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}

func TestZippedSize(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "zeros"), make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := zippedSize([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	if got <= 0 || got >= 1<<12 {
		t.Errorf("64 KiB of zeros: got %d bytes zipped, want some, and less than 4096", got)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	values := []float64{5, 1, 4, 2, 3}
	got := []float64{quantile(values, 0), quantile(values, 0.5), quantile(values, 0.99), quantile([]float64{7}, 0.5)}
	if diff := cmp.Diff([]float64{1, 3, 5, 7}, got); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}
